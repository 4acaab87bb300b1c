"""Whether the reason for departing from guidance is still about what is so."""

from dsl import GuidanceOutcome
from events.inspection import GuidanceDeparted


def stands(
    departure: GuidanceDeparted, guidance: GuidanceOutcome, rating: str | None
) -> bool:
    """Whether a departure is from what guidance expects now, to the rating now."""
    return (departure.expected, departure.given) == (guidance.expects, rating)
