"""Checking a live ledger: every tampering is found, and at its place."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from events.proof.audit import Report, audit_ledger
from events.proof.checkpoint import Checkpoint
from events.proof.memory import MemoryProofs
from events.proof.merkle import leaf_hash
from events.proof.notary import Notary
from events.proof.note import Note
from events.proof.note_key import SigningKey
from events.proof.sql import SqlProofs
from events.proof.tables import METADATA
from events.proof.tile import Edge, TileName
from events.sqlite.store import open_sqlite
from events.store import StoreError
from events.stored import StoredEvent, Tail
from tests.events.asking import Clock, answer, ask
from tests.events.ledger_of import Rows, chained
from tests.events.pack.packing import KEYS, ORIGIN, Streams, a_ledger, signed
from tests.events.tampering import AT, TAMPERINGS, Tampering, rewritten


async def _audited(
    events: Iterable[StoredEvent],
    store: MemoryProofs,
    outside: Sequence[Note] = (),
) -> Report:
    return await audit_ledger(Rows(list(events)), store, KEYS.ring, outside)


async def test_a_ledger_as_it_was_signed_has_no_findings() -> None:
    store, notes = await signed(a_ledger())

    report = await _audited(a_ledger(), store, notes[2:3])

    assert report.findings == ()
    assert report.proven == (
        "the chain holds from event 1 to 120",
        "the first 120 events are those that were signed",
        "the first 100 events are those of a checkpoint elsewhere",
    )
    assert report.unproven == (
        (
            "whoever holds database and key could have rewritten events 101 to 120: no"
            " checkpoint kept elsewhere covers them"
        ),
    )


async def test_what_is_not_signed_for_yet_is_said() -> None:
    store, _ = await signed(a_ledger(), (100,))

    report = await _audited(a_ledger(), store)

    assert report.findings == ()
    assert "events 101 to 120 are not signed for" in report.unproven


async def test_an_empty_ledger_has_no_findings() -> None:
    assert (await _audited([], MemoryProofs())).findings == ()


@pytest.mark.parametrize("tampering", TAMPERINGS.values(), ids=TAMPERINGS)
async def test_tampering_is_found_at_its_place(tampering: Tampering) -> None:
    store, _ = await signed(a_ledger())

    report = await _audited(tampering(a_ledger()), store)

    assert report.findings[0].position == AT


@pytest.mark.parametrize(
    "tampering",
    [made for name, made in TAMPERINGS.items() if name.startswith("rewritten")],
    ids=[name for name in TAMPERINGS if name.startswith("rewritten")],
)
async def test_a_rewritten_tail_is_found_by_a_checkpoint_elsewhere(
    tampering: Tampering,
) -> None:
    _, notes = await signed(a_ledger())
    forged = tampering(a_ledger())
    store, _ = await signed(forged, (60, len(forged)))
    assert (await _audited(forged, store)).findings == ()

    report = await _audited(forged, store, [notes[2], notes[0]])

    assert report.findings[0].position == 31
    assert "an event from 31 to 100" in report.findings[0].says


async def test_a_ledger_put_back_is_found_by_a_checkpoint_elsewhere() -> None:
    _, notes = await signed(a_ledger())
    older = a_ledger()[:70]
    store, _ = await signed(older, (60, 70))

    report = await _audited(older, store, notes[-1:])

    assert report.findings[0].position == 71
    assert report.findings[0].says == "the events end at 70, but 120 were signed for"


async def test_a_damaged_tree_is_not_taken_for_a_damaged_ledger() -> None:
    store, _ = await signed(a_ledger())
    name = TileName(0, 0)
    tile = store.kept[name]
    store.kept[name] = tile[:64] + bytes(32) + tile[96:]

    report = await _audited(a_ledger(), store)

    (finding,) = report.findings
    assert finding.position is None
    assert finding.says.startswith("the leaf of event 3 in the tree")


async def test_false_and_unreadable_checkpoints_are_named() -> None:
    store, _ = await signed(a_ledger())
    impostor = SigningKey(ORIGIN, bytes([9]) * 32)
    leaves = [leaf_hash(event.hash) for event in a_ledger()]
    edge, _ = Edge(0, ()).grow(leaves[:60])
    forged = Checkpoint(ORIGIN, 60, edge.root()).sign(impostor)
    store.signed[60] = store.signed[60]._replace(note=str(forged))
    store.signed[100] = store.signed[100]._replace(note="nonsense")

    report = await _audited(a_ledger(), store, [forged])

    says = [finding.says for finding in report.findings]
    assert says[0].startswith("the checkpoint kept for 100 events: a note is")
    assert says[1].startswith("a checkpoint in the store: the checkpoint of 60 events")
    assert says[2].startswith("a checkpoint kept elsewhere: the checkpoint of 60")


@pytest.mark.parametrize("field", ["position", "hash"])
async def test_a_head_that_is_not_the_last_event_is_found(field: str) -> None:
    class Headed(Streams):
        async def tail(self) -> Tail:
            tail = await Rows.tail(self)
            if field == "hash":
                return Tail(tail.position, bytes(32), tail.recorded_at, tail.writes)
            return Tail(tail.position + 1, tail.hash, tail.recorded_at, tail.writes)

    store, _ = await signed(a_ledger())

    report = await audit_ledger(Headed(a_ledger()), store, KEYS.ring)

    assert report.findings[0].says.startswith("the head says")


EVENTS = """
SELECT position, s.name, version, type, schema, recorded_at, observed_at, actor,
       command_id, correlation_id, causation_id, about, payload, hash
  FROM events JOIN streams AS s ON s.key = stream_key
