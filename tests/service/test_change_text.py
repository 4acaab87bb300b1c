"""A row of the history, in words."""

import msgspec
import pytest

from projections import Figures, RatingChange
from service.change_text import change_text

CHANGE = RatingChange(
    position=412,
    ordinal=0,
    inspection="trafford-2021",
    part="2.2.2",
    kind="rating",
    value_before="Requires improvement",
    value_after="Inadequate",
    unrated=None,
    provisional=False,
    unrated_before=None,
    provisional_before=False,
    departed=None,
    figures_before=Figures(yes=4, relevant=7, percentage=57),
    figures_after=Figures(yes=3, relevant=7, percentage=43),
    event_type="answer-given",
    version=398,
    about="answers/C-7F3K-Q2M/2.2.2",
    answer_before="Yes",
    answer_after="No",
    actor="inspector-2",
    recorded_at="2026-11-22T15:00:00.000000Z",
    observed_at="2020-10-06T09:30:00.000000Z",
    command_id=None,
    framework_hash="sha256:00",
    rule_file="youth-2018.rules",
    rule_line=264,
)


def test_a_change_says_what_moved_who_moved_it_on_which_figures_under_which_line() -> (
    None
):
    assert change_text(CHANGE).splitlines() == [
        (
            "2026-11-22T15:00:00.000000Z (judged 2020-10-06T09:30:00Z)  "
            "2.2.2 rating: Requires improvement → Inadequate"
        ),
        "    answers/C-7F3K-Q2M/2.2.2: Yes → No, by inspector-2, event 412",
        "    3 of 7, 43% (before: 4 of 7, 57%)",
        "    youth-2018.rules, line 264",
    ]


def test_what_was_judged_within_a_minute_has_one_time() -> None:
    observed = "2026-11-22T14:58:00.000000Z"
    for recorded, beside in (
        ("2026-11-22T14:58:00.000000Z", False),
        ("2026-11-22T14:59:00.000000Z", False),
        ("2026-11-22T14:59:01.000000Z", True),
    ):
        at = {"observed_at": observed, "recorded_at": recorded}
        first = change_text(msgspec.structs.replace(CHANGE, **at)).splitlines()[0]

        assert first.startswith(recorded)
        assert ("judged" in first) is beside


@pytest.mark.parametrize(
    ("differing", "said"),
    [
        (
            {"value_before": None, "provisional": True},
            "not rated → Inadequate (provisional)",
        ),
        (
            {"value_after": None, "unrated": "no-relevant-cases"},
            "→ not rated (no-relevant-cases)",
        ),
        ({"answer_before": None}, "nothing → No"),
        ({"about": None, "event_type": "case-excluded"}, "    case-excluded, by"),
        ({"figures_before": Figures()}, "    3 of 7, 43%\n"),
        ({"figures_after": Figures()}, "    before: 4 of 7, 57%\n"),
        (
            {"figures_after": Figures(score=20, maximum=36, missing=2)},
            "    20 of 36, 2 not answered (before",
        ),
        (
            {"figures_after": Figures(decided_by=("2.2.2",), grounds=("one-case",))},
            "    decided by 2.2.2, open: one-case (before",
        ),
    ],
)
def test_what_is_absent_is_said_or_left_out(
    differing: dict[str, object], said: str
) -> None:
    changed = msgspec.structs.replace(CHANGE, **differing)
    assert said in change_text(changed)


def test_a_change_without_figures_has_no_line_for_them() -> None:
    change = msgspec.structs.replace(
        CHANGE, figures_before=Figures(), figures_after=Figures()
    )
    assert len(change_text(change).splitlines()) == 3


def test_a_rating_that_becomes_final_says_so_and_why_there_was_none() -> None:
    final = msgspec.structs.replace(
        CHANGE, value_before="Inadequate", provisional_before=True
    )
    still = msgspec.structs.replace(
        CHANGE,
        value_before=None,
        value_after=None,
        unrated_before="not-answered",
        unrated="no-relevant-cases",
    )

    assert " Inadequate → Inadequate (no longer provisional)\n" in change_text(final)
    assert " not rated (not-answered) → not rated (no-relevant-cases)\n" in change_text(
        still
    )
