"""What would change a rating, said so that a panel can read it."""

import pytest

from dsl.evidence import Count, Decision, Evidence
from dsl.framework import OVERALL, Framework
from dsl.what_if.what_if import Change, Move, WhatIf, what_if
from tests.dsl.framework_of import framework
from tests.dsl.intricate_framework import intricate
from tests.dsl.small_framework import G, I, O, R, small

SMALL = small({"2.1": 2, "2.2": 1})
COUNTS = {"2.1.1": Count(7, 8), "2.1.2": Count(3, 7), "2.2.1": Count(4, 5)}


def asked(
    rules: Framework = SMALL,
    counts: dict[str, Count] = COUNTS,
    decisions: dict[str, Decision] | None = None,
) -> dict[str, WhatIf]:
    evidence = Evidence(counts, judgements={"1.1": G}, decisions=decisions or {})
    return {each.part: each for each in what_if(rules, evidence)}


def sentence(found: WhatIf, rating: str) -> str:
    return next(turn.sentence for turn in found.turns if turn.rating == rating)


def test_one_case_more_says_the_count_it_leads_to() -> None:
    assert sentence(asked()["2.1"], R) == (
        "2.1 would be 'Requires improvement' with one more 'Yes' on 2.1.2:"
        " 4 of 7 = 57%, 'Requires improvement'; the panel may decide so without it"
    )


def test_several_changes_are_counted_and_what_moves_along_is_named() -> None:
    counts = COUNTS | {"2.1.1": Count(5, 10), "2.1.2": Count(5, 10)}

    found = asked(counts=counts)

    assert sentence(found["2.1"], G) == (
        "2.1 would be 'Good' with 4 changed judgements: 2 more 'Yes' on 2.1.1:"
        " 7 of 10 = 70%, 'Good'; 2 more 'Yes' on 2.1.2: 7 of 10 = 70%, 'Good';"
        " the panel may decide so without it"
    )
    down = next(turn for turn in found[OVERALL].turns if turn.rating == R)
    assert (down.score, down.maximum) == (4, 9)
    assert down.moves == (Move("2.2", O, R),)
    assert down.sentence == (
        "overall would be 'Requires improvement' (4 of 9) with one 'Yes' fewer on"
        " 2.2.1: 3 of 5 = 60%, 'Requires improvement'; this moves 2.2 to"
        " 'Requires improvement'"
    )


def test_a_changed_count_lets_the_decision_of_the_panel_lapse() -> None:
    moved = {"2.1": Decision(applied=True, rating=R)}

    turn = asked(decisions=moved)["2.1"].turns[0]

    assert (turn.rating, turn.judgements, turn.lapses) == (I, 1, ("2.1",))
    assert turn.sentence.endswith("; the panel's move of 2.1 would lapse")


def test_another_judgement_of_a_whole_standard_is_one_change() -> None:
    found = asked(small({"2.1": 1}), {"2.1.1": Count(0, 40)})

    (low, good, _) = found[OVERALL].turns
    assert low.changes == (Change("1.1", I),)
    assert (
        low.sentence
        == "overall would be 'Inadequate' (0 of 6) with 1.1 judged 'Inadequate'"
    )
    assert good.rating == G
    assert found["1.1"].because == "1.1 is judged, not worked out"


def test_a_percentage_without_a_count_cannot_be_turned() -> None:
    evidence = Evidence(percentages={"2.1.1": 70, "2.1.2": 48})

    (found,) = what_if(SMALL, evidence, ["2.1"])

    assert found.turns == ()
    assert found.out_of_reach == (R, G, O)


def test_a_part_that_is_not_rated_has_nothing_to_change() -> None:
    (found,) = what_if(SMALL, Evidence(), [OVERALL])

    assert (found.rating, found.turns) == (None, ())


def test_what_cannot_be_added_up_is_said() -> None:
    rules = intricate()
    counts = {part: Count(1, 2) for part in rules.questions}

    found = {each.part: each for each in what_if(rules, Evidence(counts))}

    assert found[OVERALL].because == "overall rests on one part in two ways"


@pytest.mark.parametrize("answers", [1, 10, 300])
def test_figures_of_a_packaged_framework_are_turned_at_any_size(answers: int) -> None:
    rules = framework("youth-2020")
    counts = {
        part: Count(answers // 2, answers)
        for part, each in rules.questions.items()
        if each.asked_of_cases
    }
    judgements = dict.fromkeys(("1.1", "1.2", "1.3", "1.4"), G)

    found = what_if(rules, Evidence(counts, judgements=judgements))

    assert [each.part for each in found] == [*rules.standards, OVERALL]
    assert found[-1].turns
