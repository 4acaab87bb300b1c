"""Case references check themselves and say nothing."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.inspection import case_reference

CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PLACES = (2, 3, 4, 5, 7, 8, 9)  # of the seven characters in `C-7F3K-Q2M`

refs = st.integers(0, 10**6).map(lambda seed: case_reference.draw(Random(seed)))


@given(refs)
def test_a_drawn_reference_is_sound(ref: str) -> None:
    assert case_reference.is_sound(ref)


@given(refs, st.sampled_from(PLACES), st.sampled_from(CHARACTERS))
def test_one_wrong_character_is_noticed(ref: str, place: int, wrong: str) -> None:
    changed = ref[:place] + wrong + ref[place + 1 :]

    assert case_reference.is_sound(changed) == (changed == ref)


@given(refs, st.sampled_from([*pairwise(PLACES)]))
def test_two_neighbours_swapped_are_noticed(ref: str, places: tuple[int, int]) -> None:
    characters = [*ref]
    left, right = places
    characters[left], characters[right] = characters[right], characters[left]
    changed = "".join(characters)

    assert case_reference.is_sound(changed) == (changed == ref)


@pytest.mark.parametrize(
    "text", ["", "C-", "C-7F3K", "7F3K-Q2M", "C-7F3K-Q2", "C-7F3I-Q2M", "c-7f3k-q2m"]
)
def test_another_shape_is_not_sound(text: str) -> None:
    assert not case_reference.is_sound(text)


def test_numbers_without_a_check_character_are_drawn_again() -> None:
    generator = Random(0)

    drawn = [case_reference.draw(generator) for _ in range(500)]

    assert len(set(drawn)) == 500
    assert all(case_reference.is_sound(ref) for ref in drawn)
