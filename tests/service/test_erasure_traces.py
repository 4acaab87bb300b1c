"""After an erasure nothing the service ever wrote holds the words or their key.

The search is first shown to work: it finds the wrapped key, which opens the words with
the master key, and it finds the words wherever they are put.
"""

import asyncio
import sqlite3
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from aiohttp import ClientSession
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.ext.asyncio import create_async_engine

from events.inspection import AnswerGiven
from events.open_store import open_store
from events.proof.signing_keys import read_key_ring
from events.sealed import SealedText
from events.vault.master_key import MasterKey, read_master_key
from events.vault.sqlite import SqliteVault, open_vault
from events.vault.vault import VaultError, open_with
from projections import TABLES, RatingModels, Shelf, rebuild
from service.proof.verification import verify_store
from service.records.records import lying_open
from tests.postgres import server
from tests.service.running import created, running, token_of
from tests.service.test_desk import NOON

WORDS = "Der Großvater sagte: “nobody ever asked him about it”."
CASES = [f"C-{number}" for number in range(1, 9)]
OTHERS = {"adam": ["admin"], "greta": ["governance"]}
ANNOUNCED = {
    "inspection": "brent",
    "service": "Brent Youth Offending Service",
    "programme": "single",
    "fieldwork_starts_on": "2020-10-05",
    "framework": "youth-2020",
}


def traces(folder: Path, secret: bytes) -> Iterator[str]:
    """Every file that holds a secret in any of the forms it could be written in."""
    forms = {
        secret,
        secret.hex().encode(),
        secret.hex().upper().encode(),
        b64encode(secret),
        b64encode(secret).rstrip(b"="),
    }
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        pass
    else:
        forms |= {text.encode("utf-16-le"), msgspec.json.encode(text)[1:-1]}
        forms.add(ascii(text)[1:-1].encode())
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            written = file.read_bytes()
            if any(form in written for form in forms):
                yield file.name


def wrapped_key(folder: Path, name: str) -> bytes:
    with closing(sqlite3.connect(folder / "keys.db")) as connection:
        (wrapped,) = connection.execute(
            "SELECT wrapped FROM keys WHERE name = ?", (name,)
        ).fetchone()
    assert isinstance(wrapped, bytes)
    return wrapped


@dataclass(frozen=True)
class Ledger:
    """A ledger, and every folder that its databases and its service write to."""

    folder: Path
    url: str
    written: Sequence[Path]

    def traces(self, secret: bytes) -> Iterator[str]:
        """Every file that holds a secret."""
        for folder in self.written:
            yield from traces(folder, secret)

    async def ratings(self) -> Sequence[object]:
        """Every row of the current ratings and of the history."""
        return [
            await self._rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3")  # noqa: S608 - two names of ours
            for table in ("current_ratings", "rating_history")
        ]

    async def answers(self) -> Sequence[object]:
        """The ledger's bytes up to what the erasure itself added."""
        return await self._rows(
            "SELECT position, payload, hash FROM events WHERE type NOT LIKE 'eras%'"
            " AND type <> 'evidence-erased' ORDER BY position"
        )

    async def sealed_words(self) -> tuple[SealedText, str]:
        """What the ledger keeps of the words, and what they are bound to."""
        for payload, about in await self._rows(
            "SELECT payload, about FROM events WHERE type = 'answer-given'"
        ):
            given = msgspec.json.decode(payload, type=AnswerGiven)
            if given.case == "C-1" and given.evidence is not None:
                return given.evidence, f"inspection-brent {about}"
        raise AssertionError

    async def _rows(self, query: str) -> Sequence[Any]:
        engine = create_async_engine(self.url)
        async with engine.connect() as connection:
            found = (await connection.exec_driver_sql(query)).all()
        await engine.dispose()
        return [tuple(row) for row in found]


def ratings(folder: Path) -> list[object]:
    with closing(sqlite3.connect(folder / "ledger.db")) as connection:
        return [
            connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall()  # noqa: S608 - two names of ours
            for table in ("current_ratings", "rating_history")
        ]


