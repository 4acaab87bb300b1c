"""Discretion: a standard taken up, a move proposed, voted on and decided.

Whoever proposes does not vote, and whoever approves did neither; all of it holds for
the figures it was done on, and for so long only (F1, F8).
"""

from collections.abc import Sequence
from dataclasses import replace

from dsl import Decision, NotAllowed, Outcome, evaluate
from events.inspection import DiscretionConsidered, DiscretionDecided
from events.panel import DiscretionProposed, DiscretionVoted
from events.recorded import NewEvent
from events.sealed import SealedText
from projections import Motion, RatingBook, figures_hash, figures_of
from service.inspection import about
from service.inspection.asker import Asker
from service.inspection.panel.commands import (
    ConsiderDiscretion,
    DecideDiscretion,
    ProposeDiscretion,
    VoteOnDiscretion,
)
from service.inspection.panel.lapse import has_lapsed, refuse_lapsed
from service.inspection.record import known
from service.refusal import Refused

APPLIED, DECLINED = "applied", "declined"
SHORTEST_REASON = 50
"""Characters that a reason for discretion has at least."""

_TAG = 16  # bytes that sealing adds


def consider(command: ConsiderDiscretion, book: RatingBook) -> Sequence[NewEvent]:
    """Take up an open standard; on the same figures it is taken up once."""
    outcome = _outcome(book, command.standard)
    hash_ = _same_figures(book, command.standard, command.figures_hash)
    _open(outcome)
    done = book.proceedings.considered.get(command.standard)
    if done is not None and done.fact.figures_hash == hash_:
        return ()
    considered = DiscretionConsidered(
        standard=command.standard, grounds=_grounds(outcome), figures_hash=hash_
    )
    return (NewEvent(considered, about.discretion(command.standard)),)


def propose(command: ProposeDiscretion, book: RatingBook) -> Sequence[NewEvent]:
    """Propose a move or none; it takes the place of what was proposed before."""
    standard = command.standard
    outcome = _outcome(book, standard)
    _reviewed(command.cases_reviewed, command.groups_reviewed, book)
    _long_enough(command.reason)
    hash_ = _same_figures(book, standard, command.figures_hash)
    before = _open(outcome)
    after = _target(command.outcome, command.rating, before)
    _permit(book, standard, Decision(command.outcome == APPLIED, after))
    _one_band(book, before, after)
    proposed = DiscretionProposed(
        standard=standard,
        outcome=command.outcome,
        before=before,
        after=after,
        grounds=_grounds(outcome),
        figures=figures_of(book, standard),
        figures_hash=hash_,
        cases_reviewed=command.cases_reviewed,
        groups_reviewed=command.groups_reviewed,
        reason=command.reason,
    )
    return (NewEvent(proposed, about.discretion(standard)),)


