"""A vault whose keys lie in their own SQLite file, each wrapped by the master key.

Keys in use stay unwrapped in memory, so sealing costs no thread hop and no disk; only a
key's first use does. A key destroyed or wrapped anew by another process is let go of
before its next use here, which is looked into once a turn of the event loop. A
destroyed key leaves its name, so that it is never made again.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from secrets import token_bytes
from typing import TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.drawn import Drawn
from events.sealed import SealedText
from events.sqlite.begin import begin_file
from events.sqlite.errors import plain_errors
from events.store import Head
from events.vault.erased_list import add_to_list, list_beside, read_list
from events.vault.file import lay_out, leave_no_trace
from events.vault.master_key import KEY_SIZE, MasterKey
from events.vault.vault import (
    NONCE,
    Entropy,
    KeyDestroyed,
    VaultError,
    fingerprint_with,
    open_with,
    seal_with,
)

T = TypeVar("T")

_MEMORY = ":memory:"
_EPOCH = "SELECT epoch FROM state"
_MASTER = "SELECT master FROM state"


@dataclass(frozen=True, slots=True)
class _Key:
    """A data key unwrapped, and the epoch of the vault it was read in."""

    epoch: int
    secret: bytes = field(repr=False)
    cipher: AESGCM = field(repr=False)


class SqliteVault:
    """A `Vault` over one file."""

    def __init__(  # noqa: PLR0913  what `open_vault` opened
        self,
        path: str,
        connection: sqlite3.Connection,
        thread: ThreadPoolExecutor,
        master: MasterKey,
        *,
        entropy: Entropy,
        reread: Callable[[str], MasterKey] | None,
    ) -> None:
        self._path = path
        self._connection = connection
        self._thread = thread
        self._master = master
        self._entropy = entropy
        self._nonce = Drawn(entropy, NONCE)
        self._reread = reread
        self._keys: dict[str, _Key] = {}
        self._epoch = 0  # of a vault in memory, which nobody else can change
        self._seen: int | None = None  # the epoch, as looked up in this turn
        self._watch: sqlite3.Connection | None = None
        if path != _MEMORY:
            # on the loop's own thread: one row of shared memory, some 15 µs
            self._watch = sqlite3.connect(path, isolation_level=None)

    @property
    def master_id(self) -> str:
        """Which master key it is under, without giving it away."""
        return self._master.id

    async def seal(self, key: str, text: str, context: str) -> SealedText:
        known = self._known(key)
        if known is None:
            known = await self._on_thread(partial(self._made, key))
        return seal_with(known.cipher, key, text, context=context, nonce=self._nonce())

    async def open(self, sealed: SealedText, context: str) -> str | None:
        known = self._known(sealed.key)
        if known is None:
            known = await self._on_thread(partial(self._found, sealed.key))
        return (
            None if known is None else open_with(known.cipher, sealed, context=context)
        )

    async def fingerprint(self, key: str, data: bytes) -> bytes:
        known = self._known(key)
        if known is None:
            known = await self._on_thread(partial(self._made, key))
        return fingerprint_with(known.secret, data)

    def knows(self, key: str) -> bool:
        return key in self._keys

    async def destroy(self, *keys: str) -> None:
        await self._on_thread(partial(self._destroy, keys))

    async def destroyed(self) -> frozenset[str]:
        return await self._on_thread(self._destroyed)

    async def remember(self, end: Head) -> None:
        await self._on_thread(partial(self._remember, end))

    async def remembered(self) -> Head:
        return await self._on_thread(self._remembered)

    async def forget_end(self, end: Head) -> None:
        """Take an earlier end of the ledger for the last: what came after is given up.

        For a restore that was told to; a running service only ever goes on.
        """
        await self._on_thread(partial(self._set_end, end))

    async def wrap_anew(self, master: MasterKey) -> int:
        """Wrap every key with another master key, all of them or none; how many.

        Afterwards the old master key opens nothing that is left in the file.
        """
        return await self._on_thread(partial(self._wrap_anew, master))

    async def check(self) -> int:
        """Unwrap every key; how many there are. Raises VaultError at a damaged one."""
        return await self._on_thread(self._check)

    async def close(self) -> None:
        self._keys.clear()
        if self._watch is not None:
            self._watch.close()
        await self._on_thread(self._connection.close)
        self._thread.shutdown()

    async def _on_thread(self, work: Callable[[], T]) -> T:
        with plain_errors(self._path):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, work)

    def _known(self, name: str) -> _Key | None:
        """A key in memory, unless any key was destroyed since it was read."""
        known = self._keys.get(name)
        if known is None or known.epoch == self._now():
            return known
        self._keys.clear()
        return None

    def _now(self) -> int:
        if self._watch is None:
            return self._epoch
        if self._seen is None:
            with plain_errors(self._path):
                (self._seen,) = self._watch.execute(_EPOCH).fetchone()
            asyncio.get_running_loop().call_soon(self._look_again)
        return self._seen

    def _look_again(self) -> None:
        self._seen = None

    # ---- on the vault's thread

    def _made(self, name: str) -> _Key:
        """The key of this name, made and on disk if there was none."""
        with _transaction(self._connection):
            self._follow_master()
            wrapped = self._master.wrap(name, self._entropy(KEY_SIZE), self._entropy)
            added = self._connection.execute(
                "INSERT INTO keys VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (name, self._master.id, wrapped),
            ).rowcount
        if added:  # a copy of the file alone must open all that is sealed
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        known = self._found(name)
        if known is None:
            raise KeyDestroyed(name)
        return known

    def _found(self, name: str) -> _Key | None:
        """The key of this name, None if it was destroyed."""
        with _transaction(self._connection, "BEGIN"):
            (epoch,) = self._connection.execute(_EPOCH).fetchone()
            row = self._connection.execute(
                "SELECT wrapped FROM keys WHERE name = ?", (name,)
            ).fetchone()
            if row is None:
                raise VaultError(f"`{self._path}` has no key `{name}`")
            if row[0] is not None:
                self._follow_master()
        if row[0] is None:
            return None
        secret = self._master.unwrap(name, row[0])
        known = self._keys[name] = _Key(epoch, secret, AESGCM(secret))
        return known

    def _follow_master(self) -> None:
        """Use the master key that the vault is under by now."""
        (id_,) = self._connection.execute(_MASTER).fetchone()
        if id_ != self._master.id and self._reread is not None:
            self._master = self._reread(id_)
        _check_master(self._connection, self._path, self._master)

    def _destroy(self, names: Sequence[str]) -> None:
        for name in names:
            self._keys.pop(name, None)
        if self._path != _MEMORY:
            add_to_list(list_beside(Path(self._path)), names)
        with _transaction(self._connection):
            (master,) = self._connection.execute(_MASTER).fetchone()
            self._connection.executemany(
                "INSERT INTO keys VALUES (?, ?, NULL)"
                " ON CONFLICT DO UPDATE SET wrapped = NULL",
                [(name, master) for name in names],
            )
            self._move_epoch()
        leave_no_trace(self._connection, self._path)

    def _move_epoch(self) -> None:
        self._connection.execute("UPDATE state SET epoch = epoch + 1")
        (self._epoch,) = self._connection.execute(_EPOCH).fetchone()

    def _destroyed(self) -> frozenset[str]:
        rows = self._connection.execute("SELECT name FROM keys WHERE wrapped IS NULL")
        return frozenset(name for (name,) in rows)

    def _remember(self, end: Head) -> None:
        self._connection.execute(
            "UPDATE state SET position = ?, hash = ? WHERE position < ?",
            (end.position, end.hash, end.position),
        )

    def _remembered(self) -> Head:
        row = self._connection.execute("SELECT position, hash FROM state").fetchone()
        return Head(*row)

    def _set_end(self, end: Head) -> None:
        self._connection.execute(
            "UPDATE state SET position = ?, hash = ?", (end.position, end.hash)
        )

    def _wrap_anew(self, master: MasterKey) -> int:
        with _transaction(self._connection):
            self._follow_master()
            rows = self._whole()
            anew = [
                (master.wrap(name, secret, self._entropy), name)
                for name, secret in rows
            ]
            self._connection.executemany(
                "UPDATE keys SET wrapped = ? WHERE name = ?", anew
            )
            self._connection.execute("UPDATE keys SET master = ?", (master.id,))
            self._connection.execute("UPDATE state SET master = ?", (master.id,))
            self._move_epoch()
        self._master = master
        leave_no_trace(self._connection, self._path)
        return len(anew)

    def _check(self) -> int:
        self._follow_master()
        return sum(1 for _ in self._whole())

    def _whole(self) -> Iterable[tuple[str, bytes]]:
        """Every key that was not destroyed, unwrapped."""
        rows = self._connection.execute(
            "SELECT name, wrapped FROM keys WHERE wrapped IS NOT NULL ORDER BY name"
        ).fetchall()
        return ((name, self._master.unwrap(name, wrapped)) for name, wrapped in rows)


@contextmanager
def _transaction(
    connection: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE"
) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


async def open_vault(
    path: str,
    master: MasterKey,
    entropy: Entropy = token_bytes,
    *,
    reread: Callable[[str], MasterKey] | None = None,
) -> SqliteVault:
    """Open a vault file, or make one; raises VaultError under another master key.

    `reread` gives the master key of an id once another process has wrapped every key
    with it. An old copy of a vault loses the keys that the list beside it names.
    """
    loop = asyncio.get_running_loop()
    thread = ThreadPoolExecutor(1, thread_name_prefix="vault")
    try:
        with plain_errors(path):
            opened = await loop.run_in_executor(thread, _open, path, master)
    except BaseException:
        thread.shutdown()
        raise
    vault = SqliteVault(path, opened, thread, master, entropy=entropy, reread=reread)
    try:
        await _catch_up(vault, path)
    except BaseException:
        await vault.close()
        raise
    return vault


async def _catch_up(vault: SqliteVault, path: str) -> None:
    if path == _MEMORY:
        return
    listed = read_list(list_beside(Path(path)))
    missed = set(listed) - await vault.destroyed()
    if missed:
        await vault.destroy(*sorted(missed))


async def memory_vault(entropy: Entropy = token_bytes) -> SqliteVault:
    """A vault that lasts as long as it is open, for tests."""
    return await open_vault(_MEMORY, MasterKey(entropy(KEY_SIZE)), entropy)


def _open(path: str, master: MasterKey) -> sqlite3.Connection:
    if path != _MEMORY:
        begin_file(path)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        lay_out(connection, path, master.id)
        _check_master(connection, path, master)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_master(connection: sqlite3.Connection, path: str, master: MasterKey) -> None:
    (known,) = connection.execute(_MASTER).fetchone()
    if known != master.id:
        raise VaultError(
            f"`{path}` was locked with master key `{known}`, not `{master.id}`"
        )