async def _fill(client: ClientSession) -> None:
    await created(client, "/v1/inspections", ANNOUNCED)
    for case in CASES:
        body = {"case": case, "sample": "court disposals"}
        await created(client, "/v1/inspections/brent/cases", body)
        for number, question in enumerate(("2.1.1", "2.1.2", "2.1.3")):
            said = {"answer": "Yes" if number else "No", "evidence": f"{WORDS} {case}"}
            path = f"/v1/inspections/brent/cases/{case}/answers/{question}"
            async with client.put(path, json=said) as response:
                assert response.status == 201


async def _read_all(client: ClientSession, into: Path) -> None:
    """Everything a client can be shown of case C-1, kept as it came."""
    case = "/v1/inspections/brent/cases/C-1"
    for number, path in enumerate(
        (
            case,
            f"{case}/answers/2.1.1",
            f"{case}/answers/2.1.1/evidence",
            f"{case}/answers/2.1.1/history",
            "/v1/events?limit=500",
            "/v1/inspections/brent/ratings",
        )
    ):
        async with client.get(path) as response:
            (into / f"reply-{number}").write_bytes(await response.read())


async def _post(client: ClientSession, path: str, body: object, key: str) -> int:
    async with client.post(
        path, json=body, headers={"Idempotency-Key": key}
    ) as response:
        reply = await response.json()
        assert response.status == 201, reply
        return int(reply["position"])


