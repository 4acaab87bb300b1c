"""Every combination of ratings that a set of rows can meet, counted exactly.

Conditions only count ratings within sets. So standards that are named by the same sets
are interchangeable, and so are ratings; what is walked is how many of each class there
are, each way with the number of combinations it stands for.

INVARIANT (rated): every part that is read has a rating. That leaves nothing out for
ordered rules and guidance, which are silent before; a cap can also meet parts that are
left out, which LANGUAGE.md says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, product
from math import comb, prod

from dsl.framework import (
    Clause,
    Condition,
    Counted,
    Fact,
    FactTest,
    NotInspected,
    Quantity,
    Rating,
)

LIMIT = 100_000
"""Ways that are walked before a rule is refused."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way things can be: how many parts of a class have a rating of a class."""

    counts: Mapping[tuple[frozenset[str], frozenset[str]], int]  # (parts, ratings)
    facts: Mapping[str, str]
    not_inspected: frozenset[str]
    weight: int  # combinations it stands for


class TooManyWays(Exception):
    """More than `LIMIT` ways."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a list of rows over all combinations."""

    combinations: int
    applied: tuple[int, ...]  # by row
    applied_first: tuple[int, ...]  # by row, where none above it applied
    uncovered: int  # where no row applied


def tally(
    conditions: Sequence[Condition],
    ratings: Sequence[Rating],
    facts: Mapping[str, Fact],
) -> Tally:
    """Walks every combination; raises TooManyWays."""
    applied, first = [0] * len(conditions), [0] * len(conditions)
    total = uncovered = 0
    for way in _ways(conditions, ratings, facts):
        total += way.weight
        holding = [
            index
            for index, condition in enumerate(conditions)
            if _holds(condition, way)
        ]
        for index in holding:
            applied[index] += way.weight
        if holding:
            first[holding[0]] += way.weight
        else:
            uncovered += way.weight
    return Tally(total, tuple(applied), tuple(first), uncovered)


def _ways(
    conditions: Sequence[Condition],
    ratings: Sequence[Rating],
    facts: Mapping[str, Fact],
) -> Iterator[_Way]:
    clauses = [clause for condition in conditions for clause in condition]
    counted = [clause for clause in clauses if isinstance(clause, Counted)]
    part_sets = {frozenset(clause.of) for clause in counted if clause.of is not None}
    part_classes = _classes({part for each in part_sets for part in each}, part_sets)
    rating_classes = _classes(
        {rating.name for rating in ratings}, {clause.ratings for clause in counted}
    )
    read = sorted({each.fact for each in clauses if isinstance(each, FactTest)})
    domains = sorted(
        {each.domain for each in clauses if isinstance(each, NotInspected)}
    )
    width = len(rating_classes)
    ways = prod(comb(len(each) + width - 1, width - 1) for each in part_classes)
    ways *= prod(len(facts[fact].values) for fact in read) * 2 ** len(domains)
    if ways > LIMIT:
        raise TooManyWays
    spreads = [list(_spreads(len(each), width)) for each in part_classes]
    for chosen in product(*spreads):
        counts = {
            (parts, of_ratings): number
            for parts, spread in zip(part_classes, chosen, strict=True)
            for of_ratings, number in zip(rating_classes, spread, strict=True)
        }
        weight = prod(
            _multinomial(spread)
            * prod(len(r) ** n for r, n in zip(rating_classes, spread, strict=True))
            for spread in chosen
        )
        for values in product(*(facts[fact].values for fact in read)):
            for absent in product((False, True), repeat=len(domains)):
                yield _Way(
                    counts,
                    dict(zip(read, values, strict=True)),
                    frozenset(d for d, out in zip(domains, absent, strict=True) if out),
                    weight,
                )


def _classes(
    names: Iterable[str], sets: Iterable[frozenset[str]]
) -> list[frozenset[str]]:
    """Names that every set holds or leaves out together."""
    ordered = sorted(sets, key=sorted)

    def signature(name: str) -> tuple[bool, ...]:
        return tuple(name in each for each in ordered)

    by_signature = sorted(names, key=lambda name: (signature(name), name))
    return [frozenset(group) for _, group in groupby(by_signature, key=signature)]


def _spreads(size: int, width: int) -> Iterator[tuple[int, ...]]:
    """Every way to share `size` parts over `width` classes of ratings."""
    if width == 1:
        yield (size,)
        return
    for number in range(size + 1):
        for rest in _spreads(size - number, width - 1):
            yield number, *rest


def _multinomial(spread: Sequence[int]) -> int:
    left, ways = sum(spread), 1
    for number in spread:
        ways *= comb(left, number)
        left -= number
    return ways


def _holds(condition: Condition, way: _Way) -> bool:
    first: Counted | None = None
    for clause in condition:
        if not _clause_holds(clause, first, way):
            return False
        if first is None and isinstance(clause, Counted):
            first = clause
    return True


def _clause_holds(clause: Clause, first: Counted | None, way: _Way) -> bool:
    match clause:
        case FactTest(fact, values, negated):
            return (way.facts[fact] in values) is not negated
        case NotInspected(domain):
            return domain in way.not_inspected
        case Counted(of=None):
            return first is not None and _counts(clause, way, first.of, first.ratings)
        case Counted(of=of):
            return _counts(clause, way, of, frozenset())


def _counts(
    clause: Counted,
    way: _Way,
    of: Sequence[str] | None,
    left_out: frozenset[str],
) -> bool:
    """Whether enough of these parts match, of those without a rating left out."""
    named = frozenset(of or ())
    total = hits = 0
    for (parts, ratings), number in way.counts.items():
        if parts <= named and not ratings <= left_out:
            total += number
            hits += number if ratings <= clause.ratings else 0
    match clause.quantity:
        case Quantity.ALL:
            return hits == total
        case Quantity.NONE:
            return hits == 0
        case Quantity.MORE_THAN_HALF:
            return 2 * hits > total
        case Quantity.FEWER_THAN_HALF:
            return 2 * hits < total
        case Quantity.OR_MORE:
            return hits >= (clause.number or 0)
        case Quantity.OR_FEWER:
            return hits <= (clause.number or 0)
