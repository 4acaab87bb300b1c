"""Sessions in the store's own table, on both stores."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from service.command_line.adjudge import run
from service.command_line.surroundings import Surroundings
from service.identity import Identity, Role
from service.records.records import open_records
from service.sign_in.session_table import SESSIONS
from service.sign_in.sessions import Lifetime, Sessions, form_token
from tests.postgres import Postgres

ROSA = Identity("p-rosa", frozenset({Role.INSPECTOR, Role.LEAD_INSPECTOR}))
SAM = Identity("p-sam", frozenset())


class Clock:
    """Stands still unless told otherwise."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: int) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgres"])
async def sessions(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres, clock: Clock
) -> AsyncIterator[Sessions]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}"
    if request.param == "postgres":
        url = await postgres.new_database()
    async with open_records(url, clock) as records:
        yield Sessions(
            records.writing, now=clock, random=token_bytes, lifetime=Lifetime()
        )


async def rows(sessions: Sessions) -> list[str]:
    async with sessions._engine.connect() as connection:  # noqa: SLF001 - what is kept is the point
        return [str(tuple(row)) for row in await connection.execute(select(SESSIONS))]


async def test_a_session_tells_whose_it_is_until_it_ends(sessions: Sessions) -> None:
    id_ = await sessions.begin(ROSA, instead_of=None)
    other = await sessions.begin(SAM, instead_of=None)

    assert await sessions.identity(id_) == ROSA
    assert await sessions.identity(other) == SAM
    await sessions.end(id_)
    assert await sessions.identity(id_) is None
    assert await sessions.identity(other) == SAM


async def test_nothing_that_is_kept_opens_a_session(sessions: Sessions) -> None:
    id_ = await sessions.begin(ROSA, instead_of=None)
    (kept,) = await rows(sessions)

    assert len(id_) == 43  # 256 bits
    assert id_ not in kept
    assert form_token(id_) not in kept
    assert id_ not in form_token(id_)


async def test_a_cookie_of_bytes_that_are_no_text_opens_nothing(
    sessions: Sessions,
) -> None:
    odd = b"\xf6\xff".decode(errors="surrogateescape")

    assert await sessions.identity(odd) is None
    assert await sessions.begin(SAM, instead_of=odd)


async def test_an_idle_session_ends_and_one_in_use_lasts_a_day(
    sessions: Sessions, clock: Clock
) -> None:
    id_ = await sessions.begin(ROSA, instead_of=None)
    for _ in range(31):
        clock.wait(minutes=15, seconds=-1)
        assert await sessions.identity(id_) == ROSA
    clock.wait(minutes=14)
    assert await sessions.identity(id_) == ROSA
    clock.wait(minutes=2)
    assert await sessions.identity(id_) is None

    id_ = await sessions.begin(ROSA, instead_of=None)
    clock.wait(minutes=15)
    assert await sessions.identity(id_) is None


async def test_what_is_over_is_cleared_away_by_the_next_to_sign_in(
    sessions: Sessions, clock: Clock
) -> None:
    await sessions.begin(ROSA, instead_of=None)
    clock.wait(minutes=10)
    old = await sessions.begin(SAM, instead_of=None)
    clock.wait(minutes=10)

    new = await sessions.begin(SAM, instead_of=old)

    assert await sessions.identity(new) == SAM
    assert await sessions.identity(old) is None
    assert len(await rows(sessions)) == 1


def test_the_command_signs_out_whom_it_is_told(
    tmp_path: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}"
    surroundings = Surroundings(now=clock, new_id=str, environment={})

    async def signed_in(*people: Identity) -> None:
        async with open_records(url, clock) as records:
            sessions = Sessions(
                records.writing, now=clock, random=token_bytes, lifetime=Lifetime()
            )
            for person in people:
                await sessions.begin(person, instead_of=None)

    asyncio.run(signed_in(ROSA, ROSA, SAM))

    assert run(["sessions", "end", "p-rosa", "--database", url], surroundings) == 0
    assert capsys.readouterr().out == "2 sessions ended\n"
    assert run(["sessions", "end", "--json", "--database", url], surroundings) == 0
    assert capsys.readouterr().out == '{"ended": 1}\n'


async def test_a_person_is_signed_out_everywhere(sessions: Sessions) -> None:
    theirs = [await sessions.begin(ROSA, instead_of=None) for _ in range(2)]
    other = await sessions.begin(SAM, instead_of=None)

    assert await sessions.end_all("p-rosa") == 2

    assert [await sessions.identity(id_) for id_ in theirs] == [None, None]
    assert await sessions.identity(other) == SAM
    assert await sessions.end_all() == 1


async def test_signing_in_with_other_roles_ends_the_sessions_of_before(
    sessions: Sessions,
) -> None:
    before = await sessions.begin(ROSA, instead_of=None)
    other = await sessions.begin(SAM, instead_of=None)
    fewer = replace(ROSA, roles=frozenset({Role.INSPECTOR}))

    now = await sessions.begin(fewer, instead_of=None)
    same = await sessions.begin(fewer, instead_of=None)

    assert await sessions.identity(before) is None
    assert [await sessions.identity(id_) for id_ in (now, same)] == [fewer, fewer]
    assert await sessions.identity(other) == SAM


async def test_a_newer_token_with_other_roles_ends_the_sessions_of_before(
    sessions: Sessions, clock: Clock
) -> None:
    id_ = await sessions.begin(ROSA, instead_of=None)
    began, fewer = clock().timestamp(), frozenset({Role.INSPECTOR})
    told = [
        replace(ROSA, issued_at=began + 60),  # the same roles
        replace(ROSA, roles=fewer, issued_at=began - 60),  # of before the session
        replace(ROSA, roles=fewer, issued_at=began + 60),  # of a token heard already
        replace(ROSA, roles=fewer),
        replace(SAM, roles=fewer, issued_at=began + 60),  # somebody else's
    ]

    for each in told:
        await sessions.hear(each)
        assert await sessions.identity(id_) == ROSA
    await sessions.hear(replace(ROSA, roles=fewer, issued_at=began + 61))

    assert await sessions.identity(id_) is None


async def test_whose_tokens_were_heard_is_not_kept_without_end(
    sessions: Sessions,
) -> None:
    for number in range(4_097):
        sessions._heard[f"p-{number}"] = 1.0  # noqa: SLF001 - what is kept is the point

    await sessions.hear(replace(ROSA, issued_at=1.0))

    assert set(sessions._heard) == {"p-rosa"}  # noqa: SLF001 - likewise
