"""Ratings never fall when what is below them rises, and all of them occur; or: look."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.author.given import given as given_lines
from dsl.author.prove import Claim, Finding, Proof, Verdict, prove
from dsl.evidence import Count, Evidence
from dsl.framework import Counted, FirstRule, Framework
from dsl.packaged import packaged_ids
from dsl.rating.evaluate import evaluate
from tests.dsl.framework_of import framework
from tests.dsl.judged_framework import OPENING, judged, load_text

SCALE = ("Poor", "Fair", "Fine")


def _findings(proof: Proof, claim: Claim) -> list[Finding]:
    return [each for each in proof.findings if each.claim is claim]


@pytest.mark.parametrize("id_", packaged_ids())
def test_both_claims_hold_for_every_packaged_framework(id_: str) -> None:
    proof = prove(framework(id_))

    assert proof.findings == ()
    assert proof.verdict(Claim.MONOTONE) is Verdict.HOLDS
    assert proof.verdict(Claim.REACHABLE) is Verdict.HOLDS


# ---- monotone

FALLING = """rate overall by the first rule that applies
  'Fine' when 1 or fewer of standards 1 to 3 are 'Fine'
  'Poor' when 2 or more of standards 1 to 3 are 'Fine'
"""


def test_a_rule_that_rewards_a_worse_judgement_is_caught_with_an_inspection() -> None:
    rules = judged(FALLING)

    (finding,) = _findings(prove(rules), Claim.MONOTONE)

    assert finding.verdict is Verdict.FAILS
    assert finding.sentence.startswith("the overall rating falls from 'Fine' to 'Poor'")
    worse, better = finding.shown
    assert _overall(rules, worse.evidence) == worse.rating == "Fine"
    assert _overall(rules, better.evidence) == better.rating == "Poor"
    for standard in ("1", "2", "3"):
        low = SCALE.index(worse.evidence.judgements[standard])
        assert low <= SCALE.index(better.evidence.judgements[standard])
    assert given_lines(better.evidence)[0].startswith("1 is '")


def test_a_fall_shows_where_the_panel_decides_between() -> None:
    """Fine with no standard fine, the panel with one or two, Fair with all three."""
    rules = judged(
        "rate overall by the first rule that applies\n"
        "  'Fine' when none of standards 1 to 3 are 'Fine'\n"
        "  'Fair' when all of standards 1 to 3 are 'Fine'\n"
        "  otherwise the panel decides\n"
    )

    (finding,) = _findings(prove(rules), Claim.MONOTONE)

    assert [each.rating for each in finding.shown] == ["Fine", "Fair"]


def test_bands_that_fall_are_caught_by_a_percentage() -> None:
    file = load_text(
        OPENING.partition("fact")[0]
        + "answers\n  'Yes' is sufficient\n  'No' is not sufficient\n"
        + 'domain 4 "Cases"\nstandard 4.1 "Work"\nquestion 4.1.1 "Good?"\n'
        + 'sample "all" for domain 4\n'
        + 'banding "b" of whole percentages, halves rounded up\n'
        + "  below 50 is 'Fair'\n  50 to 60 is 'Poor'\n  61 or more is 'Fine'\n"
        + "rate question 4.1.1 by the percentage of relevant cases answered 'Yes'"
        + ' using banding "b"\n'
        + "rate standard 4.1 by the lowest rating of their questions\n"
        + "rate overall by judgement\n"
    )
    assert file.framework is not None, file.diagnostics

    (finding,) = _findings(prove(file.framework), Claim.MONOTONE)

    assert finding.part == "4.1.1"
    assert finding.sentence == (
        "`4.1.1` falls from 'Fair' to 'Poor' when its percentage rises from 0% to 50%"
    )


def test_a_cap_that_punishes_a_better_standard_is_caught() -> None:
    rules = judged(
        "rate overall by judgement\ncap overall at 'Poor' when standard 1 is 'Fine'\n"
    )

    (finding,) = _findings(prove(rules), Claim.MONOTONE)

    assert "`1` rises from" in finding.sentence
    assert _overall(rules, finding.shown[1].evidence) == "Poor"


def _overall(rules: Framework, evidence: Evidence) -> str | None:
    overall = evaluate(rules, evidence).overall
    assert overall is not None
    return overall.rating


_ROWS = st.lists(
    st.tuples(
        st.sampled_from(SCALE),
        st.sampled_from(["1 or more", "2 or more", "all", "none", "1 or fewer"]),
        st.sampled_from([*SCALE, "Fair' or better", "Fair' or worse"]),
        st.sampled_from(["1 to 3", "1 and 2", "2 and 3"]),
    ),
    min_size=1,
    max_size=3,
)


@given(_ROWS)
@settings(max_examples=60, deadline=None)
def test_the_proofs_agree_with_trying_every_inspection(
    rows: list[tuple[str, str, str, str]],
) -> None:
    text = OPENING + "rate overall by the first rule that applies\n"
    for rating, quantity, test, parts in rows:
        quoted = f"'{test}" if " or " in test else f"'{test}'"
        text += f"  '{rating}' when {quantity} of standards {parts} are {quoted}\n"
    loaded = load_text(text + "  otherwise the panel decides\n")
    if loaded.framework is None:  # a row that a check refuses
        return
    rules = loaded.framework
    whole = {
        chosen: _overall(
            rules, Evidence(judgements=dict(zip("123", chosen, strict=True)))
        )
        for chosen in product(SCALE, repeat=3)
    }

    proof = prove(rules)

    assert isinstance(rules.rates["overall"].method, FirstRule)
    assert (proof.verdict(Claim.MONOTONE) is Verdict.HOLDS) is _rises(whole)
    reached = {rating for rating in whole.values() if rating}
    missing = [f.sentence for f in _findings(proof, Claim.REACHABLE)]
    assert len(missing) == len(set(SCALE) - reached)


def _rises(whole: Mapping[tuple[str, ...], str | None]) -> bool:
    def rank(rating: str) -> int:
        return SCALE.index(rating)

    return all(
        rank(low) <= rank(high)
        for worse, low in whole.items()
        for better, high in whole.items()
        if low is not None
        and high is not None
        and all(rank(a) <= rank(b) for a, b in zip(worse, better, strict=True))
    )


# ---- reachable


def test_a_rating_that_no_inspection_can_have_is_named() -> None:
    rules = judged(
        "rate overall by the first rule that applies\n"
        "  'Poor' when 1 or more of standards 1 to 3 are 'Poor'\n"
        "  'Fine' when none of standards 1 to 3 are 'Poor'\n"
    )

    (finding,) = prove(rules).findings

    assert finding.claim is Claim.REACHABLE
    assert finding.verdict is Verdict.FAILS
    assert finding.sentence == "no inspection can rate the overall rating 'Fair'"
    assert finding.rule.line > 1


def test_domains_that_are_not_inspected_and_facts_are_walked_too() -> None:
    loaded = load_text(
        OPENING.replace("standard 1 ", 'domain 1 "D"\nstandard 1.1 ')
        .replace("standard 2 ", "standard 1.2 ")
        .replace("standard 3 ", 'domain 2 "E"\nstandard 2.1 ')
        .replace("standards 1 to 3", "standards in domains 1 and 2")
        + 'banding "score" of scores from 0 to 6\n'
        + "  0 to 1 is 'Poor'\n  2 to 4 is 'Fair'\n  5 to 6 is 'Fine'\n"
        + "rate overall by the total score of standards in domains 1 and 2"
        + ' in proportion using banding "score"\n'
        + "cap overall at 'Fair' when domain 2 is not inspected\n"
        + '  and "in breach" is yes\n'
    )
    assert loaded.framework is not None, loaded.diagnostics

    assert prove(loaded.framework).findings == ()


def test_ratings_that_turn_on_one_standard_alone_are_not_taken_for_granted() -> None:
    """Two parts read one standard, so that what they need of it can disagree."""
    loaded = load_text(
        OPENING.replace(
            "rate standards 1 to 3 by judgement of",
            "rate standard 2 by the first rule that applies\n"
            "  'Fine' when standard 1 is 'Fine'\n"
            "  'Fair' when standard 1 is 'Fair' or worse\n"
            '  assumes "made up"\n'
            "rate standard 3 by the first rule that applies\n"
            "  'Fine' when standard 1 is 'Poor'\n"
            "  'Fair' when standard 1 is 'Fair' or better\n"
            '  assumes "made up"\n'
            "rate standard 1 by judgement of",
        )
        + "rate overall by the first rule that applies\n"
        + "  'Fine' when standard 2 is 'Fine' and standard 3 is 'Fine'\n"
        + "  'Poor' when standard 2 is 'Poor'\n"
        + "  'Fair' when 1 or more of standards 1 to 3 are 'Poor' or better\n"
    )
    assert loaded.framework is not None, loaded.diagnostics

    found = {each.sentence for each in prove(loaded.framework).findings}

    assert "no inspection can rate `2` 'Poor'" in found
    assert "no inspection was found that rates the overall rating 'Fine'" in found
    assert any(each.startswith("`3` falls from 'Fine' to 'Fair'") for each in found)


def test_a_fall_that_needs_parts_left_out_is_shown_with_them_left_out() -> None:
    loaded = load_text(
        OPENING.partition("fact")[0]
        + "answers\n  'Yes' is sufficient\n  'No' is not sufficient\n"
        + 'domain 1 "A"\nstandard 1.1 "Led"\n'
        + 'domain 2 "B"\nstandard 2.1 "Work"\nquestion 2.1.1 "Good?"\n'
        + 'domain 3 "C"\nstandard 3.1 "Help"\nsample "all" for domain 2\n'
        + 'banding "b" of whole percentages, halves rounded up\n'
        + "  below 50 is 'Poor'\n  50 to 60 is 'Fair'\n  61 or more is 'Fine'\n"
        + "rate question 2.1.1 by the percentage of relevant cases answered 'Yes'"
        + ' using banding "b"\n'
        + "rate standard 2.1 by the lowest rating of their questions"
        + " leaving out those not rated\n"
        + "rate standards in domains 1 and 3 by judgement\n"
        + "rate overall by judgement\n"
        + "cap overall at 'Poor' when none of standards 2.1 and 3.1 are 'Fine'"
        + " and standard 1.1 is 'Fine'\n"
    )
    assert loaded.framework is not None, loaded.diagnostics
    (cap,) = loaded.framework.caps
    none_fine, led = cap.when
    assert isinstance(none_fine, Counted)
    none_rated = replace(none_fine, ratings=frozenset(SCALE))
    rules = replace(loaded.framework, caps=(replace(cap, when=(none_rated, led)),))

    (finding,) = prove(rules).findings

    assert finding.verdict is Verdict.FAILS
    better = finding.shown[1].evidence
    assert better.not_inspected == {"3"}
    assert better.counts == {"2.1.1": Count(0, 0)}
    assert _overall(rules, better) == "Poor"


def test_a_fall_that_no_inspection_shows_is_left_unsettled() -> None:
    """Standards 2 and 3 rest on standard 1 so that they are never fine together."""
    loaded = load_text(
        OPENING.replace(
            "rate standards 1 to 3 by judgement of",
            "rate standard 2 by the first rule that applies\n"
            "  'Fine' when standard 1 is 'Fine'\n"
            "  'Fair' when standard 1 is 'Fair' or worse\n"
            '  assumes "made up"\n'
            "rate standard 3 by the first rule that applies\n"
            "  'Fine' when standard 1 is 'Poor'\n"
            "  'Fair' when standard 1 is 'Fair' or better\n"
            '  assumes "made up"\n'
            "rate standard 1 by judgement of",
        )
        + "rate overall by the first rule that applies\n"
        + "  'Poor' when standard 2 is 'Fine' and standard 3 is 'Fine'\n"
        + "  'Fair' when 1 or more of standards 2 and 3 are 'Fair' or better\n"
        + "  otherwise the panel decides\n"
    )
    assert loaded.framework is not None, loaded.diagnostics

    found = [
        (each.verdict, each.sentence)
        for each in _findings(prove(loaded.framework), Claim.MONOTONE)
        if each.part == "overall"
    ]

    assert found == [
        (
            Verdict.UNSETTLED,
            (
                "the overall rating may fall when what is below it rises,"
                " but no inspection was found that shows it"
            ),
        )
    ]


def test_a_cap_that_reads_a_standard_counted_only_never_holds() -> None:
    loaded = load_text(
        OPENING.replace(
            "rate standards 1 to 3 by judgement of",
            'rate standard 3 by counts only\n  assumes "b"\n'
            "rate standards 1 and 2 by judgement of",
        )
        + "rate overall by judgement\n"
        + "cap overall at 'Fair' when standard 3 is 'Poor'\n"
    )

    assert loaded.framework is not None, loaded.diagnostics
    assert prove(loaded.framework).findings == ()


def test_a_rule_with_too_many_ways_is_left_unsettled() -> None:
    standards = range(1, 15)
    scale = "".join(f"  'R{each}' scores {each}\n" for each in range(6))
    text = (
        f'framework "Wide"\nratings\n{scale}'
        + "".join(f'standard {each} "S"\n' for each in standards)
        + "rate standards 1 to 14 by judgement\n"
        + "rate overall by the first rule that applies\n"
        + "  'R0' when 1 or more of standards 1 to 7 are 'R0'\n"
        + "  'R1' when 1 or more of standards 8 to 14 are 'R1'\n"
        + "  otherwise the panel decides\n"
    )
    loaded = load_text(text)
    assert loaded.framework is not None, loaded.diagnostics

    proof = prove(loaded.framework)

    assert {each.verdict for each in proof.findings} == {Verdict.UNSETTLED}
    assert {each.part for each in proof.findings} == {"overall"}
    assert proof.verdict(Claim.REACHABLE) is Verdict.UNSETTLED
