"""Every way the parts below a rating can stand, and what the rules make of each.

Rules count ratings within sets, so parts that are named by the same sets, and can have
the same ratings, are interchangeable: what is walked is how many of each such class
have which rating. What a way leads to is asked of the evaluator itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import accumulate, groupby, product
from math import comb, prod

from dsl.bind.structure import place_of
from dsl.evidence import Count, Evidence
from dsl.framework import (
    Condition,
    Counted,
    FactTest,
    FirstRule,
    Framework,
    Judgement,
    Lowest,
    NotInspected,
    Percentage,
    Rule,
)
from dsl.outcome import Outcome, Unrated
from dsl.rating.condition import View
from dsl.rating.evaluate import computed
from dsl.rating.order import bottom_up, inputs, parts_read

LIMIT = 20_000
"""Ways that are walked for one part before it is called unsettled."""

OF = 100
"""Relevant cases of an invented inspection: a percentage is then a count of its own."""


_NOWHERE = Rule("", 0, None)


class TooManyWays(Exception):
    """More than `LIMIT` ways."""


@dataclass(frozen=True, slots=True)
class Level:
    """A class of parts: how many are left out, and how many have each rating."""

    left_out: int
    counts: tuple[int, ...]  # by the class's own ratings, worst first


@dataclass(frozen=True, slots=True)
class Setting:
    """What no answer changes: the facts, and the domains that are not inspected."""

    facts: tuple[tuple[str, str], ...]
    not_inspected: frozenset[str]


@dataclass(frozen=True, slots=True)
class Way:
    """One way: the setting, each class, and the part's own judgement or percentage."""

    setting: Setting
    levels: tuple[Level, ...]
    own: int | None  # index into the part's own choices

    @property
    def height(self) -> int:
        """Steps up from the worst way of its kind."""
        below = sum(
            rank * number
            for level in self.levels
            for rank, number in enumerate(level.counts)
        )
        return below + (self.own or 0)

    def lower(self) -> Iterator["Way"]:
        """The ways with one part, or its own judgement, one step worse."""
        for at, level in enumerate(self.levels):
            for rank, number in enumerate(level.counts):
                if rank and number:
                    counts = list(level.counts)
                    counts[rank] -= 1
                    counts[rank - 1] += 1
                    moved = Level(level.left_out, tuple(counts))
                    levels = (*self.levels[:at], moved, *self.levels[at + 1 :])
                    yield Way(self.setting, levels, self.own)
        if self.own:
            yield Way(self.setting, self.levels, self.own - 1)


@dataclass(frozen=True, slots=True)
class Class:
    """Interchangeable parts; those that can be left out one by one come first."""

    parts: tuple[str, ...]
    ratings: tuple[str, ...]  # those they can have, worst first
    may_be_left_out: bool
    domain: str | None  # only where a rule asks whether it is inspected


@dataclass(frozen=True, slots=True)
class Ways:
    """What one part is rated from."""

    framework: Framework
    part: str
    classes: tuple[Class, ...]
    own: tuple[str | int, ...]  # ratings it can be judged, or the start of each band

    @classmethod
    def of(
        cls,
        framework: Framework,
        part: str,
        can_be: Mapping[str, Sequence[str]],
        leavable: AbstractSet[str],
    ) -> "Ways":
        """The ways of a part; `can_be` has the ratings of every part below it.

        `leavable` are the parts that can be without relevant cases by themselves.
        """
        classes = _classes(framework, part, can_be, leavable)
        return cls(framework, part, classes, _own(framework, part))

    def each(self, limit: int = LIMIT) -> tuple[Way, ...]:
        """Every way, those that leave least out first; raises TooManyWays."""
        settings = self._settings()
        spreads = prod(
            comb(len(each.parts) + width - 1, width - 1)
            for each in self.classes
            for width in [len(each.ratings) + each.may_be_left_out]
            if each.ratings
        )
        if len(settings) * spreads * max(len(self.own), 1) > limit:
            raise TooManyWays
        own = range(len(self.own)) if self.own else (None,)
        found = [
            Way(setting, levels, index)
            for setting in settings
            for levels in product(*(_levels(each, setting) for each in self.classes))
            for index in own
        ]
        return tuple(sorted(found, key=_left_out))

    def rating(self, way: Way) -> str | None:
        """What the rules make of it, caps included."""
        never = self._never
        outcomes = {
            part: _stub(part, rating, never=part in never)
            for part, rating in self.standing(way)
        }
        evidence = self.evidence(way)
        return computed(self.part, View(self.framework, evidence, outcomes)).rating

    @property
    def _never(self) -> frozenset[str]:
        """Parts that are counted only, or that nothing can rate."""
        unrated = (each.parts for each in self.classes if not each.ratings)
        return frozenset(part for parts in unrated for part in parts)

    def standing(self, way: Way) -> Iterator[tuple[str, str | None]]:
        """A rating for each part below, None where it is left out."""
        for each, level in zip(self.classes, way.levels, strict=True):
            edges = list(accumulate(level.counts, initial=level.left_out))
            for index, part in enumerate(each.parts):
                rank = sum(edge <= index for edge in edges)
                yield part, each.ratings[rank - 1] if rank else None

    def evidence(self, way: Way) -> Evidence:
        """What is said of the part itself, and the setting."""
        judgements, counts = dict[str, str](), dict[str, Count]()
        match self.own[way.own] if way.own is not None else None:
            case str(rating):
                judgements[self.part] = rating
            case int(percentage):
                counts[self.part] = Count(percentage, OF)
            case None:
                pass
        return Evidence(
            counts=counts,
            judgements=judgements,
            facts=dict(way.setting.facts),
            not_inspected=way.setting.not_inspected,
        )

    def _settings(self) -> list[Setting]:
        clauses = [
            clause for when in conditions(self.framework, self.part) for clause in when
        ]
        facts = sorted({each.fact for each in clauses if isinstance(each, FactTest)})
        domains = sorted(
            {each.domain for each in clauses if isinstance(each, NotInspected)}
        )
        values = [self.framework.facts[fact].values for fact in facts]
        return [
            Setting(
                tuple(zip(facts, chosen, strict=True)),
                frozenset(
                    each for each, out in zip(domains, absent, strict=True) if out
                ),
            )
            for absent in product((False, True), repeat=len(domains))
            for chosen in product(*values)
        ]


