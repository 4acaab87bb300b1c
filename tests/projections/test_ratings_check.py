"""Ratings worked out again: statements that hold, and those that do not."""

from collections.abc import Sequence
from datetime import date

import pytest
from msgspec import Struct
from msgspec.structs import replace

from events.chain import START
from events.codec import CODEC, microseconds
from events.inspection import (
    AnswerGiven,
    CaseAdded,
    DiscretionConsidered,
    DiscretionDecided,
    DraftSent,
    RatingsAgreed,
    ReportPublished,
)
from events.proof.audit import DiffersError
from events.recorded import RecordedEvent, StreamName
from events.sealed import SealedText
from events.stored import StoredEvent
from projections.figures import figures_hash, figures_of, snapshot
from projections.rating_book import RatingBook
from projections.ratings_check import RatingsCheck, Stated, claim_of, claimed
from tests.projections.recording import adopted, announced, recorded, shelf_of

FRAMEWORK = "youth-2020"
RULES = StreamName("framework", FRAMEWORK)


def _stored(recorded: RecordedEvent) -> StoredEvent:
    name, schema, payload = CODEC.encode(recorded.data)
    at = microseconds(recorded.recorded_at)
    return StoredEvent(
        position=recorded.position,
        stream=str(recorded.stream),
        version=recorded.version,
        type=name,
        schema=schema,
        recorded_at=at,
        observed_at=at,
        actor="rosa",
        command_id=None,
        correlation_id=None,
        causation_id=None,
        about=recorded.about,
        payload=payload,
        hash=START,
    )


def _ledger(*facts: Struct) -> list[StoredEvent]:
    """The rules, an inspection with one judged case, and then these facts."""
    before = (
        announced(FRAMEWORK),
        CaseAdded(case="C-1", sample="court disposals"),
        *(
            AnswerGiven(case="C-1", question=question, answer="Yes")
            for question in ("2.1.1", "2.1.2", "2.1.3")
        ),
    )
    rules = recorded(adopted(FRAMEWORK), position=1, stream=RULES)
    rest = [
        recorded(fact, position=at, version=at - 1)
        for at, fact in enumerate((*before, *facts), start=2)
    ]
    return list(map(_stored, [rules, *rest]))


def _book(events: Sequence[StoredEvent]) -> RatingBook:
    opening, *rest = map(CODEC.recorded, events[1:])
    book = RatingBook(opening, shelf_of(FRAMEWORK).edition)
    for event in rest:
        book.apply(event)
    return book


_UNKNOWN_CASE = recorded(
    AnswerGiven(case="C-9", question="2.1.1", answer="Yes"), position=4
)
BOOK = _book(_ledger())
CLAIM = claim_of("inspection-brent-2019", BOOK)
RATINGS = {part: rating for part, rating in CLAIM.ratings.items() if rating}
AGREED = RatingsAgreed(
    ratings=RATINGS,
    score=CLAIM.score,
    maximum=CLAIM.maximum,
    overall=CLAIM.overall,
    figures_hash=snapshot(BOOK).figures_hash,
    agreed_by=("pavel",),
)
REPORT = ReportPublished(
    number=1,
    ratings=RATINGS,
    score=CLAIM.score,
    maximum=CLAIM.maximum,
    overall=CLAIM.overall,
    figures_hash=snapshot(BOOK).figures_hash,
    framework_hash=CLAIM.framework_hash,
    as_of=CLAIM.as_of,
)


def _checked(events: Sequence[StoredEvent], *stated: Stated) -> RatingsCheck:
    check = RatingsCheck(stated)
    for event in events:
        check.take(event)
    check.finish()
    return check


def test_what_follows_is_counted() -> None:
    check = _checked(_ledger(REPORT), *claimed([CLAIM]))

    assert check.findings == []
    assert (check.agreed, check.later) == (2, [])


def test_a_report_of_an_earlier_moment_is_left_for_later() -> None:
    more = AnswerGiven(case="C-1", question="2.2.1", answer="No")
    events = _ledger(more, REPORT)
    check = _checked(events)
    again = RatingsCheck(check.later, reads_events=False)
    for event in events:
        again.take(event)
    again.finish()

    assert [each.as_of for each in check.later] == [REPORT.as_of]
    assert (again.findings, again.agreed) == ([], 1)


