"""The service answers as it is described; `python -m tests.contract` asks for more."""

from pathlib import Path

from tests.contract.run import asked, options


async def test_the_service_answers_as_it_is_described(tmp_path: Path) -> None:
    said = options(seed=7, examples=9, phases=("examples", "fuzzing"))

    outcome = await asked(tmp_path, *said)

    assert outcome.passed, outcome.said
    assert outcome.cases >= 2000
    assert not outcome.faults
