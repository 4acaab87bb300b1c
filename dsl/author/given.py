"""An inspection as the `given` lines of a test, ready to be pasted into one."""

from dsl.evidence import Evidence


def given(evidence: Evidence) -> tuple[str, ...]:
    """`2.1.1 is 40 of 100`, a line for each thing known."""
    return (
        *(f"domain {each} is not inspected" for each in sorted(evidence.not_inspected)),
        *(f"{part} is '{rating}'" for part, rating in evidence.judgements.items()),
        *(
            f"{q} is {each.yes} of {each.relevant}"
            for q, each in evidence.counts.items()
        ),
        *(f"{question} is {each}%" for question, each in evidence.percentages.items()),
        *(f'"{fact}" is {_value(value)}' for fact, value in evidence.facts.items()),
    )


def _value(value: str) -> str:
    return value if value in ("yes", "no") else f'"{value}"'
