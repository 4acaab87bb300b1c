"""Impact reads one consistent position, and counts answers as the ledger does."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from dsl.what_if.on_record import counted
from events.inspection import (
    AnswerGiven,
    CaseAdded,
    CaseExcluded,
    DomainSetAside,
    FactRecorded,
    InspectionAnnounced,
    JudgementProposed,
)
from events.memory_store import MemoryStorage, memory_store
from events.recorded import NewEvent, Origin, StreamName
from events.sealed import SealedText
from events.store import Append, EventStore, Head
from projections import on_record, read_book
from service.impact import LeftOut, Replayed, held_in, replayed
from tests.dsl.framework_of import framework
from tests.projections.recording import (
    STREAM,
    adopted,
    announced,
    record,
    shelf_of,
)

REASON = SealedText("inspection/brent-2019", bytes(12), bytes(16))
YOUTH = framework("youth-2018")
SHELF = shelf_of("youth-2018")
CASES = ("C-1", "C-2", "C-3")


def _silent(_done: int, _of: int) -> None:
    pass


async def _recorded(store: EventStore, stream: StreamName, *facts: Struct) -> None:
    origin = Origin(actor="rosa", observed_at=datetime.now(UTC))
    new = [NewEvent(fact) for fact in facts]
    await store.append(Append(stream=stream, origin=origin, decide=lambda: new))


class BeingWrittenTo:
    """A store into which someone writes whenever its end is asked for."""

    def __init__(self, store: EventStore, *facts: Struct) -> None:
        self._store = store
        self._facts = facts
        self.append, self.read = store.append, store.read
        self.streams, self.read_all = store.streams, store.read_all
        self.settled, self.close = store.settled, store.close
        self.follow, self.caught_up = store.follow, store.caught_up
        self.verify, self.writable = store.verify, store.writable

    async def head(self) -> Head:
        head = await self._store.head()
        await _recorded(self._store, STREAM, *self._facts)
        late = StreamName("inspection", "late")
        await _recorded(self._store, late, announced("youth-2018"))
        return head


async def test_a_ledger_that_is_written_to_is_read_up_to_one_position() -> None:
    store = memory_store(lambda: datetime.now(UTC), storage=MemoryStorage())
    rules = StreamName("framework", "youth-2018")
    await _recorded(store, rules, adopted("youth-2018"))
    await _recorded(store, STREAM, announced("youth-2018"))
    good = JudgementProposed(standard="1.1", rating="Good", rationale=REASON)

    position, held = await held_in(BeingWrittenTo(store, good), _silent)

    assert position == 2
    assert [each.inspection for each in held] == [STREAM.id]
    assert held[0].evidence.judgements == {}
    assert (await store.head()).position == 4
    await store.close()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_record_counts_as_the_ledger_that_it_comes_from(data: st.DataObject) -> None:
    book = read_book(record([announced("youth-2018"), *_facts(data)]), SHELF)

    found = counted(YOUTH, on_record(book))

    ours = book.ratings.evidence()
    asked = {
        part: each for part, each in ours.counts.items() if part in YOUTH.questions
    }
    assert found.evidence.counts == asked
    assert found.evidence.judgements == ours.judgements
    assert found.evidence.not_inspected == ours.not_inspected
    assert found.unknown == ()


def _facts(data: st.DataObject) -> Sequence[Struct]:
    """What may happen to a few cases, in an order that a ledger takes."""
    facts: list[Struct] = []
    samples = list(YOUTH.samples)
    for case in CASES:
        facts.append(CaseAdded(case=case, sample=data.draw(st.sampled_from(samples))))
        for name in data.draw(
            st.lists(st.sampled_from(list(YOUTH.facts)), unique=True)
        ):
            value = data.draw(st.sampled_from(YOUTH.facts[name].values))
            facts.append(FactRecorded(case=case, fact=name, value=value))
    prompts = [p.id for each in YOUTH.questions.values() for p in each.prompts[:1]]
    parts = st.sampled_from([*YOUTH.questions, *prompts])
    for _ in range(data.draw(st.integers(0, 25))):
        case, part = data.draw(st.sampled_from(CASES)), data.draw(parts)
        answer = data.draw(st.sampled_from(list(YOUTH.answers)))
        facts.append(AnswerGiven(case=case, question=part, answer=answer))
    if data.draw(st.booleans()):
        facts.append(CaseExcluded(case="C-1", reason=REASON))
        facts.append(DomainSetAside(domain="3", reason=REASON))
        facts.append(JudgementProposed(standard="1.1", rating="Good", rationale=REASON))
    return facts


async def test_an_inspection_of_another_family_is_left_out() -> None:
    store = memory_store(lambda: datetime.now(UTC), storage=MemoryStorage())
    for id_ in ("youth-2018", "adult-pdu-2023"):
        await _recorded(store, StreamName("framework", id_), adopted(id_))
        opening: InspectionAnnounced = announced(id_)
        await _recorded(store, StreamName("inspection", f"of-{id_}"), opening)

    _, held = await held_in(store, _silent)
    found = [*replayed(YOUTH, held, _silent)]

    assert found == [
        LeftOut("of-adult-pdu-2023", "adult-pdu-2023"),
        Replayed("of-youth-2018", "youth-2018", (), (), ()),
    ]
    await store.close()
