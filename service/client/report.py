"""The report of one inspection, from findings to publication and what follows it."""

from datetime import date

from msgspec import Struct

from service.client.address import NOW, Address, AsOf, When, told
from service.client.ratings import ExplanationView
from service.client.views import Accepted, FiledView, WordsView


class FindingView(Struct, frozen=True, kw_only=True):
    """What the report says of one part."""

    inspection: str
    as_of: int
    part: str
    text: WordsView
    filed: FiledView


class RecommendationView(Struct, frozen=True, kw_only=True):
    """One recommendation."""

    number: int
    owner: str
    text: WordsView
    filed: FiledView


class RecommendationsView(Struct, frozen=True, kw_only=True):
    """All recommendations, numbered across owners; changing one takes this `ETag`."""

    inspection: str
    as_of: int
    recommendations: tuple[RecommendationView, ...]


class ReportedView(Struct, frozen=True, kw_only=True):
    """The ratings of one moment and the figures they rest on."""

    ratings: dict[str, str]
    computed: dict[str, str]
    score: int | None
    maximum: int | None
    overall: str | None
    questions: dict[str, tuple[int, int]]
    prompts: dict[str, tuple[int, int]]
    figures_hash: str


class ReportView(Struct, frozen=True, kw_only=True):
    """The report as it reads now; `content_hash` names exactly this to publish it."""

    inspection: str
    as_of: int
    number: int
    agreed: bool
    reported: ReportedView
    findings: dict[str, WordsView]
    recommendations: tuple[RecommendationView, ...]
    framework_hash: str
    content_hash: str


class DraftView(Struct, frozen=True, kw_only=True):
    """The draft that went out; `same_figures` tells if they have moved since."""

    due_on: str
    figures_hash: str
    same_figures: bool
    filed: FiledView


class SettledView(Struct, frozen=True, kw_only=True):
    """What became of a point."""

    outcome: str
    reason: WordsView
    filed: FiledView


class PointView(Struct, frozen=True, kw_only=True):
    """Something that the service says is wrong."""

    point: str
    text: WordsView
    raised: FiledView
    settled: SettledView | None


class AccuracyView(Struct, frozen=True, kw_only=True):
    """The draft, and every point raised on it."""

    inspection: str
    as_of: int
    draft: DraftView | None
    points: tuple[PointView, ...]


class ProposedView(Struct, frozen=True, kw_only=True):
    """What is proposed to be published; whoever approves names its `content_hash`."""

    number: int
    figures_hash: str
    content_hash: str
    filed: FiledView


class PublishedView(Struct, frozen=True, kw_only=True):
    """What was published, by whom, and where the record stood."""

    number: int
    overall: str | None
    score: int | None
    maximum: int | None
    content_hash: str | None
    report_as_of: int
    checkpoint: int | None
    proposed_by: str | None
    approved: FiledView


class PublicationsView(Struct, frozen=True, kw_only=True):
    """Every publication of an inspection, and what is proposed next."""

    inspection: str
    as_of: int
    proposed: ProposedView | None
    erratum_open: bool
    published: tuple[PublishedView, ...]


class PublishedDifferenceView(Struct, frozen=True, kw_only=True):
    """One figure as published and as it is on record otherwise."""

    part: str
    published: str | None
    on_record: str | None


class PublicationView(Struct, frozen=True, kw_only=True):
    """One publication, and whether the record still says the same."""

    inspection: str
    as_of: int
    published: PublishedView
    reported: ReportedView
    framework_hash: str
    findings: dict[str, int]
    recommendations: tuple[int, ...]
    erratum: WordsView | None
    differs_then: tuple[PublishedDifferenceView, ...]
    differs_now: tuple[PublishedDifferenceView, ...]


class PlanReviewView(Struct, frozen=True, kw_only=True):
    """What the inspectorate thinks of a plan."""

    outcome: str
    summary: WordsView
    filed: FiledView


class PublishedPartView(Struct, frozen=True, kw_only=True):
    """One part as published; `withheld` where its count would tell of a few cases."""

    part: str
    kind: str
    title: str
    rating: str | None
    computed: str | None
    score: int | None
    maximum: int | None
    yes: int | None
    relevant: int | None
    percentage: int | None
    withheld: bool


class PublishedReportView(Struct, frozen=True, kw_only=True):
    """The latest publication, as anybody may read it."""

    inspection: str
    as_of: int
    number: int
    published_at: str
    service: str
    programme: str
    framework: str
    revision: int
    framework_hash: str
    fieldwork_starts_on: str
    counts_from: int
    parts: tuple[PublishedPartView, ...]


class PlanView(Struct, frozen=True, kw_only=True):
    """The last action plan and its review."""

    inspection: str
    as_of: int
    summary: WordsView
    received: FiledView
    review: PlanReviewView | None


class RepinChangeView(Struct, frozen=True, kw_only=True):
    """A rating that the other revision gives differently, with both reasons."""

    part: str
    before: str | None
    after: str | None
    because_before: str
    because_after: str
    provisional: bool


class RepinImpactView(Struct, frozen=True, kw_only=True):
    """What a revision would change; `impact_hash` names exactly this to move to it."""

    inspection: str
    as_of: int
    framework: str
    revision: int
    framework_hash: str
    changed: tuple[RepinChangeView, ...]
    not_admitted: tuple[str, ...]
    unknown: tuple[str, ...]
    impact_hash: str


