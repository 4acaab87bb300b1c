"""Whatever people try in whatever order: cases go only the ways a simple model goes.

No case is accepted by its own inspector, no submitted answer changes by one person's
hand alone, and no answer is lost.
"""

from datetime import timedelta
from itertools import product
from types import MappingProxyType

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from dsl import SourceFile, load
from events.framework import FrameworkAdopted, RuleFile
from events.inspection import CaseAdded
from events.recorded import Origin, RecordedEvent, StreamName
from events.sealed import SealedText
from projections import RatingBook, Shelf, read_book
from service.authority import authorise
from service.identity import PER_INSPECTION, Role
from service.inspection import about
from service.inspection.asker import Asker
from service.inspection.commands import (
    ExcludeCase,
    GiveAnswer,
    InspectionCommand,
    RecordFact,
    RestoreCase,
    WithdrawAnswer,
)
from service.inspection.decider import decide
from service.inspection.fieldwork.commands import (
    AcceptCase,
    AllocateCases,
    Allocation,
    AnswerQuery,
    ApproveCorrection,
    MarkCaseAgain,
    ProposeCorrection,
    RaiseQuery,
    RejectCorrection,
    ReopenCase,
    ReopenInspection,
    ResolveQuery,
    ReturnCase,
    SettleMarking,
    SubmitCase,
    SubmitInspection,
)
from service.inspection.situation import Situation
from service.refusal import Refused
from tests.projections.recording import NOON, STREAM, announced, recorded
from tests.service.inspection.casework_model import (
    ALWAYS,
    CASE,
    OF_HARM,
    PARTS,
    Model,
)

RULES = SourceFile(
    "try.rules",
    """framework "Try"

ratings
  'Inadequate' scores 0
  'Good'       scores 1

answers
  'Yes' is sufficient
  'No'  is not sufficient

domain 2 "Court"
standard 2.1 "Assessment"
question 2.1.1 "Is it good?"
question 2.1.2 "Is it safe?"
  for group "harm cases"

fact "harm" of a case is yes or no
group "harm cases" is cases where "harm" is yes
sample "all" for domain 2

banding "share of cases" of whole percentages, halves rounded up
  below 50   is 'Inadequate'
  50 or more is 'Good'
  assumes "made up"

rate questions in domain 2 by the percentage of relevant cases answered 'Yes' \
using banding "share of cases"
  assumes "made up"
rate standards in domain 2 by the lowest rating of their questions
  assumes "made up"
""",
)
WORDS = SealedText("k", b"", b"")


def shelf() -> Shelf:
    """A shelf with the rules above, as `youth-2020` revision 1."""
    loaded = load(RULES, lambda _: None)
    assert loaded.framework is not None, loaded.diagnostics
    fact = FrameworkAdopted(
        framework="youth-2020",
        revision=1,
        framework_hash=loaded.framework.hash,
        files=(RuleFile(RULES.name, RULES.text),),
        author="ruth",
        reviewer="greta",
    )
    found = Shelf()
    stream = StreamName("framework", "youth-2020")
    found.place(recorded(fact, position=1, stream=stream))
    return found


SHELF = shelf()
TEAM = MappingProxyType(
    {
        person: next(role for role in roles if role in PER_INSPECTION)
        for person, roles in PARTS.items()
        if not PER_INSPECTION.isdisjoint(roles)
    }
)


class Inspection:
    """The real deciders and the real book, event by event."""

    def __init__(self) -> None:
        self.model = Model()
        self.events: list[RecordedEvent] = []
        self.book = self._open()

    def _open(self) -> RatingBook:
        opening = recorded(announced("youth-2020", team=TEAM), position=1)
        book = read_book([opening], SHELF)
        self._record(book, CaseAdded(case=CASE, sample="all"), about.case(CASE), "ola")
        return book

    def _record(
        self, book: RatingBook, data: Struct, thing: str | None, who: str
    ) -> None:
        position = book.position + 1
        at = NOON + timedelta(minutes=position)
        event = RecordedEvent(
            stream=STREAM,
            version=position,
            position=position,
            recorded_at=at,
            origin=Origin(actor=who, observed_at=at),
            about=thing,
            data=data,
        )
        book.apply(event)
        self.events.append(event)

    def tries(self, who: str, command: InspectionCommand) -> bool:
        """Let a person try something; whether it was taken."""
        asker = Asker(
            person=who,
            roles=frozenset(map(Role, PARTS[who])),
            at=NOON + timedelta(minutes=self.book.position + 1),
        )
        situation = Situation("try", self.book, SHELF, asker=asker, seen=True)
        try:
            authorise(command, asker, self.book)
            news = decide(command, situation)
        except Refused:
            return False
        for new in news:
            self._record(self.book, new.data, new.about, who)
        return True


