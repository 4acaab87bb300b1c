"""Published beside rated: equal where it is, and plainly said where it is not."""

from typing import Any

import msgspec
import pytest

from dsl import packaged
from dsl.framework import Framework
from service.client.ratings import (
    CountView,
    GuidanceView,
    RatingsView,
    RatingView,
    RuleView,
)
from service.client.report import ReportedView
from service.demo.comparison import (
    figures_compared,
    ratings_compared,
    snapshot_compared,
)
from service.demo.published import IDS, Published, read
from service.demo.report import Compared, described, table, verdict


def _framework(published: Published) -> Framework:
    framework = packaged(published.framework).framework
    assert framework is not None
    return framework


def _part(part: str, kind: str, **known: Any) -> RatingView:
    nothing: dict[str, Any] = dict.fromkeys(RatingView.__struct_fields__)
    given = {
        "part": part,
        "kind": kind,
        "title": "",
        "provisional": False,
        "reason": "",
        "decided_by": (),
        "rule": RuleView(file="", line=1, says=None),
    }
    return RatingView(**nothing | given | known)


def _count(yes: int, relevant: int) -> CountView:
    return CountView(yes=yes, relevant=relevant, missing=0, percentage=None)


def _as_published(published: Published) -> RatingsView:
    """What the API would give if every published figure came out again."""
    return RatingsView(
        inspection=published.id,
        agreed=False,
        framework=published.framework,
        revision=1,
        as_of=1,
        provisional=False,
        questions=tuple(
            _part(
                code,
                "question",
                count=_count(figures.yes, figures.relevant),
                percentage=figures.percent,
            )
            for code, figures in published.questions.items()
        ),
        standards=tuple(
            _part(
                standard,
                "standard",
                rating=section.rating,
                computed=section.discretion.before
                if section.discretion
                else section.rating,
                guidance=GuidanceView(
                    expects=section.departure.expected,
                    departed=True,
                    departure="recorded",
                    reason="",
                )
                if section.departure
                else None,
            )
            for standard, section in published.sections.items()
            if section.rating is not None
        ),
        overall=None
        if published.overall is None
        else _part(
            "overall",
            "overall",
            rating=published.overall,
            computed=published.overall,
            score=published.score,
            maximum=published.maximum,
        ),
        prompts={
            f"{code}.{letter}": _count(*tally)
            for code, figures in published.questions.items()
            for letter, tally in figures.prompts.items()
        },
    )


def _kept(published: Published) -> ReportedView:
    """What a publication keeps if every published figure came out again."""
    questions = published.questions.items()
    return ReportedView(
        ratings=dict(published.ratings),
        computed={},
        score=published.score,
        maximum=published.maximum,
        overall=published.overall,
        questions={code: (it.yes, it.relevant) for code, it in questions},
        prompts={
            f"{code}.{letter}": tally
            for code, figures in questions
            for letter, tally in figures.prompts.items()
        },
        figures_hash="sha256:0",
    )


def _compared(
    published: Published, ratings: RatingsView, kept: ReportedView | None = None
) -> Compared:
    framework = _framework(published)
    return Compared(
        published,
        ratings_compared(published, ratings, framework),
        figures_compared(published, ratings),
        ratings.agreed,
        snapshot_compared(published, kept or _kept(published)),
    )


@pytest.mark.parametrize("inspection", IDS)
def test_nothing_differs_where_everything_came_out_as_published(
    inspection: str,
) -> None:
    published = read(inspection)
    compared = _compared(published, _as_published(published))

    assert compared.differing == ()
    assert "DIFFER" not in table(compared)
    assert "agreed: false; judged standards are rated as the lead" in table(compared)
    assert verdict([compared]) == (
        "Inspections compared: 1. Every published figure came out again."
    )
    assert described([compared])["equal"] is True


def test_a_standard_that_differs_is_said_to() -> None:
    published = read("brent-2019")
    ratings = _as_published(published)
    first, *rest = ratings.standards
    wrong = msgspec.structs.replace(first, rating="Inadequate", computed="Inadequate")
    compared = _compared(
        published, msgspec.structs.replace(ratings, standards=(wrong, *rest))
    )

    (row,) = compared.differing
    assert row.rated == "Inadequate"
    assert "DIFFERS" in table(compared)
    assert "did NOT come out again: 1." in verdict([compared])
    assert described([compared])["equal"] is False


def test_a_count_that_differs_is_named_with_both_figures() -> None:
    published = read("trafford-2021")
    ratings = _as_published(published)
    prompts = {**ratings.prompts, "2.2.2.a": _count(0, 1)}
    compared = _compared(published, msgspec.structs.replace(ratings, prompts=prompts))

    (row,) = compared.differing
    assert row.part == "2.2.2.a"
    assert "1 DIFFER: 2.2.2.a published" in table(compared)


def test_a_publication_that_kept_something_else_is_said_to() -> None:
    published = read("trafford-2021")
    kept = msgspec.structs.replace(_kept(published), score=17, questions={})
    compared = _compared(published, _as_published(published), kept)

    assert len(compared.differing) == 24
    assert "24 of its" in table(compared)


def test_a_prompt_nobody_counted_differs() -> None:
    published = read("trafford-2021")
    ratings = msgspec.structs.replace(_as_published(published), prompts={})
    compared = _compared(published, ratings)

    assert {row.rated for row in compared.differing} == {"no count"}


def test_the_panels_part_in_traffords_score_is_shown() -> None:
    published = read("trafford-2021")
    shown = table(_compared(published, _as_published(published)))

    assert "moved by the panel from Inadequate" in shown
    assert "17 without the panel's decisions" in shown
    assert "93 prompts" in shown


def test_what_is_rated_and_not_scored_and_where_guidance_was_left_is_shown() -> None:
    published = read("waltham-forest-2024")
    shown = table(_compared(published, _as_published(published)))

    assert shown.count("rated, not scored") == 1
    assert shown.count("guidance expects Inadequate; reason recorded") == 2


def test_an_inspection_that_rates_nothing_says_so() -> None:
    published = read("west-london-sqs-2016")
    compared = _compared(published, _as_published(published))

    assert [(row.published, row.rated) for row in compared.ratings] == [
        ("not rated", "not rated")
    ]
