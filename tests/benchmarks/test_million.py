"""What `python -m tests.benchmarks.million` measures, at a size that takes no time."""

from pathlib import Path

from tests.benchmarks.million import flat, rebuilt_under_load


async def test_costs_are_compared_and_a_rebuild_goes_on_beside_a_writer(
    tmp_path: Path,
) -> None:
    small, large = (
        f"sqlite+aiosqlite:///{tmp_path / name}.db" for name in ("small", "large")
    )

    compared = await flat(small, large, events=1_600, blocks=1)
    found = await rebuilt_under_load(large, alone=0.1)

    assert set(compared) == {"append", "answer", "as_of", "history"}
    assert set(found.rebuilt.differed.values()) == {0}
    assert found.writer["answers"] > 0
    assert found.rebuilt.events > 1_600
