"""Facts of how ratings become final and are reported: each step takes another person.

They lie in the stream of the inspection they are about. Only a decision on discretion
moves a rating; what is proposed, voted and endorsed moves none.
"""

from msgspec import Struct

from events.sealed import SealedText


class DiscretionProposed(Struct, frozen=True, kw_only=True, tag="discretion-proposed"):
    """Somebody proposed to move an open standard, or to let it stand; nothing moves.

    It holds for these figures and no others.
    """

    standard: str
    outcome: str  # "applied" or "declined"
    before: str
    after: str  # equal to `before` when declined
    grounds: tuple[str, ...]  # those that hold
    figures: dict[str, tuple[int, int]]  # question → yes, relevant
    figures_hash: str
    cases_reviewed: tuple[str, ...]
    groups_reviewed: tuple[str, ...]  # sub-samples, as the framework names them
    reason: SealedText


class DiscretionVoted(Struct, frozen=True, kw_only=True, tag="discretion-voted"):
    """A member of the panel was for or against what is proposed."""

    standard: str
    proposal: int  # version of the discretion-proposed event
    in_favour: bool


class RatingsEndorsed(Struct, frozen=True, kw_only=True, tag="ratings-endorsed"):
    """A member of the panel agrees with the ratings as they are on these figures."""

    figures_hash: str


class RecommendationWithdrawn(
    Struct, frozen=True, kw_only=True, tag="recommendation-withdrawn"
):
    """A recommendation will not be in the report; its number is not used again."""

    number: int
    replaces: int  # version of the recommendation


class PublicationProposed(
    Struct, frozen=True, kw_only=True, tag="publication-proposed"
):
    """The lead proposed to publish exactly this content; nothing is out yet."""

    number: int  # of the publication it would be
    figures_hash: str
    content_hash: str  # of ratings, figures, findings and recommendations
    erratum: SealedText | None = None  # what is put right, from the second on


class ErratumOpened(Struct, frozen=True, kw_only=True, tag="erratum-opened"):
    """A published inspection may be corrected; what was published stays as it was."""

    reason: SealedText
