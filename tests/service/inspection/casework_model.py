"""A simple model of the fieldwork: what one case may go through, and by whose hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from service.inspection.commands import (
    ExcludeCase,
    GiveAnswer,
    RecordFact,
    RestoreCase,
    WithdrawAnswer,
)
from service.inspection.fieldwork.commands import (
    AcceptCase,
    AllocateCases,
    AnswerQuery,
    ApproveCorrection,
    MarkCaseAgain,
    ProposeCorrection,
    RaiseQuery,
    RejectCorrection,
    ReopenCase,
    ReopenInspection,
    ResolveQuery,
    ReturnCase,
    SettleMarking,
    SubmitCase,
    SubmitInspection,
)

ALWAYS, OF_HARM = "2.1.1", "2.1.2"
CASE = "C-1"

PARTS: Mapping[str, tuple[str, ...]] = {
    "lena": ("lead-inspector",),
    "ida": ("inspector",),
    "noor": ("inspector",),
    "dora": ("inspector", "quality-lead"),
    "quinn": ("quality-lead",),
    "pavel": ("panel-member",),
    "ola": ("operations",),
}
"""Everybody's roles; those that need a part in the inspection have it."""

_ASSESSES = {"lena", "ida", "noor", "dora"}
_CHECKS = _ASSESSES | {"quinn"}
_APPROVES = {"lena", "dora", "quinn"}
_REOPENS = {"lena", "dora", "quinn", "pavel"}


