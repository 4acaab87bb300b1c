"""Every smallest change to a condition: its counts, ratings, sets and facts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dsl.author.ways import parts_below
from dsl.framework import (
    Clause,
    Condition,
    Counted,
    FactTest,
    Framework,
    NotInspected,
    Quantity,
)
from dsl.rating.order import bottom_up
from dsl.rating.wording import one_of_ratings
from dsl.text import say

_NEIGHBOURS = {
    Quantity.ALL: (Quantity.MORE_THAN_HALF,),
    Quantity.MORE_THAN_HALF: (Quantity.ALL,),
    Quantity.FEWER_THAN_HALF: (Quantity.NONE,),
    Quantity.NONE: (Quantity.FEWER_THAN_HALF,),
    Quantity.OR_MORE: (),
    Quantity.OR_FEWER: (),
}


def nudged_conditions(
    framework: Framework, when: Condition, barred: frozenset[str]
) -> Iterator[tuple[str, Condition]]:
    """What changed, in words, and the condition that changed so."""
    for index, clause in enumerate(when):
        for words, changed in _clauses(framework, clause, barred):
            yield words, (*when[:index], changed, *when[index + 1 :])
        rest = (*when[:index], *when[index + 1 :])
        if rest and _first_set_stays(rest):
            yield f"without “{say.clause(framework, clause)}”", rest


def nudged_sets(
    framework: Framework, of: Sequence[str], barred: frozenset[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The set without each of its parts, and with each other standard."""
    if len(of) > 1:
        for each in of:
            yield f"without {each}", tuple(other for other in of if other != each)
    if of and of[0] in framework.standards:
        for each in framework.standards:
            if each not in of and each not in barred:
                wider = {*of, each}
                order = (other for other in framework.standards if other in wider)
                yield f"counting {each} too", tuple(order)


def resting_on(framework: Framework, part: str) -> frozenset[str]:
    """The part itself, and every part that is rated from it: it cannot read these."""
    found = {part}
    for each in bottom_up(framework):
        if not found.isdisjoint(parts_below(framework, each)):
            found.add(each)
    return frozenset(found)


def _first_set_stays(rest: Condition) -> bool:
    counted = [each for each in rest if isinstance(each, Counted)]
    return not counted or counted[0].of is not None


def _clauses(
    framework: Framework, clause: Clause, barred: frozenset[str]
) -> Iterator[tuple[str, Clause]]:
    match clause:
        case FactTest(negated=negated):
            other = replace(clause, negated=not negated)
            yield f"{say.fact_test(other)} instead", other
        case NotInspected():
            return
        case Counted():
            yield from _counts(framework, clause)
            if clause.of is not None:
                for words, of in nudged_sets(framework, clause.of, barred):
                    yield (
                        f"{words} in “{say.clause(framework, clause)}”",
                        replace(clause, of=of),
                    )


def _counts(framework: Framework, clause: Counted) -> Iterator[tuple[str, Clause]]:
    was = say.quantity(clause)
    changed = [replace(clause, quantity=each) for each in _NEIGHBOURS[clause.quantity]]
    if clause.number is not None:
        most = len(clause.of) if clause.of else clause.number + 1
        changed += [
            replace(clause, number=number)
            for number in (clause.number - 1, clause.number + 1)
            if 0 <= number <= most
        ]
    for other in changed:
        yield f"{say.quantity(other)} instead of {was}", other
    scale = [rating.name for rating in framework.ratings]
    for ratings in _neighbouring(scale, clause.ratings):
        words = one_of_ratings(framework, ratings)
        old = one_of_ratings(framework, clause.ratings)
        yield f"{words} instead of {old}", replace(clause, ratings=ratings)


def _neighbouring(
    scale: Sequence[str], ratings: frozenset[str]
) -> Iterator[frozenset[str]]:
    """The set wider or narrower by one rating at either end."""
    ranks = sorted(scale.index(each) for each in ratings)
    low, high = ranks[0], ranks[-1]
    if low > 0:
        yield ratings | {scale[low - 1]}
    if high + 1 < len(scale):
        yield ratings | {scale[high + 1]}
    if len(ranks) > 1:
        yield ratings - {scale[low]}
        yield ratings - {scale[high]}
