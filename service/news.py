"""What those who watch an inspection hear: that something happened, not what it says.

One event of the ledger can be several pieces of news: an answer was given, and two
ratings moved by it. None carries anybody's words, nor the answer itself: whoever may
read it asks for it, which is noted as every look is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct

from events.break_glass import BreakGlassOpened
from events.inspection import (
    AnswerGiven,
    AnswerWithdrawn,
    CorrectionApproved,
    DiscretionConsidered,
    DiscretionDecided,
    FrameworkRepinned,
    QueryRaised,
    ReportPublished,
)
from events.panel import DiscretionProposed, DiscretionVoted
from events.recorded import RecordedEvent
from projections import RatingChange, instant
from service.permission import Action

NewsName = Literal[
    "answer-given",
    "query-opened",
    "rating-changed",
    "discretion-changed",
    "rules-adopted",
    "publication-approved",
    "break-glass-opened",
]
"""What all news are called."""


class News(Struct, frozen=True):
    """One message: its name, what it says, and who may hear it."""

    name: str
    says: Mapping[str, object]
    to: Action = Action.READ_RATINGS


def news_of(recorded: RecordedEvent, moved: Sequence[RatingChange]) -> Iterator[News]:
    """What there is to tell of an event and of the ratings it moved, in that order."""
    happened = _HAPPENED.get(type(recorded.data))
    if happened is not None:
        yield happened(recorded)
    for change in moved:
        if change.kind in _MOVED:
            yield _moved(change)


def _answered(recorded: RecordedEvent) -> News:
    fact: Any = recorded.data
    return _of_case(
        "answer-given",
        recorded,
        question=fact.question,
        withdrawn=isinstance(fact, AnswerWithdrawn),
    )


def _queried(recorded: RecordedEvent) -> News:
    fact: Any = recorded.data
    return _of_case("query-opened", recorded, query=fact.query, question=fact.question)


def _of_case(name: str, recorded: RecordedEvent, **more: object) -> News:
    fact: Any = recorded.data
    says = _when(recorded) | {"case": fact.case} | more
    return News(name, says | {"version": recorded.version}, Action.READ_CASES)


def _discussed(recorded: RecordedEvent) -> News:
    fact: Any = recorded.data
    return News("discretion-changed", _when(recorded) | {"standard": fact.standard})


def _repinned(recorded: RecordedEvent) -> News:
    fact: Any = recorded.data
    rules = {"framework": fact.framework, "revision": fact.revision}
    return News("rules-adopted", _when(recorded) | rules)


def _published(recorded: RecordedEvent) -> News:
    fact: Any = recorded.data
    return News("publication-approved", _when(recorded) | {"number": fact.number})


def _opened(recorded: RecordedEvent) -> News:
    return News("break-glass-opened", _when(recorded), Action.READ_BREAK_GLASS)


def _moved(change: RatingChange) -> News:
    name, part = _MOVED[change.kind]
    says = {
        "position": change.position,
        "at": change.recorded_at,
        part: change.part,
        "before": change.value_before,
        "after": change.value_after,
        "provisional": change.provisional,
    }
    return News(name, says)


def _when(recorded: RecordedEvent) -> dict[str, object]:
    return {"position": recorded.position, "at": instant(recorded.recorded_at)}


_MOVED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "rating": ("rating-changed", "part"),
        "discretion": ("discretion-changed", "standard"),
    }
)
_HAPPENED: Mapping[type, Callable[[RecordedEvent], News]] = MappingProxyType(
    {
        AnswerGiven: _answered,
        AnswerWithdrawn: _answered,
        CorrectionApproved: _answered,
        QueryRaised: _queried,
        DiscretionConsidered: _discussed,
        DiscretionProposed: _discussed,
        DiscretionVoted: _discussed,
        DiscretionDecided: _discussed,
        FrameworkRepinned: _repinned,
        ReportPublished: _published,
        BreakGlassOpened: _opened,
    }
)


def names_of(recorded: RecordedEvent, moved: AbstractSet[str]) -> frozenset[str]:
    """What the news of an event are called; `moved` are kinds of what it moved."""
    happened = _HAPPENED.get(type(recorded.data))
    names = {_MOVED[kind][0] for kind in moved & _MOVED.keys()}
    return frozenset(names if happened is None else {*names, happened(recorded).name})
