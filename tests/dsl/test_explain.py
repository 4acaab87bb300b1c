"""The tree of reasons behind a rating, and the same as sentences."""

from dataclasses import replace

import pytest

from dsl.evidence import Evidence
from dsl.framework import OVERALL
from dsl.packaged import packaged
from dsl.rating.evaluate import evaluate
from dsl.rating.explain import Explanation, explain, sentences
from dsl.rule_test import RuleTest


def published(name: str) -> tuple[Explanation, RuleTest]:
    """The explanation of the overall rating of a framework's first test."""
    loaded = packaged(name)
    assert loaded.framework is not None
    assessment = evaluate(loaded.framework, loaded.tests[0].evidence)
    return explain(loaded.framework, assessment, OVERALL), loaded.tests[0]


def part(explanation: Explanation, name: str) -> Explanation:
    if explanation.part == name:
        return explanation
    return next(
        part(each, name) for each in explanation.inputs if name.startswith(each.part)
    )


def test_a_moved_standard_says_what_it_was_and_why_it_was_open() -> None:
    overall, _ = published("youth-2020")

    planning = part(overall, "2.2")

    assert planning.title == "Planning"
    assert planning.said.rating == "Requires improvement"
    assert planning.because.startswith("moved by the ratings panel from 'Inadequate': ")
    assert planning.before is not None
    assert planning.before.rating == "Inadequate"
    assert planning.before.because == "the lowest of its questions is 2.2.2 at 43%"
    assert planning.open == (
        "one case more judged sufficient on 2.2.2 would make it 'Requires improvement'",
    )


def test_every_reason_names_its_rule() -> None:
    overall, _ = published("youth-2020")

    question = part(overall, "2.2.2")

    assert question.because == "3 of 7 relevant cases = 43%, in 0 to 49"
    assert question.said.count is not None
    assert (question.rule.file, question.rule.hash[:7]) == (
        "youth-2018.rules",
        "sha256:",
    )
    assert question.rule.sources == ("Brent 2019, Annex 2",)
    assert question.band_line is not None


def test_the_overall_rating_rests_on_every_standard_it_counts() -> None:
    overall, _ = published("youth-2021")

    assert "4.1" not in [each.part for each in overall.inputs]
    assert (overall.said.score, overall.said.maximum) == (11, 36)
    assert overall.band_line is None


def test_guidance_is_explained_with_its_counts() -> None:
    overall, _ = published("youth-2021")

    found = part(overall, "1.1").guidance

    assert found is not None
    assert (found.rating, found.departed) == ("Inadequate", True)
    assert found.because == (
        "2 of 7 standards are 'Good' or better and 3 of the other 5 are 'Inadequate'"
    )


@pytest.mark.parametrize("name", ["1.9", "2.1.1.a"])
def test_only_rated_parts_are_explained(name: str) -> None:
    framework = packaged("youth-2018").framework
    assert framework is not None

    with pytest.raises(KeyError):
        explain(framework, evaluate(framework, Evidence()), name)


def test_the_sentences_go_from_the_overall_rating_to_the_counts() -> None:
    overall, _ = published("youth-2021")

    text = sentences(overall)

    assert text.startswith("Overall: 'Requires improvement', because 11 of 36")
    assert "\n  1.1 Governance and leadership: 'Requires improvement', because" in text
    assert "guidance expects 'Inadequate', and the rating departs from it: 2 of" in text
    assert "\n      2.3.3" not in text
    assert "\n    2.3.3 " in text
    assert "'Requires improvement', because 11 of 21 relevant cases = 52%" in text


def test_sentences_say_what_was_moved_and_what_is_open() -> None:
    overall, _ = published("youth-2020")

    text = sentences(part(overall, "2.2"))

    assert "\n  before: 'Inadequate': the lowest of its questions is 2.2.2" in text
    assert "\n  open to the panel: one case more" in text


def test_sentences_say_what_is_missing_and_where_guidance_is_silent() -> None:
    framework = packaged("youth-2021").framework
    assert framework is not None
    evidence = Evidence(judgements={"1.1": "Good"})
    assessment = evaluate(framework, evidence)

    text = sentences(explain(framework, assessment, OVERALL))

    assert "Overall: not rated so far, because" in text
    assert "guidance is silent: 2.1, 2.2, 2.3, 2.4, 3.1, 3.2 and 3.3 are not" in text


def test_a_rule_without_words_or_sources_is_still_placed() -> None:
    overall, _ = published("youth-2018")
    bare = replace(overall.rule, says=None, sources=())

    text = sentences(replace(overall, rule=bare, inputs=()))

    assert text.endswith(f"rule: {bare.file}, line {bare.line}")