def conditions(framework: Framework, part: str) -> tuple[Condition, ...]:
    """Every condition that the rating of a part turns on."""
    method = framework.rates[part].method
    rows = method.rows if isinstance(method, FirstRule) else ()
    caps = [cap.when for cap in framework.caps if cap.part == part]
    return (*(row.when for row in rows), *caps)


def parts_below(framework: Framework, part: str) -> tuple[str, ...]:
    """Every part whose rating this one is made from or capped by."""
    capping = (
        each for when in conditions(framework, part) for each in parts_read(when)
    )
    return tuple(dict.fromkeys((*inputs(framework, part), *capping)))


def leavable_parts(framework: Framework) -> frozenset[str]:
    """The parts that can be without relevant cases by themselves."""
    found: set[str] = set()
    for part in bottom_up(framework):
        match framework.rates[part].method:
            case Percentage() if framework.questions[part].asked_of_cases:
                found.add(part)
            case Lowest(of=of, leaving_out=True) if found.issuperset(of):
                found.add(part)
            case _:
                pass
    return frozenset(found)


def domain_of(framework: Framework, part: str) -> str | None:
    """The domain of a question or standard."""
    if part in framework.questions:
        return framework.questions[part].domain
    return framework.standards[part].domain if part in framework.standards else None


def _classes(
    framework: Framework,
    part: str,
    can_be: Mapping[str, Sequence[str]],
    leavable: AbstractSet[str],
) -> tuple[Class, ...]:
    whens = conditions(framework, part)
    clauses = [each for when in whens for each in when]
    sets = [
        frozenset(each.of) for each in clauses if isinstance(each, Counted) and each.of
    ]
    sets.append(frozenset(inputs(framework, part)))
    tested = {each.domain for each in clauses if isinstance(each, NotInspected)}

    def shape(below: str) -> tuple[list[bool], tuple[str, ...], bool, str | None]:
        domain = domain_of(framework, below)
        return (
            [below in each for each in sets],
            tuple(can_be[below]),
            domain is not None or below in leavable,
            domain if domain in tested else None,
        )

    found = []
    below = sorted(
        parts_below(framework, part),
        key=lambda each: (str(shape(each)), place_of(each)),
    )
    for (_, ratings, may_be_left_out, domain), group in groupby(below, key=shape):
        members = sorted(group, key=lambda each: each not in leavable)
        found.append(Class(tuple(members), ratings, may_be_left_out, domain))
    return tuple(found)


def _own(framework: Framework, part: str) -> tuple[str | int, ...]:
    match framework.rates[part].method:
        case Judgement():
            return tuple(rating.name for rating in framework.ratings)
        case Percentage(banding=name):
            return tuple(band.low for band in framework.bandings[name].bands)
        case _:
            return ()


def _levels(each: Class, setting: Setting) -> Iterable[Level]:
    size = len(each.parts)
    if each.domain in setting.not_inspected or not each.ratings:
        return [Level(size, (0,) * len(each.ratings))]
    most = size if each.may_be_left_out else 0
    return [
        Level(left_out, counts)
        for left_out in range(most + 1)
        for counts in _spreads(size - left_out, len(each.ratings))
    ]


def _spreads(size: int, width: int) -> Iterator[tuple[int, ...]]:
    """Every way to share `size` parts over `width` ratings."""
    if width == 0:
        if size == 0:
            yield ()
    elif width == 1:
        yield (size,)
    else:
        for number in range(size + 1):
            for rest in _spreads(size - number, width - 1):
                yield number, *rest


def _left_out(way: Way) -> int:
    return sum(level.left_out for level in way.levels)


def _stub(part: str, rating: str | None, *, never: bool) -> Outcome:
    """An outcome of which only the rating matters."""
    aside = Unrated.COUNTS_ONLY if never else Unrated.NO_RELEVANT_CASES
    return Outcome(
        part=part,
        title="",
        rating=rating,
        computed=rating,
        unrated=aside if rating is None else None,
        provisional=False,
        reason="",
        count=None,
        percentage=None,
        score=None,
        maximum=None,
        decided_by=(),
        discretion=None,
        rule=_NOWHERE,
    )
