"""Checkpoints made while the service runs, and what raises the alarm."""

import asyncio
import io
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec.structs import replace
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import create_async_engine

from events.proof.checkpoint import Checkpoint
from events.proof.key_ring import RingKey
from events.proof.notary import NotaryKeys
from events.proof.note import Note, parse_notes
from events.proof.note_key import SignatureType, SigningKey
from events.proof.signing_keys import held_keys, replace_keys
from events.proof.tables import CHECKPOINTS, TILES, TREE_HEAD
from events.recorded import NewEvent, Origin, StreamName
from events.sql.tables import EVENTS
from events.store import Append, StoreError
from service.config import Settings
from service.logs import logger_to
from service.proof.checkpointing import Alarm, Checkpointing
from service.proof.checkpoints import checkpointing
from service.records.records import Records, open_records
from service.refusal import Refused
from tests.projections.recording import announced

ORIGIN = Origin(actor="rosa", observed_at=datetime(2026, 3, 1, 12, tzinfo=UTC))
WITNESS = SigningKey("witness.example/w1", bytes([2]) * 32, SignatureType.COSIGNATURE)


@dataclass
class Service:
    """A ledger with its checkpoints, as the service opens them."""

    settings: Settings
    log: io.BytesIO = field(default_factory=io.BytesIO)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[Records, Checkpointing]]:
        logger = logger_to(self.log, level="info", now=_now)
        async with (
            open_records(self.settings.database, _now) as records,
            checkpointing(
                self.settings, records, now=_now, logger=logger
            ) as checkpoints,
        ):
            yield records, checkpoints

    @property
    def key(self) -> Path:
        return Path(self.settings.signing_key)

    @property
    def witness(self) -> Path:
        return Path(str(self.settings.witness_path))

    def logged(self) -> list[str]:
        """What was logged, by name."""
        return [json.loads(line)["event"] for line in self.log.getvalue().splitlines()]


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(
        Settings(
            database=f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}",
            signing_key=str(tmp_path / "signing.key"),
            ledger_name="adjudge.example/ledger",
            witness_path=str(tmp_path / "witness.txt"),
            checkpoint_seconds=1,
        )
    )


async def _record(records: Records, *names: str) -> None:
    for name in names:
        facts = (NewEvent(announced("youth-2020")),)
        await records.store.append(
            Append(
                stream=StreamName("aside", name),
                origin=ORIGIN,
                decide=lambda facts=facts: facts,  # type: ignore[misc]
            )
        )


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - files and logs tell nobody
            await asyncio.sleep(0.02)


def _witnessed(service: Service) -> list[int]:
    """The sizes in the witness's file."""
    file = service.witness
    notes = parse_notes(file.read_text()) if file.exists() else ()
    return [Checkpoint.parse(note.text).size for note in notes]


async def test_what_changed_is_signed_by_and_by_and_at_the_end(
    service: Service,
) -> None:
    async with service.open() as (records, _):
        await _record(records, "a", "b")
        await _until(lambda: _witnessed(service) == [2])
        await _record(records, "c")

    assert _witnessed(service) == [2, 3]
    assert service.logged() == []


async def test_nothing_is_signed_where_nothing_changed(service: Service) -> None:
    async with service.open() as (records, checkpoints):
        await _record(records, "a")
        first = await checkpoints.sign()
        assert await checkpoints.sign() == first

    assert _witnessed(service) == [1]


async def test_a_publication_is_covered_by_a_checkpoint_before_it_is_made(
    service: Service,
) -> None:
    async with service.open() as (records, checkpoints):
        with pytest.raises(StoreError, match="the ledger has no event 1 to sign for"):
            await checkpoints.covering(1)
        await _record(records, "a", "b", "c")
        covering = await checkpoints.covering(3)
        last = await records.proofs.checkpoint()
        with pytest.raises(StoreError, match="the ledger has no event 4 to sign for"):
            await checkpoints.covering(4)

    assert covering.size == 3
    assert last is not None
    assert Checkpoint.parse(Note.parse(last.note).text) == covering


