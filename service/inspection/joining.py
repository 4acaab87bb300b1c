"""A case joins a sample, with what is known of it."""

from collections.abc import Mapping, Sequence

from events.inspection import CaseAdded, FactRecorded
from events.recorded import NewEvent
from projections import RatingBook
from service.inspection import about
from service.refusal import Refused


def joined(
    book: RatingBook,
    case: str,
    sample: str,
    facts: Mapping[str, str],
    *,
    replaces: str | None = None,
) -> Sequence[NewEvent]:
    """The events of it; refused if another case has the reference."""
    if book.entry(about.case(case)) is not None:
        raise Refused("case-exists", f"`{case}` is the reference of another case")
    added = CaseAdded(case=case, sample=sample, replaces=replaces)
    return (
        NewEvent(added, about.case(case)),
        *(
            NewEvent(
                FactRecorded(case=case, fact=name, value=value), about.fact(case, name)
            )
            for name, value in facts.items()
        ),
    )