class Report:
    """The report of one inspection, and what the service makes of it."""

    def __init__(self, here: Address) -> None:
        self._here = here

    async def show(self, *, as_of: AsOf = None) -> ReportView:
        """The report as it reads now; `content_hash` names exactly this."""
        return await (self._here / "report").read(ReportView, as_of)

    async def record_finding(
        self, part: str, text: str, *, seen: int | None = None, when: When = NOW
    ) -> Accepted:
        """Write what is found of a part, or change the version seen."""
        return await (self._here / "findings" / part).put({"text": text}, seen, when)

    async def show_finding(self, part: str, *, as_of: AsOf = None) -> FindingView:
        """What the report says of one part."""
        return await (self._here / "findings" / part).read(FindingView, as_of)

    async def list_recommendations(self, *, as_of: AsOf = None) -> RecommendationsView:
        """All recommendations, numbered across owners."""
        return await (self._here / "recommendations").read(RecommendationsView, as_of)

    async def recommend(self, owner: str, text: str, *, when: When = NOW) -> Accepted:
        """Recommend something to an office."""
        body = {"owner": owner, "text": text}
        return await (self._here / "recommendations").post(body, when)

    async def change_recommendation(
        self, number: int, owner: str, text: str, *, seen: int, when: When = NOW
    ) -> Accepted:
        """Word it anew; `seen` is the version it was last filed at."""
        body = {"owner": owner, "text": text}
        return await (self._here / "recommendations" / number).put(body, seen, when)

    async def withdraw_recommendation(
        self, number: int, *, seen: int, key: str | None = None
    ) -> Accepted:
        """Leave it out."""
        return await (self._here / "recommendations" / number).delete(seen, key)

    # ---- the service checks the facts

    async def send_draft(self, due_on: date, *, when: When = NOW) -> Accepted:
        """Send the draft; until a day the service can say what is wrong."""
        body = {"due_on": due_on}
        return await (self._here / "drafts").post(body, when)

    async def list_accuracy_points(self, *, as_of: AsOf = None) -> AccuracyView:
        """The draft, and every point raised on it."""
        return await (self._here / "accuracy-points").read(AccuracyView, as_of)

    async def raise_accuracy_point(self, text: str, *, when: When = NOW) -> Accepted:
        """Say what is wrong in the draft."""
        return await (self._here / "accuracy-points").post({"text": text}, when)

    async def settle_accuracy_point(
        self, point: str, *, accepted: bool, reason: str, when: When = NOW
    ) -> Accepted:
        """Say what became of a point, and why."""
        outcome = "accepted" if accepted else "rejected"
        here = self._here / "accuracy-points" / point / "settlements"
        return await here.post({"outcome": outcome, "reason": reason}, when)

    # ---- publication

    async def list_publications(self, *, as_of: AsOf = None) -> PublicationsView:
        """Every publication, and what is proposed next."""
        return await (self._here / "publications").read(PublicationsView, as_of)

    async def propose_publication(
        self, content_hash: str, *, erratum: str | None = None, when: When = NOW
    ) -> Accepted:
        """Propose to publish exactly this; `erratum` says what is put right."""
        body = told(content_hash=content_hash, erratum=erratum)
        return await (self._here / "publications").post(body, when)

    async def approve_publication(
        self, number: int, content_hash: str, *, when: When = NOW
    ) -> Accepted:
        """Publish exactly what was proposed."""
        here = self._here / "publications" / number / "approvals"
        return await here.post({"content_hash": content_hash}, when)

    async def show_publication(
        self, number: int, *, as_of: AsOf = None
    ) -> PublicationView:
        """One publication, and whether the record still says the same."""
        return await (self._here / "publications" / number).read(PublicationView, as_of)

    async def show_published(self, *, as_of: AsOf = None) -> PublishedReportView:
        """What is published, as everybody may read it."""
        return await (self._here / "published").read(PublishedReportView, as_of)

    async def explain_published(
        self, part: str, *, as_of: AsOf = None
    ) -> ExplanationView:
        """Why a part was rated as it is published."""
        here = self._here / "published" / part / "explanation"
        return await here.read(ExplanationView, as_of)

    async def open_erratum(self, reason: str, *, when: When = NOW) -> Accepted:
        """Take up what was published, to put it right."""
        return await (self._here / "errata").post({"reason": reason}, when)

    # ---- what the service will do

    async def show_action_plan(self, *, as_of: AsOf = None) -> PlanView:
        """The last action plan and its review."""
        return await (self._here / "action-plan").read(PlanView, as_of)

    async def receive_action_plan(self, summary: str, *, when: When = NOW) -> Accepted:
        """File what the service will do."""
        return await (self._here / "action-plan").post({"summary": summary}, when)

    async def review_action_plan(
        self, *, sufficient: bool, summary: str, when: When = NOW
    ) -> Accepted:
        """Say what the inspectorate thinks of the plan."""
        outcome = "sufficient" if sufficient else "not-sufficient"
        here = self._here / "action-plan" / "reviews"
        return await here.post({"outcome": outcome, "summary": summary}, when)

    # ---- held to corrected rules

    async def show_repin_impact(self, revision: int) -> RepinImpactView:
        """What another revision of the framework would change."""
        return await (self._here / "repins" / revision).read(RepinImpactView)

    async def repin(
        self, revision: int, *, impact_hash: str, reason: str, when: When = NOW
    ) -> Accepted:
        """Hold the inspection to it, having seen its impact."""
        body = {"revision": revision, "impact_hash": impact_hash, "reason": reason}
        return await (self._here / "repins").post(body, when)
