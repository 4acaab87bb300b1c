"""What other rules would change, of figures and of answers counted afresh."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.evidence import Count, Decision, Evidence
from dsl.framework import OVERALL, Framework
from dsl.packaged import packaged_ids
from dsl.rating.discretion import NotAllowed
from dsl.rating.evaluate import evaluate, outcomes_of
from dsl.what_if.impact import Comparison, are_related
from dsl.what_if.on_record import CaseOnRecord, OnRecord, carried, counted
from tests.dsl.framework_of import framework
from tests.dsl.intricate_framework import intricate
from tests.dsl.small_framework import G, I, R, banding, small

SMALL = small({"2.1": 1, "2.2": 1})
STRICTER = replace(
    SMALL,
    hash="stricter",
    bandings={
        **SMALL.bandings,
        "share of cases": banding(
            "share of cases", (54, 64, 79, 100), percentages=True
        ),
    },
)
EVIDENCE = Evidence({"2.1.1": Count(13, 25), "2.2.1": Count(20, 25)}, {}, {"1.1": G})


def test_a_moved_boundary_changes_exactly_the_standards_between() -> None:
    (changed,) = Comparison(SMALL, STRICTER).impact(EVIDENCE, EVIDENCE).changed

    assert (changed.part, changed.before, changed.after) == ("2.1", R, I)
    assert changed.because_before == (
        "the lowest of its questions is 2.1.1 at 52%:"
        " 13 of 25 relevant cases = 52%, in 50 to 64"
    )
    assert changed.because_after.endswith("in 0 to 54")


def test_a_move_by_the_panel_is_kept_only_where_it_is_admitted() -> None:
    moved = {"2.1": Decision(applied=True, rating=I)}
    decided = replace(EVIDENCE, decisions=moved)
    shut = replace(SMALL, hash="shut", discretion={})

    kept = Comparison(SMALL, SMALL).impact(decided, decided)
    lost = Comparison(SMALL, shut).impact(decided, decided)

    assert (kept.changed, kept.not_admitted) == ((), ())
    assert lost.not_admitted == ("2.1",)
    (changed,) = lost.changed
    assert (changed.part, changed.before, changed.after) == ("2.1", I, R)


def test_a_part_that_only_one_side_has_is_not_rated_by_the_other() -> None:
    wider = small({"2.1": 1, "2.2": 1, "2.3": 1})
    evidence = replace(EVIDENCE, counts={**EVIDENCE.counts, "2.3.1": Count(9, 9)})

    changed = Comparison(SMALL, wider).impact(EVIDENCE, evidence).changed

    assert changed[0].part == "2.3"
    assert changed[0].before is None
    assert changed[0].because_before == "it is no part of these rules"


def test_a_family_is_what_is_linked_by_what_it_is_based_on() -> None:
    youth, later = framework("youth-2018"), framework("youth-2021")

    assert are_related(youth, later)
    assert are_related(later, framework("youth-2020"))
    assert not are_related(youth, framework("adult-pdu-2023"))


@pytest.mark.parametrize("one", ["youth-2018", "youth-2020", "youth-2021"])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), other=st.sampled_from(packaged_ids()))
def test_what_changes_is_what_two_evaluations_differ_in(
    one: str, seed: int, other: str
) -> None:
    old, new = framework(one), framework(other)
    chance = Random(seed)
    evidence = Evidence(
        {part: Count(chance.randint(0, 9), 9) for part in old.questions},
        judgements={
            part: chance.choice([each.name for each in old.ratings])
            for part in ("1.1", "1.2", "1.3", "1.4")
        },
    )
    known = carried(new, evidence).evidence

    changed = Comparison(old, new).impact(evidence, known).changed

    before, after = _ratings(old, evidence), _ratings(new, known)
    parts = dict.fromkeys((*new.standards, *old.standards, OVERALL))
    assert {each.part: (each.before, each.after) for each in changed} == {
        part: (before.get(part), after.get(part))
        for part in parts
        if before.get(part) != after.get(part)
    }


def _ratings(rules: Framework, evidence: Evidence) -> dict[str, str | None]:
    assessment = evaluate(rules, evidence)
    found = {part: each.rating for part, each in assessment.standards.items()}
    overall = assessment.overall
    return {**found, OVERALL: overall.rating if overall else None}


def test_some_parts_are_rated_as_all_of_them_are() -> None:
    rules = intricate()
    evidence = Evidence(
        {part: Count(2, 4) for part in rules.questions},
        judgements={"1.1": G, "3.1.2": R},
        facts={"breach": "yes"},
    )
    whole = evaluate(rules, evidence)

    some = outcomes_of(rules, evidence, ["2.1"])

    assert some["2.1"] == replace(whole.standards["2.1"], discretion=None)
    assert OVERALL not in some


CASE = CaseOnRecord("C-1", "court", {"safety is a factor": "yes"}, {"2.1.1": "Yes"})
RECORD = OnRecord((CASE,), {"1.1": G}, {}, {"breach": "no"}, frozenset())


def test_answers_are_counted_under_the_groups_of_the_new_rules() -> None:
    rules = small({"2.1": 2})
    irrelevant = replace(CASE, facts={"safety is a factor": "no"})
    record = replace(RECORD, cases=(CASE, irrelevant))

    found = counted(rules, record)

    assert found.evidence.counts == {"2.1.1": Count(2, 2), "2.1.2": Count(0, 0, 1)}
    assert found.unknown == ()


def test_what_the_new_rules_do_not_know_is_left_aside_and_named() -> None:
    strange = CaseOnRecord(
        "C-2",
        "nowhere",
        {"mood": "low", "safety is a factor": "perhaps"},
        {"9.9.9": "Yes", "2.1.1": "Maybe"},
    )
    record = OnRecord(
        (CASE, strange),
        {"2.1": G, "1.1": "Fair"},
        {},
        {"breach": "perhaps"},
        frozenset({"2", "9"}),
        frozenset({"2.1.1.a", "2.1.1.z"}),
    )

    found = counted(SMALL, record)

    assert set(found.unknown) == {
        "question `9.9.9`",
        "answer `Maybe`",
        "sample `nowhere`",
        "fact `mood`",
        "value `perhaps` of fact `safety is a factor`",
        "value `perhaps` of fact `breach`",
        "prompt `2.1.1.z`",
        "judgement of `2.1`",
        "rating `Fair`",
        "domain `9`",
    }
    assert found.evidence.judgements == {}
    assert found.evidence.facts == {}
    assert found.evidence.not_inspected == {"2"}


def test_figures_are_taken_as_they_are() -> None:
    evidence = Evidence(
        {"2.1.1": Count(1, 2), "8.8.8": Count(1, 2)}, {"2.2.1": 40, "9.9.9": 50}
    )

    found = carried(SMALL, evidence)

    assert found.evidence.counts == {"2.1.1": Count(1, 2)}
    assert found.evidence.percentages == {"2.2.1": 40}
    assert found.unknown == ("question `8.8.8`", "question `9.9.9`")


def test_the_panel_may_have_decided_what_no_rule_decides() -> None:
    cqc = framework("cqc-adult-social-care")
    record = replace(RECORD, cases=(), judgements={OVERALL: "Good"}, facts={})

    assert counted(cqc, record).unknown == ()


def test_a_move_that_goes_too_far_is_not_admitted() -> None:
    far = replace(EVIDENCE, decisions={"2.1": Decision(applied=True, rating=G)})
    with pytest.raises(NotAllowed):
        evaluate(STRICTER, far)

    found = Comparison(SMALL, STRICTER).impact(far, far)

    assert found.not_admitted == ("2.1",)
    assert [each.part for each in found.changed] == ["2.1"]
