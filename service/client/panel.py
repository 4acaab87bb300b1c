"""The ratings panel of one inspection: discretion, guidance, agreement."""

from collections.abc import Sequence

from msgspec import Struct

from service.client.address import NOW, Address, AsOf, When, told
from service.client.ratings import RatingView
from service.client.views import Accepted, FiledView, ReasonView, WordsView


class VotesView(Struct, frozen=True, kw_only=True):
    """How many voted which way on what stands proposed."""

    proposal: int
    outcome: str
    after: str
    in_favour: int
    against: int


class OpenView(Struct, frozen=True, kw_only=True):
    """A standard before the panel, and how far the panel has come with it."""

    inspection: str
    standard: str
    title: str
    stage: str
    outcome: str | None
    computed: str | None
    rating: str | None
    grounds: tuple[str, ...]
    because: tuple[str, ...]
    provisional: bool
    votes: VotesView | None
    decided: FiledView | None


class InspectionQueueView(Struct, frozen=True, kw_only=True):
    """The standards of one inspection that are or were before the panel."""

    inspection: str
    as_of: int
    standards: tuple[OpenView, ...]


class QueueView(Struct, frozen=True, kw_only=True):
    """Standards before the panel in all inspections, by inspection; `next` follows."""

    standards: tuple[OpenView, ...]
    next: str | None


class VoteView(Struct, frozen=True, kw_only=True):
    """One vote on what is proposed."""

    in_favour: bool
    filed: FiledView


class ProposalView(Struct, frozen=True, kw_only=True):
    """What stands proposed; votes name its version, and are void once figures move."""

    outcome: str
    before: str
    after: str
    figures_hash: str
    cases_reviewed: tuple[str, ...]
    groups_reviewed: tuple[str, ...]
    reason: WordsView
    filed: FiledView
    votes: tuple[VoteView, ...]


class DecisionView(Struct, frozen=True, kw_only=True):
    """What the panel once decided, on which figures, and why."""

    position: int
    version: int
    outcome: str
    before: str
    after: str
    grounds: tuple[str, ...]
    figures: dict[str, tuple[int, int]]
    figures_hash: str
    cases_reviewed: tuple[str, ...]
    groups_reviewed: tuple[str, ...]
    proposal: int | None
    proposed_by: str | None
    deciders: tuple[str, ...]
    reason: str | None
    erased: bool
    actor: str
    recorded_at: str


class PanelView(Struct, frozen=True, kw_only=True):
    """A standard before the panel: as it stands, and every decision taken on it."""

    inspection: str
    as_of: int
    standard: RatingView
    figures: dict[str, tuple[int, int]]
    figures_hash: str
    considered: FiledView | None
    proposal: ProposalView | None
    decisions: tuple[DecisionView, ...]


class EndorsementView(Struct, frozen=True, kw_only=True):
    """Somebody of the panel who agrees with the figures of now."""

    person: str
    filed: FiledView


class AgreedView(Struct, frozen=True, kw_only=True):
    """What a panel once agreed."""

    ratings: dict[str, str]
    score: int | None
    maximum: int | None
    overall: str | None
    figures_hash: str
    agreed_by: tuple[str, ...]
    filed: FiledView


class AgreementView(Struct, frozen=True, kw_only=True):
    """Whether the ratings are final, and what is missing where they are not."""

    inspection: str
    as_of: int
    agreed: bool
    figures_hash: str
    fieldwork_submitted: bool
    missing: tuple[str, ...]
    lapsed: tuple[str, ...]
    unexplained: tuple[str, ...]
    endorsements: tuple[EndorsementView, ...]
    last: AgreedView | None


class DepartureView(Struct, frozen=True, kw_only=True):
    """Why a standard was rated otherwise than guidance expected."""

    inspection: str
    as_of: int
    standard: str
    expected: str
    given: str
    stands: bool
    because: ReasonView | None


class Panel:
    """What the panel of one inspection reads and does."""

    def __init__(self, here: Address) -> None:
        self._here = here

    async def list_standards(self, *, as_of: AsOf = None) -> InspectionQueueView:
        """The standards that are or were before the panel."""
        return await (self._here / "discretion").read(InspectionQueueView, as_of)

    async def show(self, standard: str, *, as_of: AsOf = None) -> PanelView:
        """A standard before the panel, with the hash of its figures."""
        return await self._standard(standard).read(PanelView, as_of)

    async def consider(
        self, standard: str, *, figures_hash: str, when: When = NOW
    ) -> Accepted:
        """Take up a standard that is open to discretion."""
        body = {"figures_hash": figures_hash}
        return await (self._standard(standard) / "considerations").post(body, when)

    async def propose(  # noqa: PLR0913 - all that a proposal says
        self,
        standard: str,
        *,
        rating: str | None,
        figures_hash: str,
        reason: str,
        cases_reviewed: Sequence[str] = (),
        groups_reviewed: Sequence[str] = (),
        when: When = NOW,
    ) -> Accepted:
        """Propose to move a standard to a rating, or to let it stand (None).

        `Accepted.version` names the proposal to those who vote.
        """
        body = _moving(rating, figures_hash, reason) | {
            "cases_reviewed": [*cases_reviewed],
            "groups_reviewed": [*groups_reviewed],
        }
        return await (self._standard(standard) / "proposals").post(body, when)

    async def vote(
        self, standard: str, proposal: int, *, in_favour: bool, when: When = NOW
    ) -> Accepted:
        """Be for or against what is proposed."""
        body = {"proposal": proposal, "in_favour": in_favour}
        return await (self._standard(standard) / "votes").post(body, when)

    async def decide(  # noqa: PLR0913 - all that a decision says
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
        """Approve what was voted for: a move to a rating, or none (None)."""
        body = _moving(rating, figures_hash, reason) | {
            "cases_reviewed": [*cases_reviewed],
            "deciders": [*deciders],
        }
        return await (self._standard(standard) / "decisions").post(body, when)

    async def depart(self, standard: str, reason: str, *, when: When = NOW) -> Accepted:
        """Say why a standard's rating is not the one guidance expects."""
        here = self._here / "departures" / standard
        return await here.post({"reason": reason}, when)

    async def show_departure(
        self, standard: str, *, as_of: AsOf = None
    ) -> DepartureView:
        """Why a standard was rated otherwise than guidance expected."""
        return await (self._here / "departures" / standard).read(DepartureView, as_of)

    async def show_agreement(self, *, as_of: AsOf = None) -> AgreementView:
        """Whether the ratings are final, and what is missing where they are not."""
        return await (self._here / "agreement").read(AgreementView, as_of)

    async def endorse(self, *, figures_hash: str, when: When = NOW) -> Accepted:
        """Agree with all ratings on the figures of `show_agreement`."""
        body = {"figures_hash": figures_hash}
        return await (self._here / "endorsements").post(body, when)

    def _standard(self, standard: str) -> Address:
        return self._here / "discretion" / standard


def _moving(rating: str | None, figures_hash: str, reason: str) -> dict[str, object]:
    outcome = "declined" if rating is None else "applied"
    return told(
        outcome=outcome, rating=rating, figures_hash=figures_hash, reason=reason
    )