"""


RAW = {
    "flipped-byte": (
        "UPDATE events SET payload = CAST('{' || substr(payload, 3) AS BLOB)"
        " WHERE position = 57"
    ),
    "flipped-hash": "UPDATE events SET hash = zeroblob(32) WHERE position = 57",
    "no-text": "UPDATE events SET actor = CAST(x'ff' AS TEXT) WHERE position = 57",
    "no-number": "UPDATE events SET schema = 'one' WHERE position = 57",
    "dropped": "DELETE FROM events WHERE position = 57",
    "dropped-and-closed-up": (
        "DELETE FROM events WHERE position = 57;"
        "UPDATE events SET position = -position, version = -version"
        " WHERE position > 57;"
        "UPDATE events SET position = -position - 1, version = -version - 1"
        " WHERE position < 0;"
    ),
    "inserted": (
        "UPDATE events SET position = -position, version = -version"
        " WHERE position >= 57;"
        "UPDATE events SET position = -position + 1, version = -version + 1"
        " WHERE position < 0;"
        "INSERT INTO events SELECT 57, stream_key, 57, type, schema, recorded_at,"
        " observed_at, actor, 'new', NULL, NULL, about, payload, hash FROM events"
        " WHERE position = 56;"
    ),
    "reordered": (
        "UPDATE events SET position = -57 WHERE position = 58;"
        "UPDATE events SET position = 58 WHERE position = 57;"
        "UPDATE events SET position = 57 WHERE position = -57;"
    ),
    "cut-off": "DELETE FROM events WHERE position >= 57",
}
"""What someone with the file and a shell could do to it."""


@pytest.mark.parametrize("statements", RAW.values(), ids=RAW)
async def test_tampering_with_the_file_is_found_at_its_place(
    tmp_path: Path, statements: str
) -> None:
    path = tmp_path / "ledger.db"
    await _sqlite_ledger(path, 120)
    with sqlite3.connect(path) as connection:
        connection.executescript(statements)
    connection.close()

    report = await _audit_file(path)

    assert report.findings[0].position == 57


async def test_a_rewritten_file_is_found_by_the_leaves_of_its_tree(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ledger.db"
    await _sqlite_ledger(path, 120)
    assert (await _audit_file(path)).findings == ()
    with sqlite3.connect(path) as connection:
        _rewrite(connection)
    connection.close()

    report = await _audit_file(path)

    (finding,) = report.findings
    assert finding.position == 57
    assert "is not the one that was signed" in finding.says


def _rewrite(connection: sqlite3.Connection) -> None:
    """Another actor at 57, and every link after it made anew."""
    rows = connection.execute(f"{EVENTS} ORDER BY position").fetchall()
    events = rewritten([StoredEvent(*row) for row in rows])
    connection.executemany(
        "UPDATE events SET actor = ?, hash = ? WHERE position = ?",
        [(event.actor, event.hash, event.position) for event in events],
    )
    connection.execute("UPDATE log_head SET hash = ?", (events[-1].hash,))


async def _sqlite_ledger(path: Path, count: int) -> None:
    ledger = await open_sqlite(str(path), Clock(), tables=METADATA.sorted_tables)
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    notary = Notary(ledger.storage, SqlProofs(engine), KEYS, clock=Clock())
    for _ in range(4):
        await ledger.append(ask(*(answer() for _ in range(count // 4))))
        await notary.sign()
    await ledger.close()
    await engine.dispose()


async def _audit_file(path: Path) -> Report:
    """As a stopped service's file is checked: without opening it as a ledger."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    report = await audit_ledger(_File(path), SqlProofs(engine), KEYS.ring)
    await engine.dispose()
    return report


class _File:
    """A ledger's file read as it lies, since a damaged one is not opened."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def tail(self) -> Tail:
        ((position, hash_),) = self._read("SELECT position, hash FROM log_head")
        assert isinstance(position, int)
        assert isinstance(hash_, bytes)
        return Tail(position, hash_, 0, 0)

    async def page(self, *, after: int, limit: int) -> Sequence[StoredEvent]:
        rows = self._read(
            f"{EVENTS} WHERE position > ? ORDER BY position LIMIT ?", (after, limit)
        )
        return [StoredEvent(*row) for row in rows]  # type: ignore[arg-type]  # as they lie

    def _read(
        self, statement: str, parameters: tuple[int, ...] = ()
    ) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(self._path)
        try:
            return connection.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error
        finally:
            connection.close()


def test_the_tamperings_do_change_the_ledger() -> None:
    events = a_ledger()

    assert chained(events) == events
    for tampering in TAMPERINGS.values():
        assert tampering(events) != events
