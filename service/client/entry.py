"""What an inspector recorded without a network, and what became of it."""

from enum import StrEnum

from msgspec import Struct

from service.client.batch import Item
from service.client.problem import Problem

CONFLICT = "stale-answer"
"""Slug of the refusal that says: somebody else was first."""


class Kind(StrEnum):
    """What a thing on record is."""

    ANSWER = "answer"
    FACT = "fact"


class Place(Struct, frozen=True, order=True):
    """A question or a fact of one case: where something is recorded."""

    inspection: str
    case: str
    kind: Kind
    name: str


def answer_to(inspection: str, case: str, question: str) -> Place:
    """Where a question or a prompt of a case is answered."""
    return Place(inspection, case, Kind.ANSWER, question)


def fact_of(inspection: str, case: str, fact: str) -> Place:
    """Where a fact of a case is recorded."""
    return Place(inspection, case, Kind.FACT, fact)


class State(StrEnum):
    """Where an entry stands."""

    WAITING = "waiting"  # to be sent
    ACCEPTED = "accepted"  # on record
    UNSETTLED = "unsettled"  # refused; a person must say what is right
    SETTLED = "settled"  # a person has; it is not sent


class Entry(Struct, frozen=True, kw_only=True):
    """One thing recorded; `value` None takes back what was there."""

    number: int
    key: str
    place: Place
    value: str | None
    observed_at: str
    state: State
    base: int | None  # version it was made from; None: nothing was on record
    follows: str | None  # key of the entry it changes, where that was not sent yet
    version: int | None  # once accepted
    position: int | None
    problem: Problem | None
    sealed: bytes | None = None  # evidence, until it is accepted

    def item(self, evidence: str | None) -> Item:
        """The entry as it travels."""
        place = self.place
        is_answer = place.kind is Kind.ANSWER
        given = self.value is not None
        return Item(
            kind=place.kind if given else f"{place.kind}-withdrawal",
            key=self.key,
            case=place.case,
            question=place.name if is_answer else None,
            fact=None if is_answer else place.name,
            answer=self.value if is_answer else None,
            value=None if is_answer else self.value,
            evidence=evidence,
            base_version=self.base,
            follows=self.follows,
            observed_at=self.observed_at,
        )


class Theirs(Struct, frozen=True, kw_only=True):
    """What is on record in the place of something refused: by whom, and since when.

    `value` None: they took it back; without an actor, nothing ever was on record. The
    words of others are not kept: read them with `Case.show_answer`.
    """

    version: int
    value: str | None
    actor: str | None
    recorded_at: str | None
    observed_at: str | None


NOTHING = Theirs(version=0, value=None, actor=None, recorded_at=None, observed_at=None)
"""Nothing was ever on record."""


class Unsettled(Struct, frozen=True):
    """Something that was not taken, for a person to settle: mine, and theirs.

    `mine` is the last that was recorded here; `theirs` is None until it was read.
    """

    place: Place
    mine: Entry
    theirs: Theirs | None
    problem: Problem

    @property
    def is_conflict(self) -> bool:
        """Whether somebody else was first; otherwise it was refused for itself."""
        return self.problem.slug == CONFLICT
