"""A ledger filled with inspections that are answered and corrected."""

import asyncio
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from dsl import packaged
from events.inspection import AnswerGiven, CaseAdded, FactRecorded
from events.recorded import NewEvent, Origin, StreamName
from events.store import Append
from service.adoption import adopt
from service.inspection import about
from service.records.records import Records
from tests.projections.recording import announced

FRAMEWORK, SAMPLE = "youth-2020", "court disposals"
ORIGIN = Origin(actor="rosa", observed_at=datetime(2020, 10, 5, tzinfo=UTC))

_PAGE = 500  # events in one append
_TOGETHER = 4  # inspections filled at a time


async def fill(
    records: Records,
    events: int,
    *,
    cases: int = 50,
    answers: int = 2_000,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Adopt the rules and append about this many events, the same ones every time."""
    loaded = packaged(FRAMEWORK)
    await adopt(records.store, records.shelf, loaded, ORIGIN, reviewer="ruth")
    inspections = max(1, events // (answers + 3 * cases))
    for first in range(0, inspections, _TOGETHER):
        together = range(first, min(first + _TOGETHER, inspections))
        await asyncio.gather(*[_fill(records, n, cases, answers) for n in together])
        progress((await records.store.head()).position)


async def _fill(records: Records, number: int, cases: int, answers: int) -> None:
    facts = [*inspection(random.Random(number), cases, answers)]
    for first in range(0, len(facts), _PAGE):
        told = partial(tuple[NewEvent, ...], facts[first : first + _PAGE])
        await records.store.append(
            Append(stream=stream(number), origin=ORIGIN, decide=told)
        )


def stream(number: int) -> StreamName:
    """One of the inspections."""
    return StreamName("inspection", f"measured-{number}")


def inspection(chance: random.Random, cases: int, answers: int) -> Iterator[NewEvent]:
    """What is recorded of one inspection."""
    yield NewEvent(announced(FRAMEWORK))
    known = {"safety is a factor": "yes", "risk of serious harm, judged": "medium"}
    for number in range(cases):
        case = f"C-{number}"
        yield NewEvent(CaseAdded(case=case, sample=SAMPLE), about.case(case))
        for fact, value in known.items():
            recorded = FactRecorded(case=case, fact=fact, value=value)
            yield NewEvent(recorded, about.fact(case, fact))
    for _ in range(answers):
        yield given(chance, cases)


def given(chance: random.Random, cases: int) -> NewEvent:
    """One answer to some question of some case."""
    case = f"C-{chance.randrange(cases)}"
    question = f"2.{chance.randint(1, 3)}.{chance.randint(1, 3)}"
    answer = chance.choice(("Yes", "Yes", "No", "Not applicable"))
    data = AnswerGiven(case=case, question=question, answer=answer)
    return NewEvent(data, about.answer(case, question))
