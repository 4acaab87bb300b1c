"""One case: its facts and answers, and its way from an inspector to acceptance."""

from collections.abc import Mapping

from msgspec import Struct

from service.client.address import NOW, Address, AsOf, When, told
from service.client.views import (
    Accepted,
    AnswerHistoryView,
    AnswerView,
    CaseView,
    CorrectionView,
    FactHistoryView,
    FactView,
    RemarkView,
)


class QueryView(Struct, frozen=True, kw_only=True):
    """A query with its answer."""

    query: str
    question: str
    state: str
    raised: RemarkView | None
    answered: RemarkView | None
    resolved: RemarkView | None


class QueriesView(Struct, frozen=True, kw_only=True):
    """Every query about a case, oldest first."""

    inspection: str
    as_of: int
    case: str
    queries: tuple[QueryView, ...]


class CorrectionsView(Struct, frozen=True, kw_only=True):
    """Every correction ever proposed to one answer, oldest first."""

    inspection: str
    as_of: int
    case: str
    question: str
    corrections: tuple[CorrectionView, ...]


class DifferenceView(Struct, frozen=True, kw_only=True):
    """A question that two people judged in two ways, and nobody settled yet."""

    question: str
    stands: str | None
    second: str


class MarkingView(Struct, frozen=True, kw_only=True):
    """A second person's answers beside those that stand."""

    answers: dict[str, str]
    marked_by: str
    marked_at: str
    position: int
    differences: tuple[DifferenceView, ...]
    settled: dict[str, str]


class MarkingsView(Struct, frozen=True, kw_only=True):
    """The second marking of a case, if there is one."""

    inspection: str
    as_of: int
    case: str
    marking: MarkingView | None


class EvidenceView(Struct, frozen=True, kw_only=True):
    """What was written to an answer, and who wrote it."""

    inspection: str
    as_of: int
    case: str
    question: str
    version: int
    position: int
    evidence: str
    actor: str


