"""What takes two people, for every pair: whoever did the first never does the second.

Everybody has every role and a part that lets them do it, so that nothing but what they
did before stands in their way.
"""

from collections.abc import Callable, Iterator
from itertools import product

from msgspec import Struct

from events.break_glass import BreakGlassOpened
from events.exporting import ExportRequested
from events.framework import FrameworkDrafted
from events.inspection import (
    AccuracyPointRaised,
    AnswerGiven,
    CaseAdded,
    CaseReopened,
    CaseReturned,
    CaseSubmitted,
    CorrectionProposed,
    PersonAssigned,
    QueryRaised,
)
from events.panel import DiscretionProposed, DiscretionVoted, PublicationProposed
from events.recorded import Origin, RecordedEvent
from events.retention import ErasureRequested, HoldPlaced, HoldReleaseRequested
from projections import LEAD, Draft, RatingBook, read_book
from service.authority import AUTHORITY, authorise
from service.identity import Role
from service.inspection.asker import Asker
from service.inspection.commands import (
    ApproveErasure,
    ApproveExport,
    ApproveRelease,
    GiveAnswer,
    InspectionCommand,
    MakeExport,
    RecordFact,
    RejectExport,
    ReviewBreakGlass,
    WithdrawAnswer,
    WithdrawFact,
)
from service.inspection.exporting import only_own_export
from service.inspection.fieldwork.commands import (
    AcceptCase,
    AnswerQuery,
    ApproveCorrection,
    MarkCaseAgain,
    RaiseQuery,
    ReopenCase,
    ResolveQuery,
    ReturnCase,
    SettleMarking,
)
from service.inspection.panel import eyes
from service.inspection.panel.commands import (
    ApprovePublication,
    ConsiderDiscretion,
    DecideDiscretion,
    EndorseRatings,
    SettleAccuracyPoint,
    VoteOnDiscretion,
)
from service.refusal import Refused
from service.rulemaking.eyes import require_not_author, require_third
from tests.projections.recording import NOON, STREAM, announced, shelf_of
from tests.service.inspection.play import ROLES, WORDS

PEOPLE = (*ROLES, "quinn")
OUTSIDER = "somebody else"
SHELF = shelf_of("youth-2020")
EVERYTHING = frozenset(Role)
Property = Callable[[str, object], None]
FEWEST = 4_500
"""Combinations that must be tried: more commands make more, and none may go missing."""

_ABOUT = 5  # position of the step that is tried, after what leads there
_ANSWERED = AnswerGiven(case="C-1", question="2.1.1", answer="Yes")
_SUBMITTED = CaseSubmitted(case="C-1")
_PROPOSED = DiscretionProposed(
    standard="2.1",
    outcome="applied",
    before="Good",
    after="Outstanding",
    grounds=(),
    figures={},
    figures_hash="",
    cases_reviewed=(),
    groups_reviewed=(),
    reason=WORDS,
)
_LEADS: Struct = PersonAssigned(person="", role=LEAD)  # whoever takes the first step
_BACK = (
    CaseReturned(case="C-1", reason=WORDS),
    CaseReopened(case="C-1", occasion="joint-week", reason=WORDS),
)
_OF_CASE: tuple[InspectionCommand, ...] = (
    AcceptCase(case="C-1"),
    ReturnCase(case="C-1", reason=WORDS),
    ReopenCase(case="C-1", occasion="joint-week", reason=WORDS),
    RaiseQuery(query="q-1", case="C-1", question="2.1.1", text=WORDS),
    ResolveQuery(case="C-1", query="q-1"),
    MarkCaseAgain(case="C-1", answers={}),
    SettleMarking(case="C-1", question="2.1.1", stands="No", reason=WORDS),
)
_ANSWERING: tuple[InspectionCommand, ...] = (
    GiveAnswer(case="C-1", question="2.1.1", answer="No"),
    WithdrawAnswer(case="C-1", question="2.1.1"),
    RecordFact(case="C-1", fact="disposal", value="none"),
    WithdrawFact(case="C-1", fact="disposal"),
)
_VOTE = VoteOnDiscretion(standard="2.1", proposal=_ABOUT, in_favour=True)
_DECIDE = DecideDiscretion(
    standard="2.1",
    outcome="declined",
    rating=None,
    figures_hash="",
    cases_reviewed=(),
    deciders=(),
    reason=WORDS,
)
_PUBLISH = ApprovePublication(number=1, content_hash="")
_ENDORSE = EndorseRatings(figures_hash="")
_FIRST: tuple[tuple[Struct, Struct, tuple[InspectionCommand, ...]], ...] = (
    (_SUBMITTED, _ANSWERED, _OF_CASE),
    (_ANSWERED, _SUBMITTED, _OF_CASE),
    (
        _SUBMITTED,
        CorrectionProposed(
            case="C-1", question="2.1.1", answer="No", replaces=None, reason=WORDS
        ),
        (
            *_OF_CASE[:-1],
            ApproveCorrection(case="C-1", question="2.1.1", correction=_ABOUT),
        ),
    ),
    (
        _SUBMITTED,
        QueryRaised(query="q-1", case="C-1", question="2.1.1", text=WORDS),
        (AnswerQuery(case="C-1", query="q-1", text=WORDS),),
    ),
    *((_SUBMITTED, back, _ANSWERING) for back in _BACK),
    (
        _ANSWERED,
        _LEADS,
        (
            ConsiderDiscretion(standard="2.1", figures_hash=""),
            _VOTE,
            _DECIDE,
            _ENDORSE,
            _PUBLISH,
        ),
    ),
    (_SUBMITTED, _ANSWERED, (_VOTE, _DECIDE, _ENDORSE)),
    (_ANSWERED, _PROPOSED, (_VOTE, _DECIDE)),
    (
        _PROPOSED,
        DiscretionVoted(standard="2.1", proposal=4, in_favour=True),
        (_DECIDE,),
    ),
    (
        _ANSWERED,
        PublicationProposed(number=1, figures_hash="", content_hash=""),
        (_PUBLISH,),
    ),
    (
        _ANSWERED,
        AccuracyPointRaised(point="P-1", text=WORDS),
        (SettleAccuracyPoint(point="P-1", outcome="rejected", reason=WORDS),),
    ),
    (
        _ANSWERED,
        ErasureRequested(keys=("k",), reason_code="other", reason=WORDS),
        (ApproveErasure(request=_ABOUT),),
    ),
    (
        HoldPlaced(case=None, reason=WORDS),
        HoldReleaseRequested(hold=4, reason=WORDS),
        (ApproveRelease(hold=4),),
    ),
    (
        _ANSWERED,
        BreakGlassOpened(minutes=60, reason=WORDS),
        (ReviewBreakGlass(opening=_ABOUT),),
    ),
    (
        _ANSWERED,
        ExportRequested(as_of=4, cases=51, content_hash="", reason=WORDS),
        (
            ApproveExport(request=_ABOUT, content_hash=""),
            RejectExport(request=_ABOUT, reason=WORDS),
        ),
    ),
)
"""What somebody else did, what the first of two did then, and what is the second's."""


