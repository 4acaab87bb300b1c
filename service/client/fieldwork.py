"""An inspection's fieldwork as a whole: caseload, samples, evidence, what is open."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from service.client.address import NOW, Address, AsOf, When, told
from service.client.views import (
    Accepted,
    FactView,
    FiledView,
    GapView,
    RatingChange,
    WordsView,
)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV = "text/csv"


class CaseloadView(Struct, frozen=True, kw_only=True):
    """What samples are drawn from, counted; the cases themselves stay sealed."""

    digest: str
    cases: int
    samples: dict[str, int]
    strata: dict[str, dict[str, dict[str, int]]]
    version: int
    position: int
    frozen_by: str
    frozen_at: str


class CaseloadsView(Struct, frozen=True, kw_only=True):
    """The caseload that is frozen, if there is one."""

    inspection: str
    as_of: int
    caseload: CaseloadView | None


class SampleView(Struct, frozen=True, kw_only=True):
    """A sample with all it takes to draw it again, and who is in it now."""

    sample: str
    method: str
    seed: str
    caseload: int
    population: int
    size: int
    cases: tuple[str, ...]
    reserves: tuple[str, ...]
    stands_in: dict[str, str]
    shortfalls: dict[str, str]
    version: int
    position: int
    drawn_by: str
    drawn_at: str


class SamplesView(Struct, frozen=True, kw_only=True):
    """Every sample that was drawn."""

    inspection: str
    as_of: int
    samples: tuple[SampleView, ...]


class RedrawnView(Struct, frozen=True, kw_only=True):
    """Whether a sample comes out again, case by case and reserve by reserve."""

    sample: str
    seed: str
    method: str
    digest: str
    same: bool


class RedrawingView(Struct, frozen=True, kw_only=True):
    """Every sample drawn again from the caseload as it was frozen."""

    inspection: str
    as_of: int
    samples: tuple[RedrawnView, ...]


class AllocationView(Struct, frozen=True, kw_only=True):
    """A case, who is to assess it, and how far it has come."""

    case: str
    sample: str
    status: str
    to: str | None
    state: str


class AllocationsView(Struct, frozen=True, kw_only=True):
    """Every case of an inspection with the person it is allocated to."""

    inspection: str
    as_of: int
    allocations: tuple[AllocationView, ...]


class OutstandingView(Struct, frozen=True, kw_only=True):
    """Everything that stands between an inspection and the end of its fieldwork."""

    inspection: str
    as_of: int
    submitted: bool
    states: dict[str, int]
    counts: dict[str, int]
    gaps: tuple[GapView, ...]


class LateChangeView(Struct, frozen=True, kw_only=True):
    """An answer that changed after its case was first submitted."""

    position: int
    case: str
    question: str
    before: str | None
    after: str | None
    event_type: str
    proposed_by: str | None
    actor: str
    recorded_at: str
    after_fieldwork: bool
    changes: tuple[RatingChange, ...]


class LateChangesView(Struct, frozen=True, kw_only=True):
    """Every answer that changed late, oldest first."""

    inspection: str
    as_of: int
    late_changes: tuple[LateChangeView, ...]


class ReceivedView(Struct, frozen=True, kw_only=True):
    """One piece of evidence, and what it bears on."""

    received: str
    medium: str
    standards: tuple[str, ...]
    filed: FiledView


class AllReceivedView(Struct, frozen=True, kw_only=True):
    """All evidence of an inspection in the order it came; each has its summary."""

    inspection: str
    as_of: int
    evidence: tuple[ReceivedView, ...]


class SummaryView(Struct, frozen=True, kw_only=True):
    """One piece of evidence with what it says."""

    inspection: str
    as_of: int
    received: ReceivedView
    summary: WordsView


class Fieldwork:
    """The fieldwork of one inspection."""

    def __init__(self, here: Address) -> None:
        self._here = here

    async def show_caseload(self, *, as_of: AsOf = None) -> CaseloadsView:
        """The caseload samples are drawn from, counted."""
        return await (self._here / "caseloads").read(CaseloadsView, as_of)

    async def freeze_caseload(
        self, table: bytes, *, key: str | None = None
    ) -> Accepted:
        """Upload the service's cases, as CSV or a spreadsheet (XLSX)."""
        here = self._here / "caseloads"
        media = _XLSX if table.startswith(b"PK") else _CSV
        ask = replace(here.asking("POST", {}), body=table, media=media, key=key)
        return await here.send(ask, Accepted)

    async def list_samples(self, *, as_of: AsOf = None) -> SamplesView:
        """Every sample, with all it takes to draw it again."""
        return await (self._here / "samples").read(SamplesView, as_of)

    async def draw_samples(
        self, *, seed: str | None = None, when: When = NOW
    ) -> Accepted:
        """Draw every sample from the caseload; without a seed one is made."""
        return await (self._here / "samples").add(told(seed=seed), when)

    async def redraw_samples(self, *, as_of: AsOf = None) -> RedrawingView:
        """See that the same cases come out of the same caseload again."""
        return await (self._here / "samples" / "redrawing").read(RedrawingView, as_of)

    async def list_allocations(self, *, as_of: AsOf = None) -> AllocationsView:
        """Every case with who is to assess it."""
        return await (self._here / "allocations").read(AllocationsView, as_of)

    async def allocate(
        self,
        cases: Mapping[str, str],
        *,
        reason: str | None = None,
        when: When = NOW,
    ) -> Accepted:
        """Give cases to people, all or none; a reason where they were others'."""
        allocations = [
            told(case=case, to=person, reason=reason) for case, person in cases.items()
        ]
        body = {"allocations": allocations}
        return await (self._here / "allocations").add(body, when)

    async def show_outstanding(self, *, as_of: AsOf = None) -> OutstandingView:
        """Everything that stands between here and the end of the fieldwork."""
        return await (self._here / "outstanding").read(OutstandingView, as_of)

    async def list_late_changes(self, *, as_of: AsOf = None) -> LateChangesView:
        """Every answer that changed after its case was first submitted."""
        return await (self._here / "late-changes").read(LateChangesView, as_of)

    async def submit(self, *, when: When = NOW) -> Accepted:
        """End the fieldwork: nothing that a rating rests on moves from here on."""
        return await (self._here / "submissions").post(when=when)

    async def reopen(
        self, reason: str, *, occasion: str = "other", when: When = NOW
    ) -> Accepted:
        """Take the fieldwork up again."""
        body = {"reason": reason, "occasion": occasion}
        return await (self._here / "reopenings").post(body, when)

    async def set_aside(
        self, domain: str, reason: str, *, when: When = NOW
    ) -> Accepted:
        """Leave a domain out of this inspection."""
        here = self._here / "domains" / domain / "set-asides"
        return await here.post({"reason": reason}, when)

    async def take_up(self, domain: str, reason: str, *, when: When = NOW) -> Accepted:
        """Inspect a domain after all."""
        here = self._here / "domains" / domain / "take-ups"
        return await here.post({"reason": reason}, when)

    # ---- facts of the service and the inspection

    async def record_fact(
        self, fact: str, value: str, *, seen: int | None = None, when: When = NOW
    ) -> Accepted:
        """Record what is known of the service; `seen` is the version it changes."""
        return await (self._here / "facts" / fact).put({"value": value}, seen, when)

    async def withdraw_fact(
        self, fact: str, *, seen: int, key: str | None = None
    ) -> Accepted:
        """Say that something is not known after all."""
        return await (self._here / "facts" / fact).delete(seen, key)

    async def show_fact(self, fact: str, *, as_of: AsOf = None) -> FactView:
        """One fact, who recorded it and when."""
        return await (self._here / "facts" / fact).read(FactView, as_of)

    # ---- evidence on judged standards

    async def receive_evidence(  # noqa: PLR0913 - all that is said of evidence
        self,
        name: str,
        medium: str,
        *,
        standards: Sequence[str],
        summary: str,
        seen: int | None = None,
        when: When = NOW,
    ) -> Accepted:
        """File a `document`, `meeting`, `interview` or `survey`."""
        body = {"medium": medium, "standards": [*standards], "summary": summary}
        return await (self._here / "evidence" / name).put(body, seen, when)

    async def list_evidence(self, *, as_of: AsOf = None) -> AllReceivedView:
        """All evidence in the order it came."""
        return await (self._here / "evidence").read(AllReceivedView, as_of)

    async def show_received(self, name: str, *, as_of: AsOf = None) -> SummaryView:
        """One piece of evidence with what it says."""
        return await (self._here / "evidence" / name).read(SummaryView, as_of)
