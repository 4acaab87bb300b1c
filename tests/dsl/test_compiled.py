"""Generated code rates as the tree evaluator does, which is the definition."""

import re
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.evidence import Count, Decision, Evidence
from dsl.framework import OVERALL, FirstRule, Framework, Judgement, Scope
from dsl.live.opening import FEW_CASES, NEAR_BOUNDARY, ONE_CASE
from dsl.live.plan import UNRATED
from dsl.outcome import Assessment, DiscretionOutcome, Ground, Outcome
from dsl.packaged import packaged_ids
from dsl.rating.discretion import NotAllowed
from dsl.rating.evaluate import evaluate
from dsl.what_if.compiled import compiled, generate
from dsl.what_if.compiled_steps import FEW_CASES_NOT_KNOWN, ONE_CASE_NOT_KNOWN
from tests.dsl.framework_of import framework
from tests.dsl.intricate_framework import intricate
from tests.dsl.small_framework import small

FRAMEWORKS = {
    **{each: framework(each) for each in packaged_ids()},
    "intricate": intricate(),
    "strict": small(leaving_out=False, in_proportion=False),
}
GROUNDS = {
    NEAR_BOUNDARY: Ground.NEAR_BOUNDARY,
    ONE_CASE: Ground.ONE_CASE,
    FEW_CASES: Ground.FEW_CASES,
}
NOT_KNOWN = {ONE_CASE_NOT_KNOWN: Ground.ONE_CASE, FEW_CASES_NOT_KNOWN: Ground.FEW_CASES}


@pytest.mark.parametrize("name", FRAMEWORKS)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), rareness=st.sampled_from((0.0, 0.02, 0.3)))
def test_generated_code_rates_as_the_evaluator_does(
    name: str, seed: int, rareness: float
) -> None:
    rules = FRAMEWORKS[name]
    evidence = _with_decisions(rules, _drawn(rules, Random(seed), rareness))
    made = compiled(rules)
    known = made.known(evidence)
    ratings = made.rate(known)
    assessment = evaluate(rules, evidence)

    for part, outcome in _outcomes(assessment).items():
        index = made.plan.cell[part]
        said = _said(rules, ratings.codes[index])
        assert (part, said) == (part, outcome.rating or outcome.unrated)
        assert bool(ratings.provisional[index]) is outcome.provisional
        if outcome.score is not None:
            scored = ratings.scores[index], ratings.maxima[index]
            assert scored == (outcome.score, outcome.maximum)
        if outcome.discretion is not None:
            before = _said(rules, ratings.computed[index])
            assert before == (outcome.computed or outcome.unrated)
            _same_openness(ratings.grounds[index], outcome.discretion)
    for part, (rank, departed) in made.expected(known, ratings).items():
        guided = assessment.guidance[part]
        assert (_said(rules, rank) if rank >= 0 else None) == guided.expects
        assert departed is guided.departed


def _same_openness(bits: int, discretion: DiscretionOutcome) -> None:
    assert {each for bit, each in GROUNDS.items() if bits & bit} == {
        *discretion.grounds
    }
    assert {each for bit, each in NOT_KNOWN.items() if bits & bit} == {
        *discretion.not_known
    }


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_generated_source_holds_nothing_that_an_author_wrote(name: str) -> None:
    source = generate(FRAMEWORKS[name]).source
    words = set(re.findall(r"[^\W\d]\w*", source))

    assert all(re.fullmatch(r"z\d+", word) for word in words - FIXED)
    assert not re.search(r"""["'{}#\\@]""", source)


FIXED = {
    *("def", "if", "elif", "else", "return", "or", "and", "in", "is", "None"),
    *("min", "abs", "holds", "lowest", "total", "first", "grounds", "rate"),
    *("__getitem__", "_", *"TKcbugsnpmyrjxfdvwh"),
}


def test_a_move_that_the_rules_do_not_admit_is_left_aside() -> None:
    rules = small()
    sure = {part: Count(20, 40) for part in rules.questions}
    shut = Evidence({**sure, "2.1.1": Count(23, 40)}, judgements={"1.1": "Good"})
    moved = {"2.1": Decision(applied=True, rating="Outstanding")}
    made = compiled(rules)

    rated = made.rate(made.known(replace(shut, decisions=moved)))

    assert rated.codes == made.rate(made.known(shut)).codes


def _said(rules: Framework, code: int) -> str:
    return rules.ratings[code].name if code >= 0 else UNRATED[-1 - code]


def _outcomes(assessment: Assessment) -> dict[str, Outcome]:
    overall = {} if assessment.overall is None else {OVERALL: assessment.overall}
    return {**assessment.questions, **assessment.standards, **overall}


def _drawn(rules: Framework, chance: Random, rareness: float) -> Evidence:
    """Anything that may be known; what is unusual is as frequent as `rareness`."""

    def rarely() -> bool:
        return chance.random() < rareness

    counts, percentages = {}, {}
    for part in rules.questions:
        relevant = 0 if rarely() else chance.randint(1, 12)
        if rarely():
            percentages[part] = chance.randint(0, 100)
        elif not rarely():
            missing = chance.randint(0, 2) if rarely() else 0
            counts[part] = Count(chance.randint(0, relevant), relevant, missing)
    ratings = [each.name for each in rules.ratings]
    return Evidence(
        counts,
        percentages,
        judgements={
            part: chance.choice(ratings)
            for part, rate in rules.rates.items()
            if isinstance(rate.method, Judgement | FirstRule) and not rarely()
        },
        facts={
            name: chance.choice(fact.values)
            for name, fact in rules.facts.items()
            if fact.scope is not Scope.CASE and not rarely()
        },
        not_inspected=frozenset(each for each in rules.domains if rarely()),
    )


def _with_decisions(rules: Framework, evidence: Evidence) -> Evidence:
    """The same with every second standard moved or declined, where that is allowed."""
    for number, standard in enumerate(rules.discretion):
        rating = rules.ratings[number % len(rules.ratings)].name
        decision = Decision(applied=number % 3 != 0, rating=rating)
        decided = {**evidence.decisions, standard: decision}
        try:
            evaluate(rules, replace(evidence, decisions=decided))
        except NotAllowed:
            continue
        evidence = replace(evidence, decisions=decided)
    return evidence


def test_code_is_generated_once_for_each_framework() -> None:
    assert compiled(small()) is compiled(small())
