"""Ratings worked out again from events and the rule texts in them, held against claims.

Claimed are the ratings in an audit pack, and those that every `ratings-agreed` and
`report-published` event carries; so are the figures that these, a draft and the panel's
discretion rest on. Nothing is read but events, so it is the same for a pack and for a
live store.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from dsl import FaultyRules, Outcome
from events.codec import CODEC
from events.framework import CATEGORY as RULES
from events.inspection import RatingsAgreed, ReportPublished
from events.pack.form import Claim
from events.proof.audit import DiffersError, Finding
from events.recorded import RecordedEvent, StreamName
from events.store import Rows, StoreError
from events.stored import StoredEvent
from projections.figures import (
    Resting,
    differing_figures,
    other_hash,
    snapshot,
)
from projections.inline import RatingModels
from projections.rating_book import RatingBook
from projections.shelf import RulesMoved, Shelf


class Stated(Struct, frozen=True, kw_only=True):
    """Ratings that somebody says follow from the events up to a position."""

    who: str  # says so: `the pack`, `report-published at event 512`
    position: int | None  # of the event that says so
    inspection: str  # its stream
    as_of: int
    ratings: Mapping[str, str | None]
    score: int | None
    maximum: int | None
    overall: str | None
    framework_hash: str | None = None  # None: not said
    figures_hash: str | None = None  # None: not said


class RatingsCheck:
    """Follows events in order and compares what they give with what is stated."""

    def __init__(
        self, stated: Iterable[Stated] = (), *, reads_events: bool = True
    ) -> None:
        self.findings: list[Finding] = []
        self.agreed = 0  # statements that hold
        self.later: list[Stated] = []  # of a moment that was over when they were met
        self._reads_events = reads_events
        self._shelf = Shelf()
        self._models = RatingModels(self._shelf)
        self._due: dict[str, list[Stated]] = defaultdict(list)
        for one in sorted(stated, key=lambda one: one.as_of, reverse=True):
            self._due[one.inspection].append(one)

    def take(self, stored: StoredEvent) -> Rows:
        """Move on by one event; gives the rows of the read models it makes.

        Raises DiffersError where the rules know nothing of what it says.
        """
        try:
            return self._take(CODEC.recorded(stored))
        except Exception as error:  # whatever is in a forged event
            says = f"event {stored.position} cannot be followed: {_plain(error)}"
            raise DiffersError(stored.position, says) from error

    def finish(self) -> None:
        """Nothing more comes: what is stated of the end is compared."""
        for stream, due in self._due.items():
            while due:
                self._compare(due.pop(), self._book(stream))

    def _take(self, recorded: RecordedEvent) -> Rows:
        stream = str(recorded.stream)
        due = self._due.get(stream)
        while due and due[-1].as_of < recorded.position:
            self._compare(due.pop(), self._book(stream))
        if recorded.stream.category == RULES:
            self._shelf.place(recorded)
        elif self._reads_events:
            self._read(recorded)
        return self._models.fold(recorded).rows

    def _read(self, recorded: RecordedEvent) -> None:
        """Compare what an event says of figures and ratings."""
        if (said := _stated(recorded)) is not None:
            self._meet(said)
        elif isinstance(recorded.data, Resting) and (
            book := self._book(str(recorded.stream))
        ):
            who = _who(recorded)
            self.findings += [
                Finding(recorded.position, f"{who} says {difference}")
                for difference in differing_figures(recorded.data, book)
            ]

    def _meet(self, said: Stated) -> None:
        book = self._book(said.inspection)
        if book is not None and said.as_of < book.position:
            self.later.append(said)
        elif said.position is not None and said.as_of >= said.position:
            says = f"{said.who} takes account of event {said.as_of}, which comes later"
            self.findings.append(Finding(said.position, says))
        else:
            self._compare(said, book)

    def _book(self, stream: str) -> RatingBook | None:
        return self._models.book(StreamName.parse(stream))

    def _compare(self, said: Stated, book: RatingBook | None) -> None:
        differs = list(_differences(said, book))
        self.findings += [
            Finding(said.position or said.as_of, f"{said.who} says {difference}")
            for difference in differs
        ]
        self.agreed += not differs


def claimed(claims: Iterable[Claim]) -> tuple[Stated, ...]:
    """What a pack claims."""
    return tuple(
        Stated(
            who="the pack",
            position=None,
            inspection=claim.inspection,
            as_of=claim.as_of,
            ratings=claim.ratings,
            score=claim.score,
            maximum=claim.maximum,
            overall=claim.overall,
            framework_hash=claim.framework_hash,
        )
        for claim in claims
    )


def claim_of(inspection: str, book: RatingBook) -> Claim:
    """What the service says of an inspection; parts without a rating are left out."""
    assessment = book.ratings.assessment()
    overall = assessment.overall
    return Claim(
        inspection=inspection,
        as_of=book.position,
        framework_hash=book.framework.hash,
        ratings={
            part: outcome.rating
            for part, outcome in assessment.standards.items()
            if outcome.rating is not None
        },
        score=None if overall is None else overall.score,
        maximum=None if overall is None else overall.maximum,
        overall=None if overall is None else overall.rating,
    )


def _stated(recorded: RecordedEvent) -> Stated | None:
    """What an event says the ratings are; without its own moment, those before it."""
    fact, position = recorded.data, recorded.position
    if not isinstance(fact, RatingsAgreed | ReportPublished):
        return None
    report = fact if isinstance(fact, ReportPublished) else None
    return Stated(
        who=_who(recorded),
        position=position,
        inspection=str(recorded.stream),
        as_of=report.as_of if report else position - 1,
        ratings=fact.ratings,
        score=fact.score,
        maximum=fact.maximum,
        overall=fact.overall,
        framework_hash=report.framework_hash if report else None,
        figures_hash=fact.figures_hash,
    )


def _who(recorded: RecordedEvent) -> str:
    return f"`{CODEC.name(recorded.data)}` at event {recorded.position}"


def _differences(said: Stated, book: RatingBook | None) -> Iterator[str]:
    if book is None:
        yield f"how `{said.inspection}` is rated, and no event announces it"
        return
    if said.framework_hash not in {None, book.framework.hash}:
        yield f"it is rated by other rules than `{book.edition.id}` as adopted"
    assessment = book.ratings.assessment()
    outcomes = {**assessment.questions, **assessment.standards}
    parts = [*assessment.standards, *(said.ratings.keys() - assessment.standards)]
    for part in parts:
        outcome = outcomes.get(part)
        follows = None if outcome is None else outcome.rating
        if said.ratings.get(part) != follows:
            stated = said.ratings.get(part)
            yield _as_sentence(part, stated, follows, outcome)
    if said.figures_hash is not None:
        yield from other_hash(
            said.figures_hash, snapshot(book, assessment).figures_hash
        )
    overall = assessment.overall
    if overall is None:
        return
    for what, says, gives in (
        ("overall", said.overall, overall.rating),
        ("the score", said.score, overall.score),
        ("the maximum", said.maximum, overall.maximum),
    ):
        if says != gives:
            yield _as_sentence(what, says, gives, overall)


def _as_sentence(
    what: str, stated: object, follows: object, outcome: Outcome | None
) -> str:
    line = (
        "" if outcome is None else f" ({outcome.rule.file}, line {outcome.rule.line})"
    )
    return f"{what} is {_shown(stated)}; what follows is {_shown(follows)}{line}"


def _shown(value: object) -> str:
    return "not rated" if value is None else f"'{value}'"


def _plain(error: Exception) -> str:
    if isinstance(error, StoreError | RulesMoved | FaultyRules):
        return str(error)
    return "the rules do not know what it says"
