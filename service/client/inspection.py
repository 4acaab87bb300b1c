"""One inspection: its cases, judgements, panel decisions and ratings."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from msgspec.json import Decoder

from service.client.batch import AnswerBatchBody, AnswerBatchView, Item
from service.client.case import (
    ACCEPTED,
    NOW,
    AsOf,
    Case,
    When,
    deleting,
    following,
    posting,
    putting,
    reading,
    step,
    told,
)
from service.client.transport import Ask, Transport
from service.client.views import (
    Accepted,
    AssignmentsView,
    CasesView,
    ChangesView,
    ExplanationView,
    InspectionView,
    JudgementView,
    PanelView,
    PartView,
    RatingChange,
    RatingsView,
)

T = TypeVar("T")

_ASSIGNMENTS = Decoder(AssignmentsView)
_ANYTHING = Decoder(dict[str, Any])
_BATCH = Decoder(AnswerBatchView)
_CASES = Decoder(CasesView)
_CHANGES = Decoder(ChangesView)
_EXPLANATION = Decoder(ExplanationView)
_INSPECTION = Decoder(InspectionView)
_JUDGEMENT = Decoder(JudgementView)
_PANEL = Decoder(PanelView)
_PART = Decoder(PartView)
_RATINGS = Decoder(RatingsView)


class Inspection:
    """One inspection, by its id."""

    def __init__(self, transport: Transport, id_: str) -> None:
        self.id = id_
        self._transport = transport
        self._address = f"/v1/inspections/{step(id_)}"

    def case(self, ref: str) -> Case:
        """One of its cases; nothing is sent yet."""
        return Case(self._transport, f"{self._address}/cases/{step(ref)}")

    async def show(self, *, as_of: AsOf = None) -> InspectionView:
        """The inspection, the rules it is held to, and where it stands."""
        return await self._read("", _INSPECTION, as_of)

    async def list_cases(self, *, as_of: AsOf = None) -> CasesView:
        """Its cases with their samples."""
        return await self._read("/cases", _CASES, as_of)

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
        return await self._post("/cases", body, when)

    async def send(self, items: Sequence[Item]) -> AnswerBatchView:
        """Send what was recorded without a network; each item has its own result."""
        ask = Ask(
            method="POST",
            path=f"{self._address}/answer-batches",
            body=AnswerBatchBody(items=tuple(items)),
            headers={"Prefer": "return=minimal"},
        )
        return await self._transport.write(ask, _BATCH)

    async def propose_judgement(
        self,
        standard: str,
        rating: str,
        *,
        seen: int | None = None,
        rationale: str | None = None,
        when: When = NOW,
    ) -> Accepted:
        """Propose the rating of a judged standard, or change the version seen."""
        path = f"{self._address}/judgements/{step(standard)}"
        body = told(rating=rating, rationale=rationale)
        return await self._transport.write(putting(path, body, seen, when), ACCEPTED)

    async def withdraw_judgement(
        self, standard: str, *, seen: int, key: str | None = None
    ) -> Accepted:
        """Leave a judged standard unrated again."""
        path = f"{self._address}/judgements/{step(standard)}"
        return await self._transport.write(deleting(path, seen, key), ACCEPTED)

    async def show_judgement(
        self, standard: str, *, as_of: AsOf = None
    ) -> JudgementView:
        """The proposed rating of a judged standard with its rationale."""
        return await self._read(f"/judgements/{step(standard)}", _JUDGEMENT, as_of)

    async def show_discretion(self, standard: str, *, as_of: AsOf = None) -> PanelView:
        """A standard before the panel, with the hash of its figures."""
        return await self._read(f"/discretion/{step(standard)}", _PANEL, as_of)

    async def decide_discretion(  # noqa: PLR0913 - all that a decision says
        self,
        standard: str,
        *,
        rating: str | None,
        figures_hash: str,
        reason: str,
        cases_reviewed: Sequence[str] = (),
        deciders: Sequence[str] = (),
        when: When = NOW,
    ) -> Accepted:
        """Move a standard to a rating, or decline to (None), on the figures read."""
        body = told(
            outcome="declined" if rating is None else "applied",
            rating=rating,
            figures_hash=figures_hash,
            reason=reason,
            cases_reviewed=tuple(cases_reviewed),
            deciders=tuple(deciders),
        )
        return await self._post(f"/discretion/{step(standard)}/decisions", body, when)

    async def depart_from_guidance(
        self, standard: str, reason: str, *, when: When = NOW
    ) -> Accepted:
        """Say why a standard's rating is not the one guidance expects."""
        return await self._post(
            f"/departures/{step(standard)}", {"reason": reason}, when
        )

    async def show_ratings(self, *, as_of: AsOf = None) -> RatingsView:
        """Every rating with its figures."""
        return await self._read("/ratings", _RATINGS, as_of)

    async def show_rating(self, part: str, *, as_of: AsOf = None) -> PartView:
        """One part: a question, a standard, `overall`."""
        return await self._read(f"/ratings/{step(part)}", _PART, as_of)

    async def explain(self, part: str, *, as_of: AsOf = None) -> ExplanationView:
        """Why a part is rated as it is."""
        return await self._read(
            f"/ratings/{step(part)}/explanation", _EXPLANATION, as_of
        )

    async def history(
        self, part: str | None = None, *, as_of: AsOf = None
    ) -> AsyncIterator[RatingChange]:
        """What moved one part, or any; in order, page after page."""
        path = "/changes" if part is None else f"/ratings/{step(part)}/history"
        ask: Ask | None = reading(f"{self._address}{path}", as_of)
        while ask is not None:
            page = await self._transport.read(ask, _CHANGES)
            for change in page.changes:
                yield change
            ask = following(ask, page.next)

    async def list_assignments(self, *, as_of: AsOf = None) -> AssignmentsView:
        """Who has which part in the inspection."""
        return await self._read("/assignments", _ASSIGNMENTS, as_of)

    async def assign(self, person: str, role: str, *, when: When = NOW) -> Accepted:
        """Give a person a part in the inspection."""
        return await self._post("/assignments", {"person": person, "role": role}, when)

    async def release(
        self, person: str, role: str, *, reason: str | None = None, when: When = NOW
    ) -> Accepted:
        """End a person's part in the inspection."""
        body = told(role=role, reason=reason)
        return await self._post(f"/assignments/{step(person)}/releases", body, when)

    async def look(self, path: str, *, as_of: AsOf = None) -> dict[str, Any]:
        """Anything else the API tells of the inspection, as it tells it.

        `path` comes after the inspection's own address: `"cases/C-1/queries"`.
        """
        return await self._read(f"/{quote(path)}", _ANYTHING, as_of)

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        seen: int | None = None,
        when: When = NOW,
    ) -> Accepted:
        """Anything else the API records of the inspection; `path` as for `look`."""
        address = f"{self._address}/{quote(path)}"
        if method == "DELETE" and seen is not None:
            ask = deleting(address, seen, when.key)
        elif method == "PUT":
            ask = putting(address, dict(body or {}), seen, when)
        else:
            ask = posting(address, dict(body or {}), when)
        return await self._transport.write(ask, ACCEPTED)

    async def _read(self, path: str, decoder: "Decoder[T]", as_of: AsOf) -> T:
        ask = reading(f"{self._address}{path}", as_of)
        return await self._transport.read(ask, decoder)

    async def _post(self, path: str, body: dict[str, object], when: When) -> Accepted:
        ask = posting(f"{self._address}{path}", body, when)
        return await self._transport.write(ask, ACCEPTED)
