"""Taking care of the read models behind the ledger, at a terminal."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest

from projections import Changes, Follower
from service.records.records import Records, open_records
from tests.service.keeping import Place, filled


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    """A ledger whose index is complete but for two events that were parked."""
    place = filled(tmp_path, capsys)
    asyncio.run(follow(place))
    with closing(sqlite3.connect(place.ledger)) as connection, connection:
        last = "SELECT max(position) FROM changes"
        (position,) = connection.execute(last).fetchone()
        connection.execute("DELETE FROM changes WHERE position = ?", (position,))
        connection.executemany(
            "INSERT INTO dead_letters (follower, position, stream, error, attempts,"
            " parked_at) SELECT 'changes', position, name, ?, ?, '2026'"
            " FROM events JOIN streams ON key = stream_key WHERE position = ?",
            [("ValueError", 1, position - 1), (None, 0, position)],
        )
    return place


async def follow(place: Place) -> None:
    async with records_of(place) as records:
        follower = Follower(
            Changes(), engine=records.writing, clock=place.clock, owner="here"
        )
        running = asyncio.create_task(follower.run(records.store))
        end = (await records.store.head()).position
        while await follower.position() < end:  # noqa: ASYNC110  the table tells
            await asyncio.sleep(0.01)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@asynccontextmanager
async def records_of(place: Place) -> AsyncIterator[Records]:
    async with open_records(place.settings.database, place.clock) as records:
        yield records


def parked(place: Place) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(place.ledger)) as connection:
        return connection.execute(
            "SELECT position, stream FROM dead_letters ORDER BY position"
        ).fetchall()


def indexed(place: Place) -> int:
    with closing(sqlite3.connect(place.ledger)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM changes").fetchone()
    return int(count)


def test_what_waits_is_listed(place: Place) -> None:
    (first, stream), (second, _) = parked(place)

    code, shown, _ = place.call("follow", "list")
    _, as_json, _ = place.call("follow", "list", "--json")

    assert code == 1
    assert shown.startswith("changes: up to event ")
    assert f"changes: event {first} of {stream}: ValueError\n" in shown
    assert f"event {second} of {stream}: waits behind an earlier one\n" in shown
    assert f'"position": {first}' in as_json


def test_what_waits_is_tried_again(place: Place) -> None:
    (_, stream), _ = parked(place)
    before = indexed(place)

    code, shown, _ = place.call("follow", "retry", "changes", stream)

    assert (code, shown) == (0, f"changes: 0 events of {stream} wait\n")
    assert indexed(place) > before
    assert place.call("follow", "list")[0] == 0


def test_an_event_is_left_out_with_its_reason(place: Place) -> None:
    (first, stream), _ = parked(place)

    code, shown, _ = place.call(
        "follow", "skip", "changes", str(first), "--reason", "a known fault"
    )
    again, _, said = place.call(
        "follow", "skip", "changes", str(first), "--reason", "once more"
    )
    _, listed, _ = place.call("follow", "list")

    assert (code, shown) == (0, f"changes: event {first} is left out\n")
    assert again == 1
    assert f"not-parked: event {first} does not wait for `changes`" in said
    assert ": a known fault\n" in listed
    assert place.call("follow", "retry", "changes", stream)[0] == 0


def test_an_index_is_filled_anew(place: Place) -> None:
    whole = indexed(place)

    code, shown, _ = place.call("follow", "anew", "changes")

    assert code == 0
    assert shown == "changes: empty; the service follows from the first event\n"
    assert indexed(place) == 0
    asyncio.run(follow(place))
    assert indexed(place) > whole
    assert parked(place) == []
