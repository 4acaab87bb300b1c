"""Where cases stand with those who check them: reviews, queries, corrections, markings.

Each is as the events so far leave it; who may do what with it is not decided here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from events.inspection import (
    CaseAccepted,
    CaseMarkedAgain,
    CaseReopened,
    CaseReturned,
    CaseSubmitted,
    CorrectionApproved,
    CorrectionProposed,
    CorrectionRejected,
    InspectionReopened,
    InspectionSubmitted,
    MarkingSettled,
    QueryAnswered,
    QueryRaised,
    QueryResolved,
)
from events.recorded import RecordedEvent

CHECKING_EVENTS = frozenset(
    {
        CaseAccepted,
        CaseMarkedAgain,
        CaseReopened,
        CaseReturned,
        CaseSubmitted,
        CorrectionApproved,
        CorrectionProposed,
        CorrectionRejected,
        InspectionReopened,
        InspectionSubmitted,
        MarkingSettled,
        QueryAnswered,
        QueryRaised,
        QueryResolved,
    }
)
"""The facts that `Checking` follows."""


@dataclass(frozen=True, slots=True)
class Done:
    """Who did something, when, and where that is on record."""

    by: str
    at: datetime
    version: int
    position: int

    @classmethod
    def of(cls, recorded: RecordedEvent) -> Self:
        """What an event says of its own making."""
        return cls(
            recorded.origin.actor,
            recorded.recorded_at,
            recorded.version,
            recorded.position,
        )


class CaseState(StrEnum):
    """How far a case has come."""

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REOPENED = "reopened"

    @property
    def is_locked(self) -> bool:
        """Whether its answers change only by corrections, and its facts not at all."""
        return self in {CaseState.SUBMITTED, CaseState.ACCEPTED}


@dataclass(frozen=True, slots=True)
class Review:
    """A case's way from its inspector to a colleague, and back."""

    state: CaseState = CaseState.OPEN
    moved: Done | None = None  # into this state; None: it was always in it
    first_submitted: Done | None = None
    submitted_by: str | None = None  # last
    taken_back_by: str | None = None  # who returned or reopened it, while it is open


class QueryState(StrEnum):
    """How far a query has come."""

    RAISED = "raised"
    ANSWERED = "answered"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Query:
    """What a checker asks about one answer."""

    id: str
    case: str
    question: str
    raised: Done
    answered: Done | None = None
    resolved: Done | None = None

    @property
    def state(self) -> QueryState:
        """How far it has come."""
        if self.resolved is not None:
            return QueryState.RESOLVED
        return QueryState.RAISED if self.answered is None else QueryState.ANSWERED


@dataclass(frozen=True, slots=True)
class Correction:
    """Another answer, proposed after its case was submitted."""

    case: str
    question: str
    answer: str | None  # None: withdraw it
    replaces: int | None  # version of the answer it was proposed to
    proposed: Done
    outcome: str | None = None  # "approved" or "rejected"
    settled: Done | None = None


@dataclass(frozen=True, slots=True)
class Marking:
    """What a second person judged, beside the answers that stand."""

    answers: Mapping[str, str]
    marked: Done


@dataclass(frozen=True, slots=True)
class Difference:
    """A question of a case that two people judged in two ways."""

    case: str
    question: str
    stands: str | None
    second: str


_NEVER_SUBMITTED = Review()


class Checking:
    """Reviews, queries, corrections and markings of one inspection."""

    def __init__(self) -> None:
        self.reviews: dict[str, Review] = {}  # of cases that were ever submitted
        self.queries: dict[str, Query] = {}
        self.corrections: dict[int, Correction] = {}  # by position of the proposal
        self.pending: dict[tuple[str, str], int] = {}  # case, question → correction
        self.markings: dict[str, Marking] = {}  # by case
        self.settled: dict[tuple[str, str], str] = {}  # case, question → what stands
        self.submitted: Done | None = None  # the fieldwork as a whole

    def review(self, case: str) -> Review:
        """How far a case has come."""
        return self.reviews.get(case, _NEVER_SUBMITTED)

    def unresolved(self, case: str | None = None) -> Sequence[Query]:
        """Queries that are not resolved, of one case or of all, oldest first."""
        return [
            query
            for query in self.queries.values()
            if query.resolved is None and case in {None, query.case}
        ]

    def waiting(self, case: str | None = None) -> Sequence[Correction]:
        """Corrections nobody settled yet, of one case or of all, oldest first."""
        return [
            self.corrections[position]
            for (whose, _), position in self.pending.items()
            if case in {None, whose}
        ]

    def corrections_of(self, case: str, question: str) -> Sequence[Correction]:
        """Every correction of one answer, oldest first."""
        return [
            correction
            for correction in self.corrections.values()
            if (correction.case, correction.question) == (case, question)
        ]

    def differences(
        self, case: str, answer: Callable[[str], str | None]
    ) -> Sequence[Difference]:
        """What two people judged in two ways; `answer` gives what stands now.

        A difference is settled as long as what was settled is what stands.
        """
        marking = self.markings.get(case)
        if marking is None:
            return ()
        return [
            Difference(case, question, first, second)
            for question, second in marking.answers.items()
            if (first := answer(question)) != second
            and (case, question) not in self.pending
            and self.settled.get((case, question), second) != first
        ]

    def apply(self, recorded: RecordedEvent) -> None:
        """Move on by one of `CHECKING_EVENTS`."""
        done = Done.of(recorded)
        match recorded.data:
            case CaseSubmitted(case=case):
                first = self.review(case).first_submitted or done
                self.reviews[case] = Review(CaseState.SUBMITTED, done, first, done.by)
            case CaseAccepted(case=case):
                self._move(case, CaseState.ACCEPTED, done)
            case CaseReturned(case=case):
                self._move(case, CaseState.RETURNED, done)
            case CaseReopened(case=case):
                self._move(case, CaseState.REOPENED, done)
            case InspectionSubmitted():
                self.submitted = done
            case InspectionReopened():
                self.submitted = None
            case CaseMarkedAgain(case=case, answers=answers):
                self.markings[case] = Marking(answers, done)
            case MarkingSettled(case=case, question=question, stands=stands):
                self.settled[case, question] = stands
            case _:
                self._ask(recorded, done)

    def _ask(self, recorded: RecordedEvent, done: Done) -> None:
        """What is asked of somebody else: queries and corrections."""
        match recorded.data:
            case QueryRaised(query=id_, case=case, question=question):
                self.queries[id_] = Query(id_, case, question, done)
            case QueryAnswered(query=id_):
                self.queries[id_] = replace(self.queries[id_], answered=done)
            case QueryResolved(query=id_):
                self.queries[id_] = replace(self.queries[id_], resolved=done)
            case CorrectionProposed(case=case, question=question) as said:
                self.corrections[done.position] = Correction(
                    case, question, said.answer, said.replaces, done
                )
                self.pending[case, question] = done.position
            case CorrectionApproved(case=case, question=question):
                self._settle(case, question, "approved", done)
            case CorrectionRejected(case=case, question=question):
                self._settle(case, question, "rejected", done)
            case _:
                pass

    def _move(self, case: str, state: CaseState, done: Done) -> None:
        self.reviews[case] = replace(
            self.review(case),
            state=state,
            moved=done,
            taken_back_by=None if state.is_locked else done.by,
        )

    def _settle(self, case: str, question: str, outcome: str, done: Done) -> None:
        position = self.pending.pop((case, question), None)
        if position is not None:  # a ledger may hold an approval of nothing
            self.corrections[position] = replace(
                self.corrections[position], outcome=outcome, settled=done
            )