@dataclass
class Model:
    """One case, told as simply as it can be."""

    state: str = "open"
    excluded: bool = False
    harm: str | None = None
    answers: dict[str, str] = field(default_factory=dict)
    hands: set[str] = field(default_factory=set)
    proposers: set[str] = field(default_factory=set)
    allocated: str | None = None
    submitter: str | None = None
    taken_back_by: str | None = None
    queries: dict[str, tuple[str, str]] = field(default_factory=dict)  # by, state
    pending: dict[str, tuple[str, str | None, int]] = field(default_factory=dict)
    marking: dict[str, str] | None = None
    settled: dict[str, str] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)  # answers since their proposal
    finished: bool = False  # the fieldwork

    @property
    def locked(self) -> bool:
        return self.state in {"submitted", "accepted"}

    @property
    def own(self) -> set[str | None]:
        return self.assessors | self.proposers

    @property
    def assessors(self) -> set[str | None]:
        return self.hands | {self.allocated, self.submitter}

    def missing(self) -> set[str]:
        if self.excluded:
            return set()
        relevant = {ALWAYS} | ({OF_HARM} if self.harm != "no" else set())
        answered = set(self.answers) - ({OF_HARM} if self.harm is None else set())
        return relevant - answered

    def differences(self) -> set[str]:
        return {
            question
            for question, second in (self.marking or {}).items()
            if (stands := self.answers.get(question)) != second
            and question not in self.pending
            and not (question in self.settled and self.settled[question] == stands)
        }

    def contested(self) -> bool:
        return bool(self.pending or self.differences())

    def unresolved(self) -> bool:
        return any(state != "resolved" for _, state in self.queries.values())

    def _works(self, who: str) -> bool:
        return who in _ASSESSES and (who == "lena" or self.allocated in {None, who})

    def allows(self, who: str, command: Struct) -> bool:
        """Whether this person may do this now."""
        if isinstance(command, ReopenInspection):
            return who in _REOPENS and self.finished
        if self.finished:
            return False
        match command:
            case GiveAnswer() | RecordFact():
                return self._may_change(who)
            case WithdrawAnswer(question=question):
                return self._may_change(who) and question in self.answers
            case AllocateCases():
                (each,) = command.allocations
                moves = self.allocated not in {None, each.to}
                if self.allocated == each.to:
                    return who in {"lena", "ola"}
                may = who in {"lena", "ola"} and not self.excluded
                return may and each.to in _ASSESSES and not (moves and not each.reason)
            case ExcludeCase() | RestoreCase():
                return who == "lena"
            case SubmitCase():
                asked = any(state == "raised" for _, state in self.queries.values())
                ready = not (self.excluded or self.locked or asked or self.missing())
                return self._works(who) and ready
            case AcceptCase() if self.state == "accepted":
                return self._may_check(who)
            case AcceptCase():
                open_ = self.missing() or self.contested() or self.unresolved()
                return self._may_check(who) and self.locked and not open_
            case ReturnCase():
                return self._may_check(who) and self.state == "submitted"
            case ReopenCase():
                return who in _REOPENS and who not in self.own and self.locked
            case _:
                return self._allows_asking(who, command)

    def _allows_asking(self, who: str, command: Struct) -> bool:
        match command:
            case RaiseQuery(query=query):
                return self._may_check(who) and query not in self.queries
            case AnswerQuery(query=query):
                by, state = self.queries.get(query, (who, ""))
                return self._works(who) and who != by and state == "raised"
            case ResolveQuery(query=query):
                return self._may_check(who) and query in self.queries
            case MarkCaseAgain():
                return self._may_check(who) and self.locked and self.marking is None
            case SettleMarking(question=question, stands=stands):
                may = who in _APPROVES and who not in self.assessors
                marked = question in (self.marking or {})
                same = self.answers.get(question) == stands
                moves = self.locked and question not in self.pending
                return may and marked and (same or moves)
            case ProposeCorrection(question=question, answer=answer):
                other = self.answers.get(question) != answer
                free = self.locked and question not in self.pending
                return self._works(who) and other and free
            case ApproveCorrection(question=question, correction=correction):
                by, _, position = self.pending.get(question, (who, None, 0))
                may = who in _APPROVES and who != by and position == correction
                return may and question not in self.touched
            case RejectCorrection(question=question, correction=correction):
                _, _, position = self.pending.get(question, (who, None, 0))
                return who in _APPROVES and position == correction
            case SubmitInspection():
                if self.excluded:
                    return who == "lena"
                open_ = self.missing() or self.contested() or self.unresolved()
                return who == "lena" and self.state == "accepted" and not open_
            case _:
                raise AssertionError(command)

    def _may_change(self, who: str) -> bool:
        return self._works(who) and not self.locked and who != self.taken_back_by

    def _may_check(self, who: str) -> bool:
        return who in _CHECKS and who not in self.own

    def follow(self, who: str, command: Struct, position: int) -> None:
        """What becomes of the case when it is done."""
        match command:
            case GiveAnswer(question=question, answer=answer):
                if self.answers.get(question) != answer:
                    self._touch(who, question)
                    self.answers[question] = answer
            case WithdrawAnswer(question=question):
                self._touch(who, question)
                del self.answers[question]
            case RecordFact(value=value):
                self.harm = value
            case AllocateCases():
                self.allocated = command.allocations[0].to
            case ExcludeCase():
                self.excluded = True
            case RestoreCase():
                self.excluded = False
            case SubmitCase():
                self.state, self.submitter, self.taken_back_by = "submitted", who, None
            case AcceptCase():
                self.state = "accepted"
            case ReturnCase():
                self.state, self.taken_back_by = "returned", who
            case ReopenCase():
                self.state, self.taken_back_by = "reopened", who
            case SubmitInspection() | ReopenInspection():
                self.finished = isinstance(command, SubmitInspection)
            case _:
                self._follow_asking(who, command, position)

    def _follow_asking(self, who: str, command: Struct, position: int) -> None:
        match command:
            case RaiseQuery(query=query):
                self.queries[query] = (who, "raised")
            case AnswerQuery(query=query):
                self.queries[query] = (self.queries[query][0], "answered")
            case ResolveQuery(query=query):
                self.queries[query] = (self.queries[query][0], "resolved")
            case MarkCaseAgain(answers=answers):
                self.marking = dict(answers)
            case SettleMarking(question=question, stands=stands):
                self.settled[question] = stands
                if self.answers.get(question) != stands:
                    self._propose(who, question, stands, position)
            case ProposeCorrection(question=question, answer=answer):
                self._propose(who, question, answer, position)
            case ApproveCorrection(question=question):
                _, answer, _ = self.pending.pop(question)
                if answer is None:
                    del self.answers[question]
                else:
                    self.answers[question] = answer
            case RejectCorrection(question=question):
                del self.pending[question]
            case _:
                raise AssertionError(command)

    def _propose(
        self, who: str, question: str, answer: str | None, position: int
    ) -> None:
        self.proposers.add(who)
        self.touched.discard(question)
        self.pending[question] = (who, answer, position)

    def _touch(self, who: str, question: str) -> None:
        self.hands.add(who)
        self.touched.add(question)
