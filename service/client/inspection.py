"""One inspection: its people, cases and ratings; fieldwork, panel and report beside."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Literal

from msgspec.structs import replace

from service.client.address import NOW, Address, AsOf, Found, When, told
from service.client.batch import AnswerBatchBody, AnswerBatchView, Item
from service.client.case import Case
from service.client.fieldwork import Fieldwork
from service.client.panel import Panel
from service.client.ratings import ExplanationView, PartView, RatingsView
from service.client.report import Report
from service.client.stream import News
from service.client.views import (
    Accepted,
    AssignmentsView,
    CaseSummary,
    CasesView,
    ChangesView,
    InspectionView,
    JudgementView,
    RatingChange,
)

Form = Literal["csv", "ndjson", "xlsx"]
"""How a table is downloaded."""

MEDIA: Mapping[Form, str] = {
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Inspection:
    """One inspection, by its id."""

    def __init__(self, here: Address, id_: str) -> None:
        self.id = id_
        self._here = here
        self.fieldwork = Fieldwork(here)
        self.panel = Panel(here)
        self.report = Report(here)

    def case(self, ref: str) -> Case:
        """One of its cases; nothing is sent yet."""
        return Case(self._here / "cases" / ref)

    async def show(self, *, as_of: AsOf = None) -> InspectionView:
        """The inspection, the rules it is held to, and where it stands."""
        return await self._here.read(InspectionView, as_of)

    async def cases(self, *, as_of: AsOf = None) -> AsyncIterator[CaseSummary]:
        """Its cases with their samples, page after page."""
        async for page in (self._here / "cases").pages(CasesView, as_of=as_of):
            for case in page.cases:
                yield case

    async def add_case(
        self,
        sample: str,
        facts: Mapping[str, str],
        *,
        case: str | None = None,
        when: When = NOW,
    ) -> Accepted:
        """Put a case into a sample, with what is known of it; made a reference."""
        body = told(sample=sample, facts=dict(facts), case=case)
        return await (self._here / "cases").add(body, when)

    async def send(self, items: Sequence[Item]) -> AnswerBatchView:
        """Send what was recorded without a network; each item has its own result."""
        ask = replace(
            (self._here / "answer-batches").asking("POST", {}),
            body=AnswerBatchBody(items=tuple(items)),
            headers={"Prefer": "return=minimal"},
        )
        return await self._here.send(ask, AnswerBatchView)

    def watch(self, *, after: int | None = None) -> AsyncGenerator[News, None]:
        """News after a position, or from now on, for as long as you listen."""
        return (self._here / "stream").watch(after)

    # ---- people

    async def list_assignments(self, *, as_of: AsOf = None) -> AssignmentsView:
        """Who has which part in the inspection."""
        return await (self._here / "assignments").read(AssignmentsView, as_of)

    async def assign(self, person: str, role: str, *, when: When = NOW) -> Accepted:
        """Give a person a part in the inspection."""
        body = {"person": person, "role": role}
        return await (self._here / "assignments").add(body, when)

    async def release(
        self, person: str, role: str, *, reason: str | None = None, when: When = NOW
    ) -> Accepted:
        """End a person's part in the inspection."""
        here = self._here / "assignments" / person / "releases"
        return await here.add(told(role=role, reason=reason), when)

    # ---- ratings

    async def show_ratings(self, *, as_of: AsOf = None) -> RatingsView:
        """Every rating with its figures."""
        return await (self._here / "ratings").read(RatingsView, as_of)

    async def show_rating(self, part: str, *, as_of: AsOf = None) -> PartView:
        """One part: a question, a standard, `overall`."""
        return await (self._here / "ratings" / part).read(PartView, as_of)

    async def explain(self, part: str, *, as_of: AsOf = None) -> ExplanationView:
        """Why a part is rated as it is."""
        here = self._here / "ratings" / part / "explanation"
        return await here.read(ExplanationView, as_of)

    async def what_if(self, part: str, *, as_of: AsOf = None) -> Found:
        """Every other rating of a part, with the fewest changes that would give it."""
        here = self._here / "ratings" / part / "counterfactuals"
        return await here.read(dict, as_of)

    async def compare(self, a: AsOf = None, b: AsOf = None) -> Found:
        """What differs between two points of the record."""
        return await (self._here / "compare").read(dict, a=a, b=b)

    async def history(
        self, part: str | None = None, *, as_of: AsOf = None
    ) -> AsyncIterator[RatingChange]:
        """What moved one part, or any; in order, page after page."""
        here = self._here / "changes"
        if part is not None:
            here = self._here / "ratings" / part / "history"
        async for page in here.pages(ChangesView, as_of=as_of):
            for change in page.changes:
                yield change

    async def download_changes(
        self, form: Form, *, words: bool = False, as_of: AsOf = None
    ) -> bytes:
        """Every change as a table; with what was written, the client says why."""
        here = self._here / "changes"
        return await here.fetch(
            MEDIA[form], words="true" if words else None, as_of=as_of
        )

    # ---- standards rated by judgement

    async def propose_judgement(  # noqa: PLR0913 - all that a judgement says
        self,
        standard: str,
        rating: str,
        *,
        seen: int | None = None,
        rationale: str | None = None,
        rests_on: Sequence[str] = (),
        when: When = NOW,
    ) -> Accepted:
        """Propose the rating of a judged standard, or change the version seen."""
        body = told(rating=rating, rationale=rationale, rests_on=[*rests_on])
        return await (self._here / "judgements" / standard).put(body, seen, when)

    async def withdraw_judgement(
        self, standard: str, *, seen: int, key: str | None = None
    ) -> Accepted:
        """Leave a judged standard unrated again."""
        return await (self._here / "judgements" / standard).delete(seen, key)

    async def show_judgement(
        self, standard: str, *, as_of: AsOf = None
    ) -> JudgementView:
        """The proposed rating of a judged standard with its rationale."""
        return await (self._here / "judgements" / standard).read(JudgementView, as_of)

    # ---- steps that a tool keeps as data

    async def look(self, path: str, *, as_of: AsOf = None) -> Found:
        """What is at an address written down beforehand, after the inspection's own.

        `path` is `"cases/C-1/queries"` for what `case("C-1").list_queries()` reads.
        """
        return await self._here.under(path).read(dict, as_of)

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        seen: int | None = None,
        when: When = NOW,
    ) -> Accepted:
        """Carry out a step that was written down beforehand; `path` as for `look`."""
        here = self._here.under(path)
        if method == "DELETE" and seen is not None:
            return await here.delete(seen, when.key)
        if method == "PUT":
            return await here.put(body or {}, seen, when)
        return await here.post(body, when)