async def test_nothing_is_published_of_a_ledger_under_alarm(service: Service) -> None:
    async with service.open() as (records, checkpoints):
        await _record(records, "a")
        checkpoints.alarm = Alarm(_now(), "it was rewritten")
        with pytest.raises(Refused, match="it was rewritten"):
            await checkpoints.covering(1)


async def test_the_signing_key_is_for_its_owner_only(service: Service) -> None:
    async with service.open():
        pass

    mode = service.key.stat().st_mode
    assert mode & 0o777 == 0o600


async def test_a_ledger_without_a_name_gets_one_of_its_own(service: Service) -> None:
    service.settings = replace(service.settings, ledger_name=None)
    async with service.open() as (_, checkpoints):
        (key,) = (await checkpoints.ring()).keys

    assert key.key.name.startswith("adjudge/")


async def test_a_name_that_no_key_can_have_is_refused(service: Service) -> None:
    service.settings = replace(service.settings, ledger_name="two words")

    with pytest.raises(StoreError, match="`ledger_name` cannot be used"):
        async with service.open():
            pass


async def test_a_signed_ledger_is_not_opened_without_its_key(service: Service) -> None:
    async with service.open() as (records, _):
        await _record(records, "a")
    service.key.unlink()

    with pytest.raises(StoreError, match="signing key"):
        async with service.open():
            pass


async def _rewrite(service: Service, *tables: str) -> None:
    """Be the owner of the database, without the witness's file."""
    engine = create_async_engine(service.settings.database)
    async with engine.begin() as connection:
        if "events" in tables:
            changed = update(EVENTS).where(EVENTS.c.position == 1)
            await connection.execute(changed.values(actor="mallory"))
        if "proofs" in tables:
            for table in (TREE_HEAD, TILES, CHECKPOINTS):
                await connection.execute(delete(table))
        if "tiles" in tables:
            await connection.execute(update(TILES).values(hashes=b"short"))
    await engine.dispose()


async def test_a_ledger_shorter_than_the_witness_saw_takes_no_write(
    service: Service, tmp_path: Path
) -> None:
    async with service.open() as (records, _):
        await _record(records, "a", "b")
    ledger, backup = tmp_path / "ledger.db", tmp_path / "backup.db"
    _copy(ledger, backup)
    async with service.open() as (records, _):
        await _record(records, "c")
    _copy(backup, ledger)

    async with service.open() as (_, checkpoints):
        alarm = checkpoints.alarm
        with pytest.raises(Refused, match="does not extend"):
            await checkpoints.sign()

    assert alarm is not None
    assert "it has only 2 events" in alarm.says
    assert service.logged()[0] == "integrity_alarm"


def _copy(from_: Path, to: Path) -> None:
    with closing(sqlite3.connect(from_)) as one, closing(sqlite3.connect(to)) as other:
        one.backup(other)


async def test_a_ledger_put_back_under_a_running_service_raises_the_alarm(
    service: Service,
) -> None:
    service.settings = replace(service.settings, witness_path=None)
    async with service.open() as (records, checkpoints):
        await _record(records, "a", "b")
        await checkpoints.sign()
        await _rewrite(service, "events", "proofs")
        await _record(records, "c")
        await _until(lambda: checkpoints.alarm is not None)
        with pytest.raises(Refused):
            checkpoints.require_sound()


async def test_a_damaged_tree_raises_the_alarm(service: Service) -> None:
    async with service.open() as (records, _):
        await _record(records, "a", "b")
    await _rewrite(service, "tiles")

    async with service.open() as (_, checkpoints):
        assert checkpoints.alarm is not None


