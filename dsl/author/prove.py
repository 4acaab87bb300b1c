"""Two proofs over a framework, with an inspection that shows it where one fails.

*Monotone*: no part better rated, no answer turned from not sufficient to sufficient,
ever lowers a rating. *Reachable*: each rating of each part is given to some inspection.
Ratings are those before discretion, which is people's business; where the rules leave a
part to the panel nothing is claimed. Each part is proven over all ways the parts right
below it can stand; ratings that only rise with what is below them, one above the other,
rise all the way up. An inspection that shows a failure is rated as a whole, so that it
stands even where parts rest on one another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dsl.author.ways import (
    LIMIT,
    TooManyWays,
    Way,
    Ways,
    domain_of,
    leavable_parts,
    parts_below,
)
from dsl.evidence import Count, Evidence
from dsl.framework import OVERALL, CountsOnly, Framework, Lowest, Percentage, Rule
from dsl.outcome import Outcome
from dsl.rating.condition import View
from dsl.rating.evaluate import computed
from dsl.rating.order import bottom_up

MOST = 100_000
"""Ways that are walked for one framework; parts beyond them are left unsettled."""

_TRIED = 8  # ways of a kind that are rated as a whole before giving up


class Claim(StrEnum):
    """What is proven."""

    MONOTONE = "monotone"
    REACHABLE = "reachable"


class Verdict(StrEnum):
    """How a proof ended."""

    HOLDS = "holds"
    FAILS = "fails"
    UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True)
class Shown:
    """An inspection and the rating it gives the part."""

    evidence: Evidence
    rating: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim about one part that does not hold, or is not settled."""

    claim: Claim
    part: str
    verdict: Verdict
    sentence: str  # lower case, no full stop
    shown: tuple[Shown, ...]  # worse inspection first, then the better one
    rule: Rule


@dataclass(frozen=True, slots=True)
class Proof:
    """Both claims over every rated part."""

    parts: int
    ways: int
    findings: tuple[Finding, ...]

    def verdict(self, claim: Claim) -> Verdict:
        """The worst verdict on any part."""
        found = {each.verdict for each in self.findings if each.claim is claim}
        return next((each for each in _WORST if each in found), Verdict.HOLDS)


_WORST = (Verdict.FAILS, Verdict.UNSETTLED)


def prove(framework: Framework) -> Proof:
    """Prove both claims part by part, from the bottom up."""
    proving = _Proving(framework)
    for part in bottom_up(framework):
        if not isinstance(framework.rates[part].method, CountsOnly):
            proving.prove(part)
    return Proof(len(proving.reached), proving.walked, tuple(proving.findings))


