"""Which numbers of the youth rules published reports pin, and which they do not."""

from functools import cache

import pytest

from dsl.author import pin as pinning
from dsl.author.pin import Hold, Pin, TooManyRuns, pin
from dsl.load import Loaded
from dsl.packaged import packaged, packaged_ids
from tests.dsl.judged_framework import OPENING, load_text


@cache
def _pins(id_: str) -> tuple[Pin, ...]:
    heirs = [
        packaged(each)
        for each in packaged_ids()
        for found in [packaged(each).framework]
        if found is not None and id_ in found.family
    ]
    return pin(packaged(id_), heirs)


def _one(id_: str, about: str, what: str) -> Pin:
    (found,) = (
        each
        for each in _pins(id_)
        if each.nudge.about.startswith(about) and each.nudge.what == what
    )
    return found


@pytest.mark.parametrize(
    ("what", "by"),
    [
        ("'Requires improvement' from 51 instead of 50", "Trafford 2021"),
        ("'Good' from 64 instead of 65", "Barking and Dagenham 2018"),
        ("'Good' from 66 instead of 65", "Brent 2019"),
        ("'Outstanding' from 81 instead of 80", "Trafford 2021"),
        ("'Requires improvement' from 49 instead of 50", None),
        ("'Outstanding' from 79 instead of 80", None),
    ],
)
def test_the_bands_of_cases_are_pinned_as_published(what: str, by: str | None) -> None:
    found = _one("youth-2018", "banding “share of cases”", what)

    assert found.by == ((by,) if by else ())
    assert found.hold is (Hold.TEST if by else Hold.NOTHING)


def test_no_report_pins_a_boundary_of_the_overall_score() -> None:
    about = "banding “overall score”"
    found = [each for each in _pins("youth-2018") if each.nudge.about == about]

    assert len(found) == 6
    assert {each.hold for each in found} == {Hold.NOTHING}


@pytest.mark.parametrize("what", ["without 2.1", "counting 4.1 too"])
def test_what_the_overall_score_counts_is_held_by_its_scale(what: str) -> None:
    found = _one("youth-2018", "the overall rating", what)

    assert (found.hold, found.by) == (Hold.CHECK, ("score-range",))


@pytest.mark.parametrize(
    ("what", "by"),
    [
        ("no matter whether one case would change the rating", ("Trafford 2021",)),
        ("within 4 points instead of 5", ()),
        ("within 6 points instead of 5", ()),
        ("4 cases or fewer instead of 5", ()),
        ("6 cases or fewer instead of 5", ()),
        ("no matter how near a boundary", ()),
        ("no matter how few cases", ()),
    ],
)
def test_of_discretion_only_one_case_is_pinned(what: str, by: tuple[str, ...]) -> None:
    assert _one("youth-2020", "discretion for", what).by == by


@pytest.mark.parametrize(
    ("about", "what"),
    [
        (
            "guidance for standard 1.1",
            "'Inadequate' when all instead of more than half",
        ),
        (
            "guidance for standard 1.1",
            (
                "'Inadequate' when counting 3.4 too in “fewer than half of standards"
                " 2.1 to 2.4 and 3.1 to 3.3 are 'Good' or better”"
            ),
        ),
        (
            "guidance for standard 1.3",
            "'Inadequate' when 2 or more instead of 1 or more",
        ),
    ],
)
def test_guidance_is_pinned_by_the_report_that_prints_it(about: str, what: str) -> None:
    assert _one("youth-2021", about, what).by == ("Waltham Forest 2024",)


def test_each_nudge_names_the_line_of_its_number() -> None:
    discretion = _one("youth-2020", "discretion", "within 4 points instead of 5")
    band = _one(
        "youth-2018",
        "banding “share of cases”",
        "'Good' from 64 instead of 65",
    )

    lines = {
        id_: packaged(id_).files[0].text.split("\n")
        for id_ in ("youth-2018", "youth-2020")
    }
    assert "within 5 points" in lines["youth-2020"][discretion.nudge.at.line - 1]
    assert "65 to 79" in lines["youth-2018"][band.nudge.at.line - 1]


def test_conditions_on_cases_are_beyond_every_test() -> None:
    beyond = [
        each.nudge.about for each in _pins("youth-2018") if each.hold is Hold.BEYOND
    ]

    assert "group “harm cases”" in beyond
    assert "sample “court disposals”" in beyond
    assert "answers" in beyond


@pytest.mark.parametrize("id_", packaged_ids())
def test_every_nudge_can_be_tried(id_: str) -> None:
    for each in _pins(id_):
        assert each.nudge.sentence
        assert bool(each.by) is (each.hold in (Hold.TEST, Hold.CHECK))


def test_checks_of_rows_and_caps_refuse_nudges_too() -> None:
    loaded = _sound(
        "rate overall by the first rule that applies\n"
        "  'Poor' when 1 or more of standards 1 to 3 are 'Poor'\n"
        "  'Fine' when none of standards 1 to 3 are 'Poor' and \"in breach\" is no\n"
        "  'Fair' when none of standards 1 to 3 are 'Poor' and \"in breach\" is yes\n"
        "cap overall at 'Fair' when 1 or more of standards 1 and 2 are 'Poor'\n"
    )

    refused = {code for each in pin(loaded, ()) for code in each.by}

    assert {"always-applies", "rule-gap", "always-loses"} <= refused


def test_a_rating_within_the_scale_may_be_nudged_both_ways() -> None:
    loaded = _sound("rate overall by the lowest rating of standards 1 to 3\n")

    about = {each.nudge.sentence for each in pin(loaded, ())}

    assert "rating 'Fair': scores 2 instead of 1" in about
    assert "the overall rating: with “leaving out those not rated”" in about


def test_versions_that_cannot_be_read_are_passed_over() -> None:
    broken = load_text("framework")

    assert pin(broken, ()) == ()
    assert pin(_sound("rate overall by judgement\n"), (broken,))


def test_a_file_with_too_many_numbers_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pinning, "LIMIT", 3)

    with pytest.raises(TooManyRuns):
        pin(packaged("youth-2018"), ())


def _sound(rules: str) -> Loaded:
    loaded = load_text(OPENING + rules)
    assert loaded.framework is not None, loaded.diagnostics
    return loaded


@pytest.mark.parametrize(
    ("ground", "nudged"),
    [
        ("one case judged differently would change the rating", set()),
        (
            "the rating rests on 1 cases or fewer",
            {"2 cases or fewer instead of 1"},
        ),
        (
            "the lowest percentage is within 0 points of a boundary",
            {"within 1 point instead of 0"},
        ),
    ],
)
def test_the_last_ground_of_discretion_is_never_taken_away(
    ground: str, nudged: set[str]
) -> None:
    loaded = load_text(
        'framework "Ours"\n  based on "Youth 2018"\n\n'
        "discretion for standard 2.1\n"
        f"  may be considered when {ground}\n"
        "  moves the rating at most 2 bands up or down\n"
        '  decided by "the panel" with a rationale\n'
    )
    assert loaded.framework is not None, loaded.diagnostics

    bounds = {"at most 1 band instead of 2", "at most 3 bands instead of 2"}
    assert {each.nudge.what for each in pin(loaded, ())} == nudged | bounds
