"""A prompt with a group of its own counts fewer cases than its question, never more."""

from dataclasses import replace

import pytest

from dsl.evidence import Count
from dsl.framework import Framework, Scope
from dsl.live.ratings import LiveRatings
from dsl.load import load
from dsl.packaged import packaged_source
from dsl.rating.evaluate import evaluate
from dsl.source import SourceFile

RULES = """
framework "Prompts"
ratings 'Poor' scores 0 'Fair' scores 1
answers 'Yes' is sufficient 'No' is not sufficient 'Not applicable' is left out
fact "harm" of a case is yes or no
fact "victim" of a case is yes or no
group "harm cases" is cases where "harm" is yes
group "victim cases" is cases where "victim" is yes
domain 2 "Work"
standard 2.1 "Planning"
question 2.1.1 "Is harm planned for?" for group "harm cases"
  prompt a "Controls are set"
  prompt b "The victim is thought of" where applicable for group "victim cases"
question 2.1.2 "Is there a plan?"
  prompt a "The victim is named" for group "victim cases"
banding "share" of whole percentages, halves rounded up
  below 50 is 'Poor'
  50 or more is 'Fair'
rate questions of standard 2.1
  by the percentage of relevant cases answered 'Yes' using banding "share"
rate standard 2.1 by the lowest rating of their questions
sample "all" for domain 2
"""


def rules(text: str = RULES) -> Framework:
    loaded = load(SourceFile("prompts.rules", text), packaged_source)
    assert loaded.framework is not None, loaded.diagnostics
    return loaded.framework


def begun(**facts: str) -> LiveRatings:
    live = LiveRatings(rules())
    live.add_case("C-1", "all")
    for fact, value in facts.items():
        live.record_fact("C-1", fact, value)
    for part in live.answerable:
        live.answer("C-1", part, "Yes")
    return live


def counts(live: LiveRatings) -> dict[str, tuple[int, int]]:
    return {
        part: (count.relevant, count.missing)
        for part, count in live.evidence().counts.items()
    }


@pytest.mark.parametrize(
    ("harm", "victim", "of_both", "of_victims"),
    [
        ("yes", "yes", 1, 1),
        ("yes", "no", 0, 0),
        ("no", "yes", 0, 1),
        ("no", "no", 0, 0),
    ],
)
def test_a_prompt_counts_cases_of_its_question_that_are_of_its_group_too(
    harm: str, victim: str, of_both: int, of_victims: int
) -> None:
    found = counts(begun(harm=harm, victim=victim))

    assert found["2.1.1"] == found["2.1.1.a"] == (int(harm == "yes"), 0)
    assert found["2.1.1.b"] == (of_both, 0)
    assert found["2.1.2"] == (1, 0)
    assert found["2.1.2.a"] == (of_victims, 0)


def test_a_fact_that_is_not_known_leaves_the_answer_to_a_prompt_uncounted() -> None:
    live = begun(harm="yes")

    assert counts(live)["2.1.1.b"] == (0, 1)
    assert counts(live)["2.1.1"] == (1, 0)
    assert live.standing("C-1", "2.1.1.b").counted is None


def test_a_prompt_starts_to_count_when_its_fact_changes() -> None:
    live = begun(harm="yes", victim="no")

    assert live.record_fact("C-1", "victim", "yes") == ()
    assert counts(live)["2.1.1.b"] == (1, 0)


def test_why_a_prompt_does_not_count_names_its_own_group() -> None:
    standing = begun(harm="yes", victim="no").standing("C-1", "2.1.1.b")

    assert (standing.counted, standing.reason) == (
        False,
        '"victim" is no, and 2.1.1.b is for group "victim cases"',
    )


def test_the_group_of_a_prompt_never_moves_a_rating() -> None:
    live = begun(harm="yes", victim="no")
    before = evaluate(rules(), live.evidence()).standards["2.1"]

    live.record_fact("C-1", "victim", "yes")

    assert evaluate(rules(), live.evidence()).standards["2.1"] == before
    assert live.evidence().counts["2.1.1.b"] == Count(1, 1)


def test_the_group_of_a_prompt_is_part_of_the_canonical_text() -> None:
    without = RULES.replace(' where applicable for group "victim cases"', "")

    assert 'where applicable for group "victim cases"' in rules().canonical
    assert rules(without).hash != rules().hash


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('named" for group "victim cases"', 'named" for group "x"', "undefined-group"),
        ('Is there a plan?"', 'Is there a plan?" not asked of cases', "not-asked"),
    ],
)
def test_a_prompt_cannot_be_for_what_is_not_there(
    old: str, new: str, code: str
) -> None:
    loaded = load(SourceFile("p.rules", RULES.replace(old, new)), packaged_source)

    assert code in [each.code for each in loaded.diagnostics]


def test_facts_of_a_service_reach_prompts_too() -> None:
    framework = rules()
    harm = replace(framework.facts["victim"], scope=Scope.SERVICE)
    live = LiveRatings(
        replace(framework, hash="service", facts={**framework.facts, "victim": harm})
    )
    live.add_case("C-1", "all")

    live.record_fact(None, "victim", "no")

    assert live.evidence().counts["2.1.2.a"] == Count(0, 0, 0)
