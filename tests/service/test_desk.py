"""Commands on a real ledger: what is recorded, what it moves, what a rebuild says."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from dsl import Severity, SourceFile, evaluate, load, packaged, packaged_source
from events.recorded import Origin, StreamName
from events.store import CommandKey, CommandReused
from projections import Rebuilt, rating_changes, rebuild, register
from service.adoption import adopt, adopt_packaged
from service.desk import Accepted, Errand
from service.identity import Role
from service.inspection import about
from service.inspection.commands import (
    AddCase,
    AnnounceInspection,
    ExcludeCase,
    GiveAnswer,
    InspectionCommand,
    ProposeJudgement,
    RecordFact,
    RestoreCase,
    WithdrawAnswer,
)
from service.records.records import Records, open_records
from service.refusal import Refused
from tests.service.inspection.test_decider import WORDS

NOON = datetime(2020, 10, 5, 12, tzinfo=UTC)
ORIGIN = Origin(actor="rosa", observed_at=NOON)
ANNOUNCE = AnnounceInspection(
    service="A service",
    programme="single",
    fieldwork_starts_on=date(2020, 10, 5),
    framework="youth-2020",
)
EVERY_ROLE = frozenset(Role)
ERRAND = Errand(origin=ORIGIN, roles=EVERY_ROLE, at=NOON)
CASE = AddCase(case="C-1", sample="court disposals", facts={})
YES = GiveAnswer(case="C-1", question="2.1.1", answer="Yes")
NO = GiveAnswer(case="C-1", question="2.1.1", answer="No")
THING = about.answer("C-1", "2.1.1")
REPLY = msgspec.json.Decoder(Accepted)


def url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'ledger.db'}"


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Records]:
    """A ledger with youth-2020 adopted, whose clock moves a minute a look."""
    minutes = count()
    now = lambda: NOON + timedelta(minutes=next(minutes))  # noqa: E731 - a clock
    async with open_records(url(folder), now) as records:
        if not records.shelf.ids():
            loaded = packaged("youth-2020")
            await adopt(records.store, records.shelf, loaded, ORIGIN, reviewer="ruth")
        yield records


async def run(records: Records, command: InspectionCommand, **said: object) -> Accepted:
    errand = msgspec.structs.replace(ERRAND, **said)
    reply, _ = await records.desk.run("brent", command, errand)
    return REPLY.decode(reply)


async def rebuilt(records: Records, folder: Path) -> Rebuilt:
    engine = create_async_engine(url(folder))
    try:
        return await rebuild(records.store, engine, lambda *_: None)
    finally:
        await engine.dispose()


async def test_a_reply_names_what_an_answer_moved(tmp_path: Path) -> None:
    async with opened(tmp_path) as records:
        await run(records, ANNOUNCE)
        await run(records, CASE)

        accepted = await run(records, YES, thing=THING)

    assert accepted.created
    assert accepted.counted
    assert {effect.part for effect in accepted.effects} == {"2.1.1", "2.1"}


async def test_a_stale_change_is_refused_and_names_what_came_between(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as records:
        await run(records, ANNOUNCE)
        await run(records, CASE)
        first = await run(records, YES, thing=THING)
        second = await run(records, NO, thing=THING, seen=first.version)

        with pytest.raises(Refused) as stale:
            await run(records, YES, thing=THING, seen=first.version)

    assert stale.value.code == "stale-answer"
    assert stale.value.details["current"] == second.version
    assert stale.value.details["conflicting_event"] == second.position


async def test_who_expects_to_be_first_is_told_when_they_are_not(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as records:
        await run(records, ANNOUNCE)
        await run(records, CASE)
        await run(records, YES, thing=THING, first=True)

        with pytest.raises(Refused, match="was changed since you read it"):
            await run(records, NO, thing=THING, first=True)


async def test_the_same_command_twice_is_one_event(tmp_path: Path) -> None:
    key = CommandKey("key-1", sha256(b"one request").digest())
    other = CommandKey("key-1", sha256(b"another request").digest())
    async with opened(tmp_path) as records:
        await run(records, ANNOUNCE)
        await run(records, CASE)

        replies = await asyncio.gather(
            *(
                records.desk.run("brent", YES, msgspec.structs.replace(ERRAND, key=key))
                for _ in range(5)
            )
        )
        with pytest.raises(CommandReused):
            await run(records, NO, key=other)
        events = await records.store.read(StreamName("inspection", "brent"))

    assert len({reply for reply, _ in replies}) == 1
    assert sorted(replayed for _, replayed in replies) == [False, *[True] * 4]
    assert len(events) == 3


async def test_the_past_is_read_as_it_stood(tmp_path: Path) -> None:
    async with opened(tmp_path) as records:
        await run(records, ANNOUNCE)
        await run(records, CASE)
        yes = await run(records, YES, thing=THING)
        no = await run(records, NO, thing=THING, seen=yes.version)
        assert yes.recorded_at is not None
        at = datetime.fromisoformat(yes.recorded_at)

        ratings = [
            await records.desk.read(
                "brent", lambda book: book.ratings.rating("2.1"), as_of=as_of
            )
            for as_of in (yes.position, no.position, at, None)
        ]
        with pytest.raises(Refused, match="there was no inspection"):
            await records.desk.read("brent", str, as_of=1)

    assert ratings == ["Outstanding", "Inadequate", "Outstanding", "Inadequate"]


async def test_an_inspection_nobody_writes_to_is_read_and_caught_up(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as writing:
        await run(writing, ANNOUNCE)
        await run(writing, CASE)
        async with opened(tmp_path) as reading:
            desk = reading.desk
            await desk.read("brent", str)
            first = await run(writing, YES, thing=THING)
            seen = await asyncio.gather(
                *(desk.read("brent", lambda b: b.ratings.rating("2.1")) for _ in "ab")
            )
            await run(writing, NO, thing=THING, seen=first.version)
            then = await desk.read("brent", lambda b: b.ratings.rating("2.1"))

    assert seen == ["Outstanding", "Outstanding"]
    assert then == "Inadequate"


async def test_the_register_shows_the_overall_rating_of_each(tmp_path: Path) -> None:
    async with opened(tmp_path) as records:
        await run(records, ANNOUNCE)

        (entry,) = await register(records.engine)

    assert (entry.inspection, entry.framework) == ("brent", "youth-2020")
    assert entry.overall is None


async def test_history_is_read_by_part_by_cause_and_up_to_a_point(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as records:
        await run(records, ANNOUNCE)
        await run(records, CASE)
        yes = await run(records, YES, thing=THING)
        await run(records, NO, thing=THING, seen=yes.version)
        engine = records.engine

        by_part = await rating_changes(engine, "brent", part="2.1")
        by_cause = await rating_changes(engine, "brent", about=THING)
        early = await rating_changes(engine, "brent", until=yes.position)
        first = await rating_changes(engine, "brent", limit=1)

    moved = [
        (each.value_before, each.value_after, each.answer_before, each.answer_after)
        for each in by_part
        if each.kind == "rating"
    ]
    assert moved == [
        (None, "Outstanding", None, "Yes"),
        ("Outstanding", "Inadequate", "Yes", "No"),
    ]
    assert {each.about for each in by_cause} == {THING}
    assert {each.position for each in early} == {yes.position}
    assert len(first) == 1
    assert all(each.rule_file == "youth-2018.rules" for each in by_part[:1])


CASES = ("C-1", "C-2", "C-3")
QUESTIONS = ("2.1.1", "2.1.2", "2.1.3", "2.2.2", "2.2.3", "2.2.2.a")
FACTS = {
    "safety is a factor": ("yes", "no"),
    "risk of serious harm, judged": ("low", "medium", "high"),
}


async def _anything(records: Records, chance: random.Random) -> None:
    """One command of any kind, by somebody who has just read what is there."""
    case = chance.choice(CASES)
    match chance.randrange(8):
        case 0:
            standard = chance.choice(("1.1", "1.2", "1.3", "1.4"))
            thing = about.judgement(standard)
            command: InspectionCommand = ProposeJudgement(
                standard=standard,
                rating=chance.choice(("Inadequate", "Good", "Outstanding")),
            )
        case 1:
            fact = chance.choice(tuple(FACTS))
            thing = about.fact(case, fact)
            value = chance.choice(FACTS[fact])
            command = RecordFact(case=case, fact=fact, value=value)
        case 2:
            thing = about.case(case)
            command = ExcludeCase(case=case, reason=WORDS)
        case 3:
            thing = about.case(case)
            command = RestoreCase(case=case, reason=WORDS)
        case 4:
            question = chance.choice(QUESTIONS)
            thing = about.answer(case, question)
            command = WithdrawAnswer(case=case, question=question)
        case _:
            question = chance.choice(QUESTIONS)
            thing = about.answer(case, question)
            answer = chance.choice(("Yes", "No", "Not applicable"))
            command = GiveAnswer(case=case, question=question, answer=answer)
    entry = await records.desk.read("brent", lambda book: book.entry(thing))
    try:
        seen = None if entry is None else entry.version
        await run(records, command, thing=thing, seen=seen)
    except Refused as refused:
        assert refused.code == "not-found"  # noqa: PT017 - withdrawing nothing


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, 2**32))
async def test_live_ratings_rows_and_a_rebuild_agree(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder, chance = tmp_path_factory.mktemp("any"), random.Random(seed)
    async with opened(folder) as records:
        await run(records, ANNOUNCE)
        for case in CASES:
            added = AddCase(case=case, sample="court disposals", facts={})
            await run(records, added, thing=about.case(case))
        for _ in range(60):
            await _anything(records, chance)

        live = await records.desk.read(
            "brent", lambda book: (book.ratings.assessment(), book.ratings.evidence())
        )
        rows = await rating_changes(records.engine, "brent")
        again = await rebuilt(records, folder)
    async with opened(folder) as reopened:
        read = await reopened.desk.read("brent", lambda b: b.ratings.assessment())

    framework = packaged("youth-2020").framework
    assert framework is not None
    assert evaluate(framework, live[1]) == live[0] == read
    assert set(again.differed.values()) == {0}
    assert again.rows["rating_history"] == len(rows)


async def test_a_rebuild_finds_and_mends_rows_that_do_not_follow(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as records:
        await run(records, ANNOUNCE)
        await run(records, CASE)
        await run(records, YES, thing=THING)
        honest = await rating_changes(records.engine, "brent")
        engine = create_async_engine(url(tmp_path))
        async with engine.begin() as forger:
            await forger.execute(
                text("UPDATE rating_history SET actor = 'nobody' WHERE ordinal = 1")
            )
            await forger.execute(text("DELETE FROM inspections"))
        await engine.dispose()

        first, second = [await rebuilt(records, tmp_path) for _ in "ab"]
        mended = await rating_changes(records.engine, "brent")

    assert first.differed["rating_history"] == 1
    assert first.differed["inspections"] == 1
    assert set(second.differed.values()) == {0}
    assert mended == honest


async def test_what_comes_with_the_program_is_adopted_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as records:
        await adopt_packaged(records.store, records.shelf, ORIGIN)
        await adopt_packaged(records.store, records.shelf, ORIGIN)
        head = await records.store.head()

    assert head.position == len(records.shelf.ids())
    async with opened(tmp_path) as again:
        assert again.shelf.ids() == records.shelf.ids()


async def test_the_same_rules_again_are_no_new_revision(tmp_path: Path) -> None:
    async with opened(tmp_path) as records:
        edition = await adopt(
            records.store,
            records.shelf,
            packaged("youth-2020"),
            ORIGIN,
            reviewer="ruth",
        )

    assert edition.revision == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("below 50", "below 51"), "rule-diagnostics"),
        (("overall is 'Good'", "overall is 'Inadequate'"), "rule-tests-failing"),
    ],
)
async def test_rules_with_mistakes_are_not_adopted(
    tmp_path: Path, change: tuple[str, str], code: str
) -> None:
    own, *_ = packaged("youth-2018").files
    broken = load(SourceFile(own.name, own.text.replace(*change)), lambda *_: None)
    if code == "rule-diagnostics":
        assert any(each.severity is Severity.ERROR for each in broken.diagnostics)

    async with opened(tmp_path) as records:
        with pytest.raises(Refused) as refused:
            await adopt(records.store, records.shelf, broken, ORIGIN, reviewer="ruth")

    assert refused.value.code == code


async def test_rules_for_days_of_an_adopted_sibling_are_not_adopted(
    tmp_path: Path,
) -> None:
    text = (
        'framework "Other 2020"\n  based on "Youth 2018"\n'
        "  applies to fieldwork from 1 September 2020\n"
        '  no fieldwork from 1 April 2020 until 31 August 2020 because "none"\n'
    )
    other = load(SourceFile("other-2020.rules", text), packaged_source)
    assert other.framework is not None

    async with opened(tmp_path) as records:
        with pytest.raises(Refused, match="`Youth 2020`") as refused:
            await adopt(records.store, records.shelf, other, ORIGIN, reviewer="ruth")

        assert "other-2020" not in records.shelf.ids()
    assert refused.value.code == "rule-diagnostics"
