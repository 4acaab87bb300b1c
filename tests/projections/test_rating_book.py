"""A rating book follows its inspection event by event."""

import pytest
from msgspec import Struct

from dsl import evaluate
from events.inspection import (
    AnswerGiven,
    AnswerWithdrawn,
    CaseAdded,
    CaseSubmitted,
    CorrectionApproved,
    FactRecorded,
    JudgementProposed,
)
from projections import RatingBook, read_book
from tests.projections.recording import announced, record, recorded, shelf_of

SHELF = shelf_of("youth-2018")
COURT = "court disposals"
CASE = CaseAdded(case="C-1", sample=COURT)
YES = AnswerGiven(case="C-1", question="2.1.1", answer="Yes")


def book_of(*facts: Struct) -> RatingBook:
    return read_book(record([announced("youth-2018"), *facts]), SHELF)


def test_a_book_begins_with_its_announcement() -> None:
    with pytest.raises(TypeError, match="begins with its announcement"):
        RatingBook(recorded(YES, position=1), SHELF.edition)


def test_an_answer_moves_its_question_and_its_standard() -> None:
    book = book_of(CASE)

    change = book.apply(recorded(YES, position=3))

    moved = {
        (each.part, each.kind): (each.before, each.after) for each in change.effects
    }
    assert moved == {
        ("2.1.1", "rating"): (None, "Outstanding"),
        ("2.1", "rating"): (None, "Outstanding"),
    }
    assert all(each.rule_file == "youth-2018.rules" for each in change.effects)
    assert (change.before, change.after) == (None, "Yes")


def test_a_change_tells_what_was_on_record_before() -> None:
    book = book_of(CASE, YES)
    no = AnswerGiven(case="C-1", question="2.1.1", answer="No", replaces=3)

    change = book.apply(recorded(no, position=4))

    assert (change.before, change.after) == ("Yes", "No")
    entry = book.entry("answers/C-1/2.1.1")
    assert entry is not None
    assert (entry.value, entry.version, entry.position) == ("No", 4, 4)


def test_what_was_withdrawn_is_not_on_record() -> None:
    book = book_of(CASE, YES)
    withdrawn = AnswerWithdrawn(case="C-1", question="2.1.1", replaces=3)

    change = book.apply(recorded(withdrawn, position=4))

    assert (change.before, change.after) == ("Yes", None)
    assert book.entry("answers/C-1/2.1.1") is None
    assert book.ratings.rating("2.1.1") is None


def test_an_approved_correction_is_the_answer() -> None:
    book = book_of(CASE, YES)
    approved = CorrectionApproved(
        case="C-1", question="2.1.1", answer="No", proposal=4, replaces=3
    )

    book.apply(recorded(approved, position=5))

    assert book.ratings.rating("2.1.1") == "Inadequate"


def test_a_fact_makes_an_answer_count() -> None:
    safety = AnswerGiven(case="C-1", question="2.2.2", answer="Yes")
    book = book_of(CASE, safety)
    assert book.ratings.standing("C-1", "2.2.2").counted is None
    relevant = FactRecorded(case="C-1", fact="safety is a factor", value="yes")

    change = book.apply(recorded(relevant, position=4))

    assert book.ratings.standing("C-1", "2.2.2").counted is True
    assert {each.part for each in change.effects} == {"2.2.2", "2.2"}


def test_a_fact_that_no_rating_depends_on_moves_nothing() -> None:
    book = book_of(CASE, YES)

    change = book.apply(recorded(CaseSubmitted(case="C-1"), position=4))

    assert change.effects == ()
    assert (book.version, book.position) == (4, 4)


def test_the_book_rates_as_a_full_evaluation_does() -> None:
    judged = JudgementProposed(standard="1.1", rating="Good")
    book = book_of(CASE, YES, judged)

    assessment = evaluate(book.framework, book.ratings.evidence())

    assert assessment == book.ratings.assessment()
    assert assessment.standards["1.1"].rating == "Good"


def test_a_rating_that_becomes_final_is_an_effect() -> None:
    yes = [AnswerGiven(case=f"C-{n}", question="2.1.1", answer="Yes") for n in (1, 2)]
    second = CaseAdded(case="C-2", sample=COURT)
    book = book_of(CASE, second, yes[0])

    change = book.apply(recorded(yes[1], position=5))

    (effect,) = change.effects
    assert (effect.part, effect.before, effect.after) == (
        "2.1.1",
        "Outstanding",
        "Outstanding",
    )
    assert (effect.provisional_before, effect.provisional) == (True, False)


def test_a_part_that_stays_unrated_says_why_it_was() -> None:
    irrelevant = AnswerGiven(case="C-1", question="2.1.1", answer="Not applicable")

    change = book_of(CASE).apply(recorded(irrelevant, position=3))

    assert [
        (each.part, each.unrated_before, each.unrated) for each in change.effects
    ] == [("2.1.1", "not-answered", "no-relevant-cases")]