class _Proving:
    """What is known so far: for each part done, an inspection for each rating."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.reached: dict[str, Mapping[str, Evidence]] = {}
        self.findings: list[Finding] = []
        self.walked = 0
        self.leavable = leavable_parts(framework)
        self._cones: dict[str, tuple[str, ...]] = {}
        self._out: dict[str, Evidence] = {}

    def prove(self, part: str) -> None:
        """Prove both claims about a part; all below it are done."""
        can_be = {
            below: tuple(self.reached.get(below, ()))  # counted only: never rated
            for below in parts_below(self.framework, part)
        }
        self._cones[part] = self._cone(part)
        scale = [rating.name for rating in self.framework.ratings]
        try:
            ways = Ways.of(self.framework, part, can_be, self.leavable)
            most = min(LIMIT, MOST - self.walked)
            rated = {way: ways.rating(way) for way in ways.each(most)}
        except TooManyWays:
            # what is above still needs ratings to stand on: all, to miss none
            self.reached[part] = dict.fromkeys(scale, Evidence())
            for claim in Claim:
                sentence = (
                    f"{self._called(part)} can come about in too many ways to walk"
                )
                self._find(claim, part, Verdict.UNSETTLED, sentence)
            return
        self.walked += len(rated)
        self._reach(part, ways, rated, scale)
        self._rise(part, ways, rated, scale)

    # ---- reachable

    def _reach(
        self,
        part: str,
        ways: Ways,
        rated: Mapping[Way, str | None],
        scale: list[str],
    ) -> None:
        reached: dict[str, Evidence] = {}
        for rating in scale:
            leading = [way for way, given in rated.items() if given == rating]
            for way in leading[:_TRIED]:
                evidence = self._inspection(ways, way)
                if self._rated(part, evidence) == rating:
                    reached[rating] = evidence
                    break
            else:
                said = f"{self._called(part)} '{rating}'"
                if leading:
                    reached[rating] = self._inspection(ways, leading[0])
                    sentence = f"no inspection was found that rates {said}"
                    self._find(Claim.REACHABLE, part, Verdict.UNSETTLED, sentence)
                else:
                    sentence = f"no inspection can rate {said}"
                    self._find(Claim.REACHABLE, part, Verdict.FAILS, sentence)
        self.reached[part] = reached

    # ---- monotone

    def _rise(
        self,
        part: str,
        ways: Ways,
        rated: Mapping[Way, str | None],
        scale: list[str],
    ) -> None:
        falls = 0
        for worse, better in _falls(rated, scale):
            shown = [
                Shown(evidence, given)
                for way in (worse, better)
                for evidence in [self._inspection(ways, way)]
                for given in [self._rated(part, evidence)]
                if given is not None
            ]
            falls += 1
            high, low = rated[worse], rated[better]
            sentence = (
                f"{self._called(part)} falls from '{high}' to '{low}'"
                f" when {_risen(ways, worse, better)}"
            )
            if [each.rating for each in shown] == [high, low]:
                self._find(Claim.MONOTONE, part, Verdict.FAILS, sentence, tuple(shown))
                return
            if falls == _TRIED:
                break
        if falls:
            sentence = (
                f"{self._called(part)} may fall when what is below it rises,"
                " but no inspection was found that shows it"
            )
            self._find(Claim.MONOTONE, part, Verdict.UNSETTLED, sentence)

    # ---- inspections

    def _inspection(self, ways: Ways, way: Way) -> Evidence:
        """Everything that makes a way come about."""
        whole = ways.evidence(way)
        for below, rating in ways.standing(way):
            if rating is not None:
                whole = _joined(whole, self.reached[below][rating])
            elif self.reached.get(below):
                whole = _joined(whole, self._left_out(below))
        return whole

    def _left_out(self, part: str) -> Evidence:
        if part not in self._out:
            self._out[part] = self._made_left_out(part)
        return self._out[part]

    def _made_left_out(self, part: str) -> Evidence:
        match self.framework.rates[part].method:
            case Percentage():
                return Evidence(counts={part: Count(0, 0)})
            case Lowest(of=of) if part in self.leavable:
                whole = Evidence()
                for below in of:
                    whole = _joined(whole, self._left_out(below))
                return whole
            case _:
                domain = domain_of(self.framework, part)
                return Evidence(not_inspected=frozenset({domain} if domain else ()))

    def _cone(self, part: str) -> tuple[str, ...]:
        """The part and all it rests on, each after what it reads."""
        cones = self._cones
        below = (cones.get(each, (each,)) for each in parts_below(self.framework, part))
        return tuple(dict.fromkeys((*(one for cone in below for one in cone), part)))

    def _rated(self, part: str, evidence: Evidence) -> str | None:
        """What a whole inspection rates the part, before discretion."""
        outcomes: dict[str, Outcome] = {}
        view = View(self.framework, evidence, outcomes)
        for each in self._cones[part]:
            outcomes[each] = computed(each, view)
        return outcomes[part].rating

    # ---- words

    def _called(self, part: str) -> str:
        return "the overall rating" if part == OVERALL else f"`{part}`"

    def _find(
        self,
        claim: Claim,
        part: str,
        verdict: Verdict,
        sentence: str,
        shown: tuple[Shown, ...] = (),
    ) -> None:
        rule = self.framework.rates[part].rule
        self.findings.append(Finding(claim, part, verdict, sentence, shown, rule))


def _falls(
    rated: Mapping[Way, str | None], scale: list[str]
) -> Iterator[tuple[Way, Way]]:
    """Pairs of ways, the second better in what is below and worse in what it gives.

    The best rating at or below each way is carried upwards, so that a fall shows even
    where the ways between are left to the panel.
    """
    best: dict[Way, Way] = {}
    for way in sorted(rated, key=lambda each: each.height):
        rating = rated[way]
        below = [best[each] for each in way.lower() if each in best]
        top = max(below, key=lambda each: scale.index(rated[each] or ""), default=None)
        if rating is None:
            if top is not None:
                best[way] = top
            continue
        if top is None or scale.index(rated[top] or "") <= scale.index(rating):
            best[way] = way
        else:
            best[way] = top
            yield top, way


def _risen(ways: Ways, worse: Way, better: Way) -> str:
    """`2.1 rises from 'Good' to 'Outstanding'`"""
    before, after = dict(ways.standing(worse)), dict(ways.standing(better))
    moved = [
        f"`{part}` rises from '{before[part]}' to '{after[part]}'"
        for part in before
        if before[part] != after[part]
    ]
    if worse.own is not None and better.own is not None and worse.own != better.own:
        low, high = ways.own[worse.own], ways.own[better.own]
        if isinstance(low, int):
            moved.append(f"its percentage rises from {low}% to {high}%")
        else:
            moved.append(f"it is judged '{high}' instead of '{low}'")
    return " and ".join(moved)


def _joined(one: Evidence, other: Evidence) -> Evidence:
    """Both; where they disagree the second one counts, and the rating will tell."""
    return Evidence(
        counts={**one.counts, **other.counts},
        judgements={**one.judgements, **other.judgements},
        facts={**one.facts, **other.facts},
        not_inspected=one.not_inspected | other.not_inspected,
    )