class Case:
    """One case of an inspection, by its reference."""

    def __init__(self, here: Address) -> None:
        self._here = here

    async def show(self, *, as_of: AsOf = None) -> CaseView:
        """The case with its facts, its answers and the questions asked of it."""
        return await self._here.read(CaseView, as_of)

    # ---- answers

    async def answer(
        self,
        question: str,
        answer: str,
        *,
        seen: int | None = None,
        evidence: str | None = None,
        when: When = NOW,
    ) -> Accepted:
        """Answer a question or a prompt; `seen` is the version of what it changes.

        Raises Stale where something else is on record, or nothing should be.
        """
        body = told(answer=answer, evidence=evidence)
        return await self._answer(question).put(body, seen, when)

    async def withdraw_answer(
        self, question: str, *, seen: int, key: str | None = None
    ) -> Accepted:
        """Leave a question unanswered again."""
        return await self._answer(question).delete(seen, key)

    async def show_answer(self, question: str, *, as_of: AsOf = None) -> AnswerView:
        """An answer with its evidence, who gave it and when."""
        return await self._answer(question).read(AnswerView, as_of)

    async def answer_history(
        self, question: str, *, as_of: AsOf = None
    ) -> AnswerHistoryView:
        """Everything that was ever answered, and every rating it moved."""
        here = self._answer(question) / "history"
        return await here.read(AnswerHistoryView, as_of)

    async def show_evidence(self, question: str, *, as_of: AsOf = None) -> EvidenceView:
        """What was written to an answer, and nothing else."""
        return await (self._answer(question) / "evidence").read(EvidenceView, as_of)

    # ---- corrections of what was submitted

    async def list_corrections(
        self, question: str, *, as_of: AsOf = None
    ) -> CorrectionsView:
        """Every correction ever proposed to one answer."""
        return await self._corrections(question).read(CorrectionsView, as_of)

    async def propose_correction(  # noqa: PLR0913 - all that a correction says
        self,
        question: str,
        answer: str | None,
        *,
        version: int | None,
        reason: str,
        evidence: str | None = None,
        when: When = NOW,
    ) -> Accepted:
        """Propose another answer than the `version` on record, or none (None)."""
        body = told(reason=reason, evidence=evidence)
        body |= {"answer": answer, "version": version}
        return await self._corrections(question).add(body, when)

    async def show_correction(
        self, question: str, correction: int, *, as_of: AsOf = None
    ) -> CorrectionView:
        """One correction beside the answer it would replace."""
        here = self._corrections(question) / correction
        return await here.read(CorrectionView, as_of)

    async def approve_correction(
        self, question: str, correction: int, *, when: When = NOW
    ) -> Accepted:
        """Let it count."""
        here = self._corrections(question) / correction / "approvals"
        return await here.post(when=when)

    async def reject_correction(
        self, question: str, correction: int, reason: str, *, when: When = NOW
    ) -> Accepted:
        """Leave the answer as it is."""
        here = self._corrections(question) / correction / "rejections"
        return await here.post({"reason": reason}, when)

    # ---- facts

    async def record_fact(
        self, fact: str, value: str, *, seen: int | None = None, when: When = NOW
    ) -> Accepted:
        """Record what is known of the case; `seen` is the version it changes."""
        return await self._fact(fact).put({"value": value}, seen, when)

    async def withdraw_fact(
        self, fact: str, *, seen: int, key: str | None = None
    ) -> Accepted:
        """Say that something is not known of the case after all."""
        return await self._fact(fact).delete(seen, key)

    async def show_fact(self, fact: str, *, as_of: AsOf = None) -> FactView:
        """One fact, who recorded it and when."""
        return await self._fact(fact).read(FactView, as_of)

    async def fact_history(self, fact: str, *, as_of: AsOf = None) -> FactHistoryView:
        """Everything that was ever recorded of one fact."""
        return await (self._fact(fact) / "history").read(FactHistoryView, as_of)

    # ---- whether it counts

    async def exclude(self, reason: str, *, when: When = NOW) -> Accepted:
        """Take the case out of every count; its answers stay on record."""
        return await (self._here / "exclusions").post({"reason": reason}, when)

    async def restore(self, reason: str, *, when: When = NOW) -> Accepted:
        """Count the case again."""
        return await (self._here / "restorations").post({"reason": reason}, when)

    async def replace(self, *, when: When = NOW) -> Accepted:
        """Call up a reserve in the place of this case, which is excluded."""
        return await (self._here / "replacements").add({}, when)

    # ---- its way to acceptance

    async def submit(self, *, when: When = NOW) -> Accepted:
        """Finish with the case; somebody else checks it."""
        return await (self._here / "submission").post(when=when)

    async def accept(self, *, when: When = NOW) -> Accepted:
        """Agree with a colleague's case."""
        return await (self._here / "acceptance").post(when=when)

    async def send_back(self, reason: str, *, when: When = NOW) -> Accepted:
        """Return a colleague's case to be worked on again."""
        return await (self._here / "returns").post({"reason": reason}, when)

    async def reopen(
        self, reason: str, *, occasion: str = "other", when: When = NOW
    ) -> Accepted:
        """Take up an accepted case again: `joint-week`, `discretion-review` …"""
        body = {"reason": reason, "occasion": occasion}
        return await (self._here / "reopenings").post(body, when)

    # ---- what a checker asks

    async def list_queries(self, *, as_of: AsOf = None) -> QueriesView:
        """Every query about the case."""
        return await (self._here / "queries").read(QueriesView, as_of)

    async def raise_query(
        self, question: str, text: str, *, when: When = NOW
    ) -> Accepted:
        """Ask about the answer to a question or prompt."""
        body = {"question": question, "text": text}
        return await (self._here / "queries").add(body, when)

    async def show_query(self, query: str, *, as_of: AsOf = None) -> QueryView:
        """A query with its answer."""
        return await (self._here / "queries" / query).read(QueryView, as_of)

    async def answer_query(
        self, query: str, text: str, *, when: When = NOW
    ) -> Accepted:
        """Say what the checker asked."""
        here = self._here / "queries" / query / "responses"
        return await here.post({"text": text}, when)

    async def resolve_query(self, query: str, *, when: When = NOW) -> Accepted:
        """Be content with what was said."""
        here = self._here / "queries" / query / "resolutions"
        return await here.post(when=when)

    # ---- marked twice

    async def show_markings(self, *, as_of: AsOf = None) -> MarkingsView:
        """A second person's answers beside those that stand."""
        return await (self._here / "markings").read(MarkingsView, as_of)

    async def mark_again(
        self, answers: Mapping[str, str], *, when: When = NOW
    ) -> Accepted:
        """Judge the case a second time, for consistency; nothing is counted twice."""
        return await (self._here / "markings").post({"answers": dict(answers)}, when)

    async def settle_marking(
        self, question: str, stands: str, reason: str, *, when: When = NOW
    ) -> Accepted:
        """Say which of two judgements stands."""
        here = self._here / "markings" / question / "settlements"
        return await here.post({"stands": stands, "reason": reason}, when)

    async def gather(self) -> bytes:
        """All that is kept of the case, as lines of JSON; the client says why."""
        return await (self._here / "data").fetch()

    def _answer(self, question: str) -> Address:
        return self._here / "answers" / question

    def _corrections(self, question: str) -> Address:
        return self._answer(question) / "corrections"

    def _fact(self, fact: str) -> Address:
        return self._here / "facts" / fact