def book_of(before: Struct, first: Struct, by: str, *, leading: bool) -> RatingBook:
    """An inspection in which everybody has a part, and somebody took the first step."""
    part = LEAD if leading else "inspector"
    opening = announced("youth-2020", team=dict.fromkeys(PEOPLE, part))
    if isinstance(first, PersonAssigned):
        first = PersonAssigned(person=by, role=LEAD)
    told = (
        (opening, OUTSIDER),
        (CaseAdded(case="C-1", sample="court disposals"), OUTSIDER),
        (CaseAdded(case="C-2", sample="court disposals"), OUTSIDER),
        (before, OUTSIDER),
        (first, by),
    )
    return read_book(list(recorded(told)), SHELF)


def recorded(told: tuple[tuple[Struct, str], ...]) -> Iterator[RecordedEvent]:
    for at, (fact, by) in enumerate(told, start=1):
        yield RecordedEvent(
            stream=STREAM,
            version=at,
            position=at,
            recorded_at=NOON,
            origin=Origin(actor=by, observed_at=NOON),
            about=None,
            data=fact,
        )


def refusal(command: InspectionCommand, person: str, book: RatingBook) -> str | None:
    try:
        authorise(command, Asker(person=person, roles=EVERYTHING, at=NOON), book)
    except Refused as refused:
        return refused.code
    return None


def _refuses(require: Callable[[Draft, str], None], draft: Draft, person: str) -> bool:
    try:
        require(draft, person)
    except Refused as refused:
        return refused.code == "four-eyes"
    return False


def is_of_panel(command: InspectionCommand) -> bool:
    """Whether leads are kept from it, so that nobody may lead from the beginning."""
    return eyes.leads in AUTHORITY[type(command)].eyes


def test_no_second_step_is_taken_by_whoever_took_the_first(
    record_property: Property,
) -> None:
    tried, kept_apart = 0, set()
    for before, first, seconds in _FIRST:
        for actor, command in product(PEOPLE, seconds):
            leading = not is_of_panel(command)
            book = book_of(before, first, actor, leading=leading)
            for rule in AUTHORITY[type(command)].eyes:
                asker = Asker(person=actor, roles=EVERYTHING, at=NOON)
                if rule(command, asker, book) is not None:
                    kept_apart.add((type(command), rule))
            for person in PEOPLE:
                expected = "four-eyes" if person == actor else None
                assert refusal(command, person, book) == expected, (
                    command,
                    actor,
                    person,
                )
                tried += 1

    assert kept_apart == {
        (command, rule)
        for command, authority in AUTHORITY.items()
        for rule in authority.eyes
        if rule is not only_own_export
    }
    record_property("four-eyes combinations", tried)
    assert tried >= FEWEST


def test_what_one_was_allowed_to_take_away_nobody_else_takes(
    record_property: Property,
) -> None:
    asked = ExportRequested(as_of=4, cases=51, content_hash="", reason=WORDS)
    make, tried = MakeExport(request=_ABOUT, content_hash=""), 0

    for actor in PEOPLE:
        book = book_of(_ANSWERED, asked, actor, leading=True)
        for person in PEOPLE:
            expected = None if person == actor else "forbidden"
            assert refusal(make, person, book) == expected
            tried += 1

    record_property("four-eyes combinations", tried)


def test_rules_are_written_read_and_adopted_by_three(
    record_property: Property,
) -> None:
    fact = FrameworkDrafted(
        framework="youth-2020", revision=2, framework_hash="", files=()
    )
    tried = 0
    for author, reviewer, adopter in product(PEOPLE, repeat=3):
        refused = {
            "review": _refuses(
                require_not_author, Draft(fact=fact, author=author, version=1), reviewer
            ),
            "adoption": _refuses(
                require_third,
                Draft(fact=fact, author=author, version=1, reviews={reviewer: True}),
                adopter,
            ),
        }
        assert refused == {
            "review": reviewer == author,
            "adoption": adopter in {author, reviewer},
        }
        tried += 2

    record_property("four-eyes combinations", tried)