@pytest.fixture(params=["sqlite", "postgres"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger; a server of its own writes down every statement it is given."""
    folder = tmp_path / "of"
    folder.mkdir()
    if request.param == "sqlite":
        yield Ledger(folder, f"sqlite+aiosqlite:///{folder / 'ledger.db'}", (folder,))
        return
    with server(
        logging_collector="on", log_statement="all", log_min_messages="info"
    ) as started:
        url = asyncio.run(started.new_database())
        yield Ledger(folder, url, (folder, started.data))


async def test_neither_words_nor_key_are_left_anywhere(
    ledger: Ledger, tmp_path: Path
) -> None:
    folder, before, after = ledger.folder, tmp_path / "before", tmp_path / "after"
    for each in (before, after):
        each.mkdir()
    name = "inspection/brent/case/C-1"
    asked = {
        "inspection": "brent",
        "case": "C-1",
        "reason_code": "data-subject",
        "reason": "asked for in writing",
    }
    words = f"{WORDS} C-1".encode()
    wait = {"ADJUDGE_ERASURE_WAIT_DAYS": "0"}
    async with running(folder, others=OTHERS, database=ledger.url, **wait) as service:
        async with service.client() as client:
            await _fill(client)
            await _read_all(client, before)
        master = read_master_key(folder / "master.key")
        key = wrapped_key(folder, name)
        secret = master.unwrap(name, key)
        said = await ledger.ratings()
        written = await ledger.answers()
        sealed, context = await ledger.sealed_words()

        # the search works, and what it looks for is what opens the words
        assert open_with(AESGCM(secret), sealed, context=context) == words.decode()
        assert {*ledger.traces(key)} & {"keys.db", "keys.db-wal"}
        assert {*ledger.traces(sealed.sealed)}  # in the ledger, where it stays
        assert "reply-2" in set(traces(before, words))

        async with service.client(token_of("adam")) as adam:
            position = await _post(adam, "/v1/erasures", asked, "ask")
        async with service.client(token_of("greta")) as greta:
            approvals = f"/v1/erasures/{position}/approvals"
            await _post(greta, approvals, {}, "agree")

        assert not {*ledger.traces(key), *ledger.traces(secret)}  # still running
        async with service.client() as client:
            await _read_all(client, after)
            (after / "pack.zip").write_bytes(await _export(client))
    # what is left once it was stopped, and what was answered and exported since
    with ZipFile(after / "pack.zip") as pack:
        pack.extractall(after / "pack")
    for secret_ in (key, secret, words):
        assert not {*ledger.traces(secret_), *traces(after, secret_)}
    assert {*ledger.traces(sealed.sealed)}
    assert (await ledger.ratings(), await ledger.answers()) == (said, written)
    assert b'"erased":true' in (after / "reply-1").read_bytes()
    assert b"/problems/erased" in (after / "reply-2").read_bytes()
    await _is_whole(ledger.url, folder / "signing.key")
    # the words of the others open as before
    vault = await open_vault(str(folder / "keys.db"), master)
    assert len(await vault.destroyed()) == 1
    assert await vault.check() >= len(CASES)
    await vault.close()


async def _export(client: ClientSession) -> bytes:
    """A pack of everything, made now."""
    key = {"Idempotency-Key": "export"}
    async with client.post("/v1/exports", json={}, headers=key) as response:
        assert response.status in {200, 201}, await response.text()
        return await response.read()


async def _is_whole(url: str, signing_key: Path) -> None:
    """Chain, tree and checkpoints hold, every row follows, and so from a rebuild."""
    async with lying_open(url) as lying:
        report = await verify_store(lying, read_key_ring(signing_key), ())
    assert report.findings == ()
    shelf = Shelf()
    store = await open_store(url, lambda: NOON, RatingModels(shelf), tables=TABLES)
    engine = create_async_engine(url)
    rebuilt = await rebuild(store, engine, lambda _, __: None)
    await engine.dispose()
    await store.close()
    assert set(rebuilt.differed.values()) == {0}


@pytest.mark.parametrize("seed", range(3))
async def test_a_key_leaves_no_copy_in_pages_that_were_split(
    tmp_path: Path, seed: int
) -> None:
    """Rows that move between pages leave copies that overwriting alone misses."""
    path = tmp_path / "keys.db"
    master = MasterKey(bytes([seed]) * 32)
    vault = await open_vault(str(path), master)
    names = [f"inspection/{number * 7919 % 1000:04}/case/C" for number in range(400)]
    for name in names:
        await vault.seal(name, "words", "here")
    keys = {name: wrapped_key(tmp_path, name) for name in names}
    chosen = names[seed::40]

    await vault.destroy(*chosen)

    left = [name for name in chosen if set(traces(tmp_path, keys[name]))]
    kept = [name for name in names if not set(traces(tmp_path, keys[name]))]
    await vault.close()
    assert left == []
    assert kept == chosen or set(kept) == set(chosen)


async def test_a_key_destroyed_by_one_process_is_gone_in_another(
    tmp_path: Path,
) -> None:
    path, master = str(tmp_path / "keys.db"), MasterKey(bytes(32))
    one, other = await open_vault(path, master), await open_vault(path, master)
    sealed = await one.seal("key", WORDS, "here")
    spare = await one.seal("spare", WORDS, "here")
    assert await other.open(sealed, "here") == WORDS

    await one.destroy("key")

    assert await other.open(sealed, "here") is None
    assert await other.open(spare, "here") == WORDS
    with pytest.raises(VaultError, match="was destroyed"):
        await other.seal("key", WORDS, "here")
    await one.close()
    await other.close()


async def _hammer(vault: SqliteVault, name: str) -> int:
    """Seal until the key is gone; how often that went well."""
    for sealed in range(10_000):
        try:
            await vault.seal(name, WORDS, "here")
        except VaultError:
            return sealed
        await asyncio.sleep(0)
    raise AssertionError


async def test_a_key_is_destroyed_under_load(tmp_path: Path) -> None:
    path, master = str(tmp_path / "keys.db"), MasterKey(bytes(32))
    one, other = await open_vault(path, master), await open_vault(path, master)
    await one.seal("key", WORDS, "here")
    key = wrapped_key(tmp_path, "key")

    hammering = asyncio.create_task(_hammer(other, "key"))
    await asyncio.sleep(0.05)
    await one.destroy("key")

    assert await hammering > 0
    assert not set(traces(tmp_path, key))
    await one.close()
    await other.close()