def vote(
    command: VoteOnDiscretion, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    """One vote a person on what stands proposed."""
    motion = _motion(command.standard, book, asker)
    if command.proposal != motion.proposal.version:
        raise Refused(
            "proposal-replaced",
            f"proposal {command.proposal} for `{command.standard}` is not the one that "
            f"stands; read the standard again and vote on that",
        )
    if asker.person in motion.votes:
        raise Refused(
            "already-voted", "you voted on this proposal; a vote is not changed"
        )
    voted = DiscretionVoted(
        standard=command.standard,
        proposal=command.proposal,
        in_favour=command.in_favour,
    )
    return (NewEvent(voted, about.discretion(command.standard)),)


def decide_discretion(
    command: DecideDiscretion, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    """Approve what the panel voted for: the standard moves, or its rating stands."""
    standard = command.standard
    outcome = _outcome(book, standard)
    _long_enough(command.reason)
    hash_ = _same_figures(book, standard, command.figures_hash)
    before = _open(outcome)
    after = _target(command.outcome, command.rating, before)
    _permit(book, standard, Decision(command.outcome == APPLIED, after))
    motion = _motion(standard, book, asker)
    proposed = motion.proposal.fact
    if (command.outcome, after) != (proposed.outcome, proposed.after):
        raise Refused(
            "not-what-was-voted",
            f"the panel voted on `{proposed.after}`, {proposed.outcome}; approve that, "
            f"or propose anew",
        )
    deciders = _deciders(motion, asker)
    if command.deciders and set(command.deciders) != set(deciders):
        raise Refused(
            "not-what-was-voted",
            f"{_people(deciders)} voted for this; leave `deciders` out",
        )
    reviewed = command.cases_reviewed or proposed.cases_reviewed
    _reviewed(reviewed, proposed.groups_reviewed, book)
    decided = DiscretionDecided(
        standard=standard,
        outcome=command.outcome,
        before=before,
        after=after,
        grounds=_grounds(outcome),
        figures=figures_of(book, standard),
        figures_hash=hash_,
        cases_reviewed=reviewed,
        deciders=deciders,
        reason=command.reason,
        groups_reviewed=proposed.groups_reviewed,
        proposal=motion.proposal.version,
        proposed_by=motion.proposal.by,
    )
    return (NewEvent(decided, about.discretion(standard)),)


def _outcome(book: RatingBook, standard: str) -> Outcome:
    known("standard", standard, book.framework.standards)
    return book.ratings.assessment().standards[standard]


def _same_figures(book: RatingBook, standard: str, seen: str) -> str:
    hash_ = figures_hash(book.framework.hash, figures_of(book, standard))
    if seen != hash_:
        raise Refused(
            "figures-moved",
            f"the figures of `{standard}` are not those that were decided on; read "
            f"them again and decide anew",
        )
    return hash_


def _motion(standard: str, book: RatingBook, asker: Asker) -> Motion:
    """What stands proposed on the figures of now, and has not lapsed."""
    motion = book.proceedings.motions.get(standard)
    if motion is None:
        raise Refused(
            "nothing-proposed",
            f"nothing is proposed for `{standard}`; a proposal comes first",
        )
    hash_ = figures_hash(book.framework.hash, figures_of(book, standard))
    if motion.proposal.fact.figures_hash != hash_:
        raise Refused(
            "figures-moved",
            f"the figures of `{standard}` moved since proposal "
            f"{motion.proposal.version}; propose anew",
        )
    if has_lapsed(motion.proposal.at, asker):
        refuse_lapsed(f"proposal {motion.proposal.version} for `{standard}`")
    return motion


def _deciders(motion: Motion, asker: Asker) -> tuple[str, ...]:
    """Those in favour, if they are a quorum and the most."""
    counting = {
        person: filed.fact.in_favour
        for person, filed in motion.votes.items()
        if not has_lapsed(filed.at, asker)
    }
    in_favour = tuple(sorted(person for person, said in counting.items() if said))
    against, quorum = len(counting) - len(in_favour), asker.choices.quorum
    if len(in_favour) < quorum or len(in_favour) <= against:
        raise Refused(
            "quorum-not-met",
            f"{len(in_favour)} of the panel are for this and {against} against; it "
            f"takes {quorum}, and more for than against",
            roles=("panel-member",),
        )
    return in_favour


def _open(outcome: Outcome) -> str:
    """The computed rating of a standard that the panel may decide on now."""
    if outcome.discretion is None or not outcome.discretion.open:
        raise Refused(
            "not-eligible-for-discretion",
            f"`{outcome.part}` is not open to discretion: {outcome.reason}",
        )
    if outcome.provisional or outcome.computed is None:
        raise Refused(
            "incomplete-inspection",
            f"`{outcome.part}` still has answers missing; decide when it is complete",
        )
    return outcome.computed


def _grounds(outcome: Outcome) -> tuple[str, ...]:
    return tuple(outcome.discretion.grounds) if outcome.discretion else ()


def _target(outcome: str, rating: str | None, before: str) -> str:
    after = rating if outcome == APPLIED else before
    if after is None:
        raise Refused("unknown-rating", "say which rating the standard moves to")
    return after


def _permit(book: RatingBook, standard: str, decision: Decision) -> None:
    evidence = book.ratings.evidence()
    decisions = {**evidence.decisions, standard: decision}
    try:
        evaluate(book.framework, replace(evidence, decisions=decisions))
    except NotAllowed as no:
        raise Refused(no.code, no.reason) from no


def _one_band(book: RatingBook, before: str, after: str) -> None:
    """Whatever the framework allows, nobody moves a standard further at once."""
    order = [rating.name for rating in book.framework.ratings]
    if abs(order.index(after) - order.index(before)) > 1:
        raise Refused(
            "out-of-bounds",
            f"`{before}` and `{after}` are more than one band apart",
        )


def _reviewed(cases: Sequence[str], groups: Sequence[str], book: RatingBook) -> None:
    for case in cases:
        if case not in book.samples:
            raise Refused("not-found", f"there is no case `{case}` in this inspection")
    for group in groups:
        known("group", group, book.framework.groups)
    if not cases and not groups:
        raise Refused(
            "nothing-reviewed",
            "name at least one case or sub-sample that was looked at again",
            pointer="/cases_reviewed",
        )


def _long_enough(reason: SealedText) -> None:
    """Sealed words keep their length in bytes: never fewer than their characters."""
    if len(reason.sealed) - _TAG < SHORTEST_REASON:
        raise Refused(
            "reason-too-short",
            f"a reason for discretion has at least {SHORTEST_REASON} characters",
            pointer="/reason",
        )


def _people(people: Sequence[str]) -> str:
    return " and ".join(f"`{person}`" for person in people)