def test_a_report_of_the_future_is_found() -> None:
    check = _checked(_ledger(replace(REPORT, as_of=500)))

    (finding,) = check.findings
    assert "takes account of event 500, which comes later" in finding.says


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"ratings": {}}, "says 2.1 is not rated; what follows is"),
        ({"ratings": RATINGS | {"2.1": "Poor"}}, "says 2.1 is 'Poor'; what follows is"),
        ({"ratings": RATINGS | {"9.9": "Good"}}, "says 9.9 is 'Good'; what follows is"),
        ({"score": 99}, "says the score is '99'; what follows is"),
        ({"maximum": 99}, "says the maximum is '99'; what follows is"),
        ({"overall": "Poor"}, "says overall is 'Poor'; what follows is"),
        ({"figures_hash": "sha256:00"}, "says its figures are those of 'sha256:00'"),
    ],
)
def test_what_does_not_follow_is_named_with_the_event_that_says_it(
    changed: dict[str, object], says: str
) -> None:
    (finding, *_) = _checked(_ledger(replace(AGREED, **changed))).findings

    assert finding.position == CLAIM.as_of + 1
    assert finding.says.startswith(
        f"`ratings-agreed` at event {CLAIM.as_of + 1} {says}"
    )


NAMED = figures_hash(BOOK.framework.hash, figures_of(BOOK, "2.1"))
CONSIDERED = DiscretionConsidered(standard="2.1", grounds=(), figures_hash=NAMED)
DECIDED = DiscretionDecided(
    standard="2.1",
    outcome="declined",
    before="Outstanding",
    after="Outstanding",
    grounds=(),
    figures=figures_of(BOOK, "2.1"),
    figures_hash=NAMED,
    cases_reviewed=("C-1",),
    deciders=("pavel",),
    reason=SealedText(key="k", nonce=b"", sealed=b""),
)
DRAFT = DraftSent(figures_hash=snapshot(BOOK).figures_hash, due_on=date(2024, 4, 1))


def test_figures_that_were_those_of_the_moment_are_not_remarked_on() -> None:
    assert _checked(_ledger(CONSIDERED, DECIDED)).findings == []
    assert _checked(_ledger(DRAFT)).findings == []


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (replace(CONSIDERED, figures_hash=""), "its figures are those of ''; what"),
        (replace(CONSIDERED, standard="9.9"), "it is about `9.9`, which is not rated"),
        (replace(DECIDED, figures_hash="x"), "its figures are those of 'x'; what"),
        (replace(DECIDED, before="Good"), "2.1 was 'Good'; what follows is 'Outst"),
        (
            replace(DECIDED, figures=DECIDED.figures | {"2.1.2": (0, 1)}),
            "2.1.2 is 0 of 1; what follows is 1 of 1",
        ),
        (
            replace(DECIDED, figures=DECIDED.figures | {"2.2.1": (1, 1)}),
            "2.2.1 is 1 of 1; what follows is not counted",
        ),
        (replace(DRAFT, figures_hash="x"), "its figures are those of 'x'; what"),
    ],
)
def test_figures_that_moved_are_named_with_the_event_that_rests_on_them(
    fact: Struct, says: str
) -> None:
    (finding,) = _checked(_ledger(fact)).findings

    assert finding.position == CLAIM.as_of + 1
    name = CODEC.name(fact)
    assert finding.says.startswith(f"`{name}` at event {finding.position} says {says}")


def test_other_rules_than_those_adopted_are_named() -> None:
    report = replace(REPORT, framework_hash="sha256:00")

    (finding,) = _checked(_ledger(report)).findings

    assert "by other rules than `youth-2020` as adopted" in finding.says


def test_a_claim_of_what_nobody_announced_is_found() -> None:
    claim = replace(CLAIM, inspection="inspection-nowhere")

    (finding,) = _checked(_ledger(), *claimed([claim])).findings

    assert "no event announces it" in finding.says


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        (b"{", "a stored `answer-given`, schema 1, cannot be read"),
        (
            _stored(_UNKNOWN_CASE).payload,
            "the rules do not know what it says",
        ),
    ],
    ids=["not read", "not known"],
)
def test_an_event_the_rules_cannot_follow_is_found_at_its_place(
    payload: bytes, says: str
) -> None:
    events = _ledger()
    events[3] = events[3]._replace(payload=payload)
    check = RatingsCheck()
    for event in events[:3]:
        check.take(event)

    with pytest.raises(DiffersError, match=f"event 4 cannot be followed: {says}"):
        check.take(events[3])
