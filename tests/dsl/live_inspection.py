"""Random steps of an inspection, drawn from a framework's own parts and words."""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from dsl.evidence import Decision
from dsl.framework import FirstRule, Framework, Judgement, Scope
from dsl.live.ratings import LiveRatings
from dsl.live.shift import Shift
from dsl.rating.discretion import NotAllowed

CASES = ("a", "b", "c", "d", "e", "f")
MOSTLY = 0.9

Step = Callable[[LiveRatings], tuple[Shift, ...]]
Drawn = TypeVar("Drawn")


def steps(framework: Framework) -> st.SearchStrategy[Step]:
    """Anything that can happen to an inspection whose cases are drawn."""
    kinds = [
        _fact_of_case(framework),
        _exclusion(),
        _inspected(framework),
        *([_answer(framework)] * 6 if framework.answers else []),
        *([_decision(framework)] * 2 if framework.discretion else []),
        *([_judgement(framework)] * 2 if framework.ratings else []),
        *([_general_fact(framework)] if _facts(framework, Scope.SERVICE) else []),
    ]
    return st.one_of([kind for kind in kinds if kind is not None])


def begun(framework: Framework, chance: Random) -> LiveRatings:
    """An inspection well under way: most facts, answers and judgements are there."""
    live = LiveRatings(framework)
    samples = list(framework.samples) or ["none"]
    for case in CASES:
        live.add_case(case, chance.choice(samples))
        for fact in _facts(framework, Scope.CASE):
            if chance.random() < MOSTLY:
                values = framework.facts[fact].values
                live.record_fact(case, fact, chance.choice(values))
        for question in framework.questions:
            if framework.answers and chance.random() < MOSTLY:
                live.answer(case, question, chance.choice(list(framework.answers)))
    for part in _judged(framework):
        live.judge(part, chance.choice(_ratings(framework)))
    return live


def _some(values: Sequence[Drawn]) -> st.SearchStrategy[Drawn]:
    return st.sampled_from(list(values))


def _answer(framework: Framework) -> st.SearchStrategy[Step]:
    parts = [
        part
        for question in framework.questions.values()
        if question.asked_of_cases
        for part in (
            question.id,
            question.id,
            *(each.id for each in question.prompts[:1]),
        )
    ]
    answers = [*framework.answers, None]
    return st.tuples(_some(CASES), _some(parts), _some(answers)).map(
        lambda drawn: lambda live: live.answer(*drawn)
    )


def _fact_of_case(framework: Framework) -> st.SearchStrategy[Step] | None:
    names = _facts(framework, Scope.CASE)
    if not names:
        return None
    return st.tuples(_some(CASES), _fact(framework, names)).map(
        lambda drawn: lambda live: live.record_fact(drawn[0], *drawn[1])
    )


def _general_fact(framework: Framework) -> st.SearchStrategy[Step]:
    return _fact(framework, _facts(framework, Scope.SERVICE)).map(
        lambda drawn: lambda live: live.record_fact(None, *drawn)
    )


def _facts(framework: Framework, scope: Scope) -> list[str]:
    return [name for name, fact in framework.facts.items() if fact.scope is scope]


def _fact(
    framework: Framework, names: Sequence[str]
) -> st.SearchStrategy[tuple[str, str | None]]:
    return _some(names).flatmap(
        lambda name: st.tuples(
            st.just(name), _some([*framework.facts[name].values, None])
        )
    )


def _exclusion() -> st.SearchStrategy[Step]:
    return st.tuples(_some(CASES), st.booleans()).map(
        lambda drawn: (
            lambda live: (
                live.exclude_case(drawn[0]) if drawn[1] else live.restore_case(drawn[0])
            )
        )
    )


def _inspected(framework: Framework) -> st.SearchStrategy[Step] | None:
    if not framework.domains:
        return None
    return st.tuples(_some(list(framework.domains)), st.booleans()).map(
        lambda drawn: lambda live: live.set_inspected(drawn[0], inspected=drawn[1])
    )


def _judgement(framework: Framework) -> st.SearchStrategy[Step]:
    return st.tuples(
        _some(_judged(framework)), _some([*_ratings(framework), None])
    ).map(lambda drawn: lambda live: live.judge(*drawn))


def _judged(framework: Framework) -> list[str]:
    return [
        part
        for part, rate in framework.rates.items()
        if isinstance(rate.method, Judgement)
        or (isinstance(rate.method, FirstRule) and rate.method.panel_decides)
    ]


def _ratings(framework: Framework) -> list[str]:
    return [rating.name for rating in framework.ratings]


def _decision(framework: Framework) -> st.SearchStrategy[Step]:
    return st.tuples(
        _some(list(framework.discretion)), _some([*_ratings(framework), "", None])
    ).map(lambda drawn: lambda live: _decide(live, *drawn))


def _decide(live: LiveRatings, standard: str, rating: str | None) -> tuple[Shift, ...]:
    """Apply, decline ("") or take back; what is not allowed changes nothing."""
    if rating is None:
        return live.decide(standard, None)
    applied = rating != ""
    decided = Decision(applied=applied, rating=rating or live.rating(standard) or "")
    try:
        return live.decide(standard, decided)
    except NotAllowed:
        return ()
