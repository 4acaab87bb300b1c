"""What changed in meaning: nothing where only words did, a sentence where more did."""

import pytest

from dsl.author.change import ChangeKind, Spot
from dsl.author.diff import diff
from dsl.author.pin import nudges
from dsl.framework import Framework
from dsl.load import load
from dsl.packaged import packaged, packaged_ids, packaged_source
from dsl.source import SourceFile
from dsl.text.layout import layout
from tests.dsl.framework_of import framework
from tests.dsl.judged_framework import judged


def _changed(id_: str, old: str, new: str) -> Framework:
    file = packaged_source(id_)
    assert file is not None
    assert old in file.text
    text = file.text.replace(old, new, 1)
    found = load(SourceFile(file.name, text), packaged_source)
    assert found.framework is not None, found.diagnostics
    return found.framework


@pytest.mark.parametrize("id_", packaged_ids())
def test_a_framework_means_the_same_as_itself(id_: str) -> None:
    assert diff(framework(id_), framework(id_)) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# ---- Domain two ----", "# ---- The second domain ----"),
        ("> A standard is only as good", "> A standard is never better"),
        ('source "Brent 2019", "Annex 2"', 'source "Brent 2019", "Annex 3"'),
        ('assumes "percentages are rounded', 'assumes "we believe they are rounded'),
        ("2.1.1 is 86%", "2.1.1 is 87%"),
        ("sized for 80 per cent", "sized  for 80  per cent"),
    ],
)
def test_a_change_of_words_alone_means_the_same(old: str, new: str) -> None:
    assert diff(framework("youth-2018"), _changed("youth-2018", old, new)) == ()


def test_the_order_of_rules_and_the_layout_mean_the_same() -> None:
    whole = framework("youth-2021")
    first, second, *lines = whole.canonical.splitlines()
    text = "\n".join([first, second, *reversed(lines)])
    again = load(SourceFile("youth-2021.rules", text), packaged_source).framework
    assert again is not None
    tidied = layout(SourceFile("youth-2021.rules", text))

    assert diff(whole, again) == ()
    assert load(SourceFile("youth-2021.rules", tidied), packaged_source).framework


@pytest.mark.parametrize(
    ("id_", "old", "new", "sentence"),
    [
        (
            "youth-2018",
            'standard 2.2 "Planning"',
            'standard 2.2 "Plans"',
            "standard 2.2: title now “Plans” instead of “Planning”",
        ),
        (
            "youth-2018",
            "1 May 2018",
            "2 May 2018",
            "the framework: first day now 2 May 2018 instead of 1 May 2018",
        ),
        (
            "youth-2020",
            "within 5 points",
            "within 4 points",
            (
                "discretion for standards 2.1 to 2.4 and 3.1 to 3.4:"
                " distance to a boundary now 4 points instead of 5 points"
            ),
        ),
        (
            "youth-2021",
            "more than half of the rest",
            "all of the rest",
            (
                "guidance for standard 1.1: row 1 now 'Inadequate' when"
                " fewer than half"
                " of"
                " standards 2.1 to 2.4 and 3.1 to 3.3 are 'Good' or better"
                " and all of the"
                " rest are 'Inadequate' instead of 'Inadequate' when fewer than half of"
                " standards 2.1 to 2.4 and 3.1 to 3.3 are 'Good' or better"
                " and more than"
                " half of the rest are 'Inadequate'"
            ),
        ),
        (
            "cqc-adult-social-care",
            "when 2 or more of the standards are 'Outstanding'",
            "when 3 or more of the standards are 'Outstanding'",
            (
                "the rating of overall: row 3 now 'Outstanding' when 3 or more of key"
                " questions 1 to 5 are 'Outstanding' and all of the rest are"
                " 'Good' instead"
                " of 'Outstanding' when 2 or more of key questions 1 to 5"
                " are 'Outstanding'"
                " and all of the rest are 'Good'"
            ),
        ),
    ],
)
def test_a_change_of_meaning_is_one_plain_sentence(
    id_: str, old: str, new: str, sentence: str
) -> None:
    (change,) = diff(framework(id_), _changed(id_, old, new))

    assert change.sentence == sentence
    assert change.kind is ChangeKind.CHANGED


def test_both_places_of_a_change_are_named() -> None:
    changes = diff(framework("youth-2020"), framework("youth-2021"))

    title = next(each for each in changes if "“Joint working”" in each.sentence)
    assert title.subjects == ("3.4",)
    assert title.before == Spot("youth-2018.rules", 230)
    assert title.after == Spot("youth-2021.rules", 49)


def test_what_is_new_and_what_is_gone_is_said_once() -> None:
    changes = diff(framework("youth-2020"), framework("youth-2021"))
    said = [each.sentence for each in changes]

    assert "question 3.4.1: no longer there" in said
    assert "discretion for standard 3.4: no longer there" in said
    assert (
        "the rating of standard 4.1: new (method: by judgement of the lead inspector)"
        in said
    )
    assert not any("3.4.1.a" in each for each in said)
    gone = next(each for each in changes if each.kind is ChangeKind.REMOVED)
    assert gone.after is None


def test_a_cap_that_is_new_is_said_with_its_condition() -> None:
    rules = "rate overall by judgement\n"
    cap = "cap overall at 'Fair' when \"in breach\" is yes\n"

    (change,) = diff(judged(rules), judged(rules + cap))

    assert (
        change.sentence == "cap on overall: new (at: 'Fair'; when: “in breach” is yes)"
    )


@pytest.mark.parametrize("id_", packaged_ids())
def test_every_nudge_of_a_number_or_condition_is_a_change_of_meaning(id_: str) -> None:
    loaded = packaged(id_)
    assert loaded.framework is not None

    for nudge in nudges(loaded.framework, loaded.files[0]):
        if nudge.change is not None:
            assert diff(loaded.framework, nudge.change), nudge.sentence