def _asked(inspection: Inspection) -> list[InspectionCommand]:
    """Everything that could be asked now; some of it names what is on record."""
    checking = inspection.book.casework.checking
    places = [*checking.corrections][-2:] or [1]
    asked: list[InspectionCommand] = [
        RecordFact(case=CASE, fact="harm", value="yes"),
        RecordFact(case=CASE, fact="harm", value="no"),
        SubmitCase(case=CASE),
        AcceptCase(case=CASE),
        ReturnCase(case=CASE, reason=WORDS),
        ReopenCase(case=CASE, occasion="joint-week", reason=WORDS),
        ExcludeCase(case=CASE, reason=WORDS),
        RestoreCase(case=CASE, reason=WORDS),
        SubmitInspection(),
        ReopenInspection(occasion="accuracy-check", reason=WORDS),
    ]
    for to, reason in product(PARTS, (None, WORDS)):
        given_ = Allocation(case=CASE, to=to, reason=reason)
        asked.append(AllocateCases(allocations=(given_,)))
    for query in ("q-1", "q-2"):
        asked += [
            RaiseQuery(query=query, case=CASE, question=ALWAYS, text=WORDS),
            AnswerQuery(case=CASE, query=query, text=WORDS),
            ResolveQuery(case=CASE, query=query),
        ]
    for question in (ALWAYS, OF_HARM):
        asked.append(WithdrawAnswer(case=CASE, question=question))
        for answer in ("Yes", "No"):
            asked += [
                GiveAnswer(case=CASE, question=question, answer=answer),
                MarkCaseAgain(case=CASE, answers={question: answer}),
                SettleMarking(
                    case=CASE, question=question, stands=answer, reason=WORDS
                ),
            ]
        entry = inspection.book.entry(about.answer(CASE, question))
        asked += [
            ProposeCorrection(
                case=CASE,
                question=question,
                answer=answer,
                replaces=None if entry is None else entry.version,
                reason=WORDS,
            )
            for answer in ("Yes", "No", None)
        ]
        for at in places:
            approve = ApproveCorrection(case=CASE, question=question, correction=at)
            reject = RejectCorrection(
                case=CASE, question=question, correction=at, reason=WORDS
            )
            asked += [approve, reject]
    return asked


steps = st.lists(
    st.tuples(st.booleans(), st.integers(0, 10**6), st.integers(0, 10**6)),
    min_size=50,
    max_size=150,
)
"""Whether the model would allow it, then which kind of command, then which of those."""


def _chosen(
    inspection: Inspection, step: tuple[bool, int, int]
) -> tuple[str, InspectionCommand]:
    """Kinds are as likely as one another: what takes a long way is tried as often."""
    allowed, kind, which = step
    by_kind: dict[str, list[tuple[str, InspectionCommand]]] = {}
    for command, who in product(_asked(inspection), PARTS):
        if not allowed or inspection.model.allows(who, command):
            by_kind.setdefault(type(command).__name__, []).append((who, command))
    group = [*by_kind.values()][kind % len(by_kind)]
    return group[which % len(group)]


def answered(inspection: Inspection) -> None:
    """Ida has answered everything."""
    first = (
        RecordFact(case=CASE, fact="harm", value="yes"),
        GiveAnswer(case=CASE, question=ALWAYS, answer="Yes"),
        GiveAnswer(case=CASE, question=OF_HARM, answer="No"),
    )
    for command in first:
        assert inspection.model.allows("ida", command)
        assert inspection.tries("ida", command)
        inspection.model.follow("ida", command, inspection.book.position)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_no_sequence_of_commands_leaves_the_model(
    tried: list[tuple[bool, int, int]],
) -> None:
    inspection = Inspection()
    model, book = inspection.model, inspection.book
    answered(inspection)

    for step in tried:
        who, command = _chosen(inspection, step)
        before, own = dict(model.answers), set(model.own)
        locked, back = model.locked, model.taken_back_by
        proposed = {question: by for question, (by, _, _) in model.pending.items()}

        taken = inspection.tries(who, command)

        assert taken == model.allows(who, command), (who, command, model)
        if taken:
            model.follow(who, command, book.position)
        stands = {
            question: entry.value
            for question in (ALWAYS, OF_HARM)
            if (entry := book.entry(about.answer(CASE, question))) is not None
        }
        review = book.casework.checking.review(CASE)
        assert stands == model.answers
        assert review.state.value == model.state
        assert book.casework.answered(CASE) == model.hands
        if taken and isinstance(command, AcceptCase):
            assert who not in own
        if stands != before:
            if isinstance(command, ApproveCorrection):
                assert proposed[command.question] != who
            else:
                assert not locked
                assert back != who  # the second person is the one who took it back
