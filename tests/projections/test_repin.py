"""An inspection is moved to another edition: its evidence stays, its ratings follow."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from dsl import DiscretionState, evaluate
from events.inspection import (
    AnswerGiven,
    AnswerWithdrawn,
    CaseAdded,
    CaseExcluded,
    DiscretionDecided,
    DomainSetAside,
    FactRecorded,
    FrameworkRepinned,
    JudgementProposed,
    JudgementWithdrawn,
)
from events.recorded import RecordedEvent, StreamName
from events.sealed import SealedText
from projections import RatingBook, RatingModels, Shelf, read_book
from tests.projections.recording import adopted, announced, record, recorded, shelf_of

SEALED = SealedText("inspection/brent-2019", b"", b"")
COURT, OUT_OF_COURT = "court disposals", "out-of-court disposals"
FROM, TO = "youth-2020", "youth-2021"


def repinned(framework: str, revision: int) -> FrameworkRepinned:
    return FrameworkRepinned(
        framework=framework,
        revision=revision,
        framework_hash=adopted(framework).framework_hash,
        reason=SEALED,
    )


def shelf() -> Shelf:
    """Both frameworks, and the first of them once more as revision 2."""
    shelf = shelf_of(FROM, TO)
    again = replace(adopted(FROM), revision=2)
    stream = StreamName("framework", FROM)
    shelf.place(recorded(again, position=3, stream=stream, version=2))
    return shelf


SHELF = shelf()


def answered(case: str, question: str, answer: str) -> AnswerGiven:
    return AnswerGiven(case=case, question=question, answer=answer)


def fieldwork(chance: Random) -> Sequence[Struct]:
    """Some cases of one framework and most of what is asked of them."""
    framework = SHELF.edition(FROM, 1).framework
    facts: list[Struct] = []
    for number in range(chance.randint(1, 6)):
        case, sample = f"C-{number}", chance.choice(list(framework.samples))
        facts.append(CaseAdded(case=case, sample=sample))
        facts += [
            FactRecorded(case=case, fact=name, value=chance.choice(fact.values))
            for name, fact in framework.facts.items()
            if chance.random() < 0.9
        ]
        facts += [
            answered(case, question, chance.choice(list(framework.answers)))
            for question in framework.questions
            if chance.random() < 0.9
        ]
        if chance.random() < 0.2:
            facts.append(CaseExcluded(case=case, reason=SEALED))
    facts += [
        JudgementProposed(
            standard=standard, rating=chance.choice(("Good", "Inadequate"))
        )
        for standard in ("1.1", "1.2", "1.3")
        if chance.random() < 0.9
    ]
    if chance.random() < 0.3:
        facts.append(DomainSetAside(domain="3", reason=SEALED))
    return facts


def discretion(book: RatingBook, position: int) -> list[RecordedEvent]:
    """Every standard that is open, decided."""
    standing = book.ratings.assessment().standards
    open_ = [
        (part, outcome.computed)
        for part, outcome in standing.items()
        if outcome.discretion and outcome.discretion.open and outcome.computed
    ]
    return [
        recorded(
            DiscretionDecided(
                standard=part,
                outcome="declined",
                before=computed,
                after=computed,
                grounds=(),
                figures={},
                figures_hash="",
                cases_reviewed=(),
                deciders=("greta",),
                reason=SEALED,
            ),
            position=position + number,
        )
        for number, (part, computed) in enumerate(open_)
    ]


def book_of(chance: Random) -> RatingBook:
    book = read_book(record([announced(FROM), *fieldwork(chance)]), SHELF)
    for decided in discretion(book, book.position + 1):
        book.apply(decided)
    return book


@settings(max_examples=8, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_a_move_to_the_same_text_changes_nothing(chance: Random) -> None:
    book = book_of(chance)
    before, entries = book.ratings.assessment(), dict(book.entries)

    change = book.apply(recorded(repinned(FROM, 2), position=book.position + 1))

    assert change.effects == ()
    assert (change.before, change.after) == (
        f"{FROM} revision 1",
        f"{FROM} revision 2",
    )
    assert book.ratings.assessment() == before
    assert dict(book.entries) == entries
    assert book.edition.revision == 2


@settings(max_examples=8, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_a_moved_book_rates_as_the_other_rules_do(chance: Random) -> None:
    book = book_of(chance)
    before = {part: book.ratings.rating(part) for part in parts(book)}

    change = book.apply(recorded(repinned(TO, 1), position=book.position + 1))

    ratings = book.ratings
    assert book.framework.id == TO
    assert (
        ratings.assessment().questions
        == evaluate(book.framework, ratings.evidence()).questions
    )
    effects = {each.part: each for each in change.effects if each.kind == "rating"}
    for part in {*before, *parts(book)}:
        now = ratings.rating(part) if part in parts(book) else None
        moved = effects.get(part)
        assert before.get(part) == now or moved is not None
        if moved is not None:
            assert (moved.before, moved.after) == (before.get(part), now)


def parts(book: RatingBook) -> Sequence[str]:
    return tuple(book.framework.rates)


def test_what_the_other_rules_do_not_know_is_kept_and_not_counted() -> None:
    facts = [
        announced(FROM),
        CaseAdded(case="C-1", sample=OUT_OF_COURT),
        answered("C-1", "3.4.1", "Yes"),
    ]
    book = read_book(record(facts), SHELF)
    assert book.ratings.standing("C-1", "3.4.1").counted

    book.apply(recorded(repinned(TO, 1), position=4))

    assert book.entries["answers/C-1/3.4.1"].value == "Yes"
    standing = book.ratings.standing("C-1", "3.4.1")
    assert standing.counted is False
    assert standing.reason == f"3.4.1 is not in `{TO}`"
    assert not book.ratings.asks("C-1", "3.4.1")
    withdrawn = AnswerWithdrawn(case="C-1", question="3.4.1", replaces=3)
    assert book.apply(recorded(withdrawn, position=5)).effects == ()
    assert "answers/C-1/3.4.1" not in book.entries


def test_a_part_that_the_other_rules_do_not_rate_loses_its_rating() -> None:
    judged = JudgementProposed(standard="4.1", rating="Good")
    book = read_book(record([announced(TO), judged]), SHELF)

    change = book.apply(recorded(repinned(FROM, 1), position=3))

    gone = {each.part: each for each in change.effects if each.kind == "rating"}["4.1"]
    assert (gone.before, gone.after, gone.unrated) == ("Good", None, "not-in-framework")
    assert book.entries["judgements/4.1"].value == "Good"
    withdrawn = JudgementWithdrawn(standard="4.1", replaces=2)
    assert book.apply(recorded(withdrawn, position=4)).effects == ()


def test_a_move_is_a_row_of_the_history_and_of_the_register() -> None:
    models = RatingModels(SHELF)
    for each in record([announced(FROM), *fieldwork(Random(3))]):
        models.fold(each)
    stream = each.stream

    rows = models.fold(
        recorded(repinned(TO, 1), position=each.position + 1, stream=stream)
    ).rows

    ((inspection, *_, framework, revision, hash_, _, _, position),) = rows[
        "inspections"
    ]
    assert (inspection, framework, revision) == (stream.id, TO, 1)
    assert hash_ == adopted(TO).framework_hash
    assert position == each.position + 1
    assert {row[12] for row in rows["rating_history"]} == {"framework-repinned"}


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ([], DiscretionState.DECLINED),
        ([answered("C-2", "2.1.1", "Yes")], DiscretionState.LAPSED),
    ],
)
def test_a_decision_lapses_where_its_figures_moved_and_stays_lapsed(
    more: Sequence[Struct], state: DiscretionState
) -> None:
    questions = ("2.1.1", "2.1.2", "2.1.3")
    facts = [
        announced(FROM),
        *(CaseAdded(case=f"C-{n}", sample=COURT) for n in (1, 2)),
        *(
            FactRecorded(case=f"C-{n}", fact=name, value=value)
            for n in (1, 2)
            for name, value in (
                ("safety is a factor", "yes"),
                ("risk of serious harm, judged", "medium"),
            )
        ),
        *(answered("C-1", question, "Yes") for question in questions),
        *(answered("C-2", question, "No") for question in questions),
    ]
    book = read_book(record(facts), SHELF)
    decisions = discretion(book, book.position + 1)
    for decided in decisions:
        book.apply(decided)
    for fact in more:
        book.apply(recorded(fact, position=book.position + 1))

    change = book.apply(recorded(repinned(FROM, 2), position=book.position + 1))

    found = book.ratings.discretion("2.1")
    assert found is not None
    assert found.state is state
    assert change.effects == ()