async def test_a_witness_that_cannot_be_written_is_no_alarm(
    service: Service, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    async with service.open() as (records, checkpoints):
        await _record(records, "a")
        await checkpoints.sign()
        service.witness.unlink()
        service.witness.mkdir()
        await _record(records, "b")
        await _until(lambda: checkpoints.trouble is not None)
        assert checkpoints.alarm is None
        service.witness.rmdir()
        await _until(lambda: checkpoints.trouble is None)

    assert "checkpoint_delayed" in service.logged()
    assert _witnessed(service) == [2]


async def test_a_fault_while_signing_does_not_end_the_signing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service.open() as (records, checkpoints):
        with monkeypatch.context() as patched:
            patched.setattr(records.pages, "tail", _fail, raising=False)
            await _until(lambda: checkpoints.trouble is not None)
        await _record(records, "a")
        await _until(lambda: checkpoints.trouble is None)

    assert "checkpoint_failed" in service.logged()


async def _fail() -> None:
    raise RuntimeError("nobody thought of this")


# ---- a witness over HTTP


@dataclass
class Listener:
    """A witness that answers over HTTP as it is told."""

    url: str
    heard: list[Note] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)  # to come; then 200
    cosigns: SigningKey | None = None
    says: str = ""

    async def hear(self, request: web.Request) -> web.Response:
        note = Note.parse(await request.text())
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        self.heard.append(note)
        reply = self.says
        if self.cosigns is not None:
            bare = Note(note.text, ()).add(self.cosigns, at=1)
            reply = str(bare).removeprefix(f"{note.text}\n")
        return web.Response(text=reply)


@pytest.fixture
async def listener(service: Service) -> AsyncIterator[Listener]:
    app = web.Application()
    async with TestServer(app) as server:
        listener = Listener(str(server.make_url("/witness")))
        app.router._frozen = False  # noqa: SLF001 - the address was needed first
        app.router.add_post("/witness", listener.hear)
        service.settings = replace(
            service.settings, witness_path=None, witness_url=listener.url
        )
        yield listener


async def test_a_witness_is_told_of_each_checkpoint(
    service: Service, listener: Listener
) -> None:
    async with service.open() as (records, checkpoints):
        await _record(records, "a")
        note = await checkpoints.sign()
        await _until(lambda: listener.heard == [note])
        await _record(records, "b")

    assert [Checkpoint.parse(note.text).size for note in listener.heard] == [1, 2]


async def test_a_witness_that_is_away_is_told_later_and_holds_nobody_up(
    service: Service, listener: Listener
) -> None:
    listener.statuses = [503]
    async with service.open() as (records, checkpoints):
        await _record(records, "a")
        note = await checkpoints.sign()
        await _until(lambda: checkpoints.witness_trouble is not None)
        assert checkpoints.alarm is None
        await _until(lambda: listener.heard == [note])
        assert checkpoints.witness_trouble is None

    assert "witness_unreachable" in service.logged()
    assert listener.url not in service.log.getvalue().decode()


async def test_a_cosignature_in_the_reply_is_kept(
    service: Service, listener: Listener
) -> None:
    listener.cosigns = WITNESS
    async with service.open() as (records, checkpoints):
        _trust_witness(service)
        await _record(records, "a")
        await checkpoints.sign()
        await _until(lambda: len(listener.heard) == 1)
        async with asyncio.timeout(10):
            while True:
                kept = await records.proofs.checkpoint()
                assert kept is not None
                if WITNESS.verifier.name in kept.note:
                    break
                await asyncio.sleep(0.02)
        attested = (await checkpoints.ring()).attest(Note.parse(kept.note))

    assert [signed.key for signed in attested.witnesses] == [WITNESS.verifier]


async def test_a_reply_that_is_no_cosignature_is_refused_and_no_alarm(
    service: Service, listener: Listener
) -> None:
    listener.says = "thank you\n"
    async with service.open() as (records, checkpoints):
        await _record(records, "a")
        await checkpoints.sign()
        await _until(lambda: "witness_reply_refused" in service.logged())
        assert checkpoints.alarm is None


def _trust_witness(service: Service) -> None:
    path = service.key
    with held_keys(path, alone=True) as keys:
        ring = keys.ring._replace(
            keys=(*keys.ring.keys, RingKey(WITNESS.verifier, 0, None))
        )
        replace_keys(path, NotaryKeys(keys.signers, ring))
