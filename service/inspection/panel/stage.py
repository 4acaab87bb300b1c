"""How far the panel has come with each standard that may be moved."""

from dataclasses import dataclass
from enum import StrEnum

from dsl import DiscretionOutcome, DiscretionState, Outcome
from projections import RatingBook, figures_hash, figures_of


class Stage(StrEnum):
    """Where a standard stands; one that is closed is not before the panel at all."""

    ELIGIBLE = "eligible"  # open, and nobody has taken it up on these figures
    CONSIDERED = "considered"  # taken up or proposed on these figures, not decided
    DECIDED = "decided"
    LAPSED = "lapsed"  # decided on figures that moved since; open for a new decision


@dataclass(frozen=True, slots=True)
class Staged:
    """A standard before the panel."""

    stage: Stage
    outcome: Outcome
    discretion: DiscretionOutcome


def staged(book: RatingBook) -> tuple[Staged, ...]:
    """Every standard that is or was before the panel, in framework order."""
    return tuple(
        Staged(stage, outcome, outcome.discretion)
        for outcome in book.ratings.assessment().standards.values()
        if outcome.discretion is not None
        and (stage := _stage(book, outcome.part, outcome.discretion)) is not None
    )


def _stage(
    book: RatingBook, standard: str, discretion: DiscretionOutcome
) -> Stage | None:
    if discretion.state in {DiscretionState.APPLIED, DiscretionState.DECLINED}:
        return Stage.DECIDED
    if not discretion.open:
        return None
    if discretion.state is DiscretionState.LAPSED:
        return Stage.LAPSED
    hash_ = figures_hash(book.framework.hash, figures_of(book, standard))
    panel = book.proceedings
    considered, motion = panel.considered.get(standard), panel.motions.get(standard)
    taken_up = considered is not None and considered.fact.figures_hash == hash_
    proposed = motion is not None and motion.proposal.fact.figures_hash == hash_
    return Stage.CONSIDERED if taken_up or proposed else Stage.ELIGIBLE
