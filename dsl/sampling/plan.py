"""How many cases each sample of a framework is to have, and what that rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dsl.framework import Sample
from dsl.sampling.size import sample_size, whole

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """The size aimed at; it can be more than there are."""

    size: int
    because: str  # one clause
    confidence: int | None  # the sample's own, or of the samples its size follows
    aimless: bool = False  # it has a share, and nothing to take the share of


def plan_sizes(
    samples: Sequence[Sample], populations: Mapping[str, int]
) -> Mapping[str, Plan]:
    """Sizes by sample, in the order of the rules.

    A sample with a confidence and a margin is sized by them, one with neither and no
    share takes all there are, and one with a share alone follows from the others: all
    that follow are so many per cent, the others the rest.
    """
    follows = [each for each in samples if _follows(each)]
    plans = {
        each.name: _own_plan(each, populations[each.name])
        for each in samples
        if not _follows(each)
    }
    settled = sum(plan.size for plan in plans.values())
    rest = _WHOLE - sum(each.share_per_cent or 0 for each in follows)
    confidences = [plan.confidence for plan in plans.values() if plan.confidence]
    for each in follows:
        share = each.share_per_cent or 0
        if settled == 0 or rest <= 0:
            plans[each.name] = Plan(
                populations[each.name],
                f"no other sample has cases for it to be {share} per cent beside,"
                " so all are taken",
                None,
                aimless=True,
            )
        else:
            size = whole(Fraction(settled * share, rest), each.rounding)
            plans[each.name] = Plan(
                size,
                f"{share} to {rest} beside the {settled} of the other samples,"
                f" {each.rounding.value}",
                min(confidences, default=None),
            )
    return {each.name: plans[each.name] for each in samples}


def _follows(sample: Sample) -> bool:
    return sample.confidence_per_cent is None and sample.share_per_cent is not None


def _own_plan(sample: Sample, population: int) -> Plan:
    confidence, margin = sample.confidence_per_cent, sample.margin_points
    if confidence is None or margin is None:
        return Plan(population, "the rules set no size, so all are taken", None)
    size = sample_size(
        population, confidence=confidence, margin=margin, rounding=sample.rounding
    )
    return Plan(
        size,
        f"{confidence} per cent confidence and a margin of {margin} points"
        f" of {population}, {sample.rounding.value}",
        confidence,
    )
