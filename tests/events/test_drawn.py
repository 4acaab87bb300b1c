"""Bytes drawn together are handed out once each."""

from itertools import count

from events.drawn import Drawn


def test_every_byte_that_was_drawn_is_handed_out_once() -> None:
    numbers = count()
    asked: list[int] = []

    def entropy(size: int) -> bytes:
        asked.append(size)
        return b"".join(next(numbers).to_bytes(4, "big") for _ in range(size // 4))

    draw = Drawn(entropy, 12)
    drawn = [draw() for _ in range(600)]

    assert {len(each) for each in drawn} == {12}
    assert len(set(drawn)) == 600
    assert asked == [12 * 256] * 3
