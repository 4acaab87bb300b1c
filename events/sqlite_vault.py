"""A vault whose keys lie in their own SQLite file, each wrapped by the master key.

Keys in use stay unwrapped in memory, so sealing costs no thread hop and no disk; only a
key's first use does. A destroyed key leaves its name, so that it is never made again.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from secrets import token_bytes
from typing import TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.master_key import KEY_SIZE, MasterKey
from events.sealed import SealedText
from events.sqlite_errors import plain_errors
from events.vault import (
    Entropy,
    VaultError,
    fingerprint_with,
    new_nonce,
    open_with,
    seal_with,
)

T = TypeVar("T")

FORMAT = 1
APPLICATION = 0x41444A4B  # "ADJK"

_SETTINGS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",  # a destroyed key is overwritten, not unlinked
)
_KEYS = """
CREATE TABLE keys (
    name TEXT PRIMARY KEY, master TEXT NOT NULL, wrapped BLOB
) WITHOUT ROWID
"""


class SqliteVault:
    """A `Vault` over one file."""

    def __init__(
        self,
        path: str,
        connection: sqlite3.Connection,
        thread: ThreadPoolExecutor,
        master: MasterKey,
        entropy: Entropy,
    ) -> None:
        self._path = path
        self._connection = connection
        self._thread = thread
        self._master = master
        self._entropy = entropy
        self._keys: dict[str, bytes] = {}
        self._ciphers: dict[str, AESGCM] = {}

    async def seal(self, key: str, text: str, context: str) -> SealedText:
        cipher = self._ciphers.get(key)
        if cipher is None:
            cipher = await self._on_thread(partial(self._made, key))
        nonce = new_nonce(self._entropy)
        return seal_with(cipher, key, text, context=context, nonce=nonce)

    async def open(self, sealed: SealedText, context: str) -> str | None:
        cipher = self._ciphers.get(sealed.key)
        if cipher is None:
            cipher = await self._on_thread(partial(self._found, sealed.key))
        return None if cipher is None else open_with(cipher, sealed, context=context)

    async def fingerprint(self, key: str, data: bytes) -> bytes:
        if key not in self._keys:
            await self._on_thread(partial(self._made, key))
        return fingerprint_with(self._keys[key], data)

    async def destroy(self, key: str) -> None:
        await self._on_thread(partial(self._destroy, key))

    async def close(self) -> None:
        self._keys.clear()
        self._ciphers.clear()
        await self._on_thread(self._connection.close)
        self._thread.shutdown()

    async def _on_thread(self, work: Callable[[], T]) -> T:
        with plain_errors(self._path):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, work)

    # ---- on the vault's thread, which alone adds to and takes from both

    def _made(self, name: str) -> AESGCM:
        """The key of this name, made and on disk if there was none."""
        wrapped = self._master.wrap(name, self._entropy(KEY_SIZE), self._entropy)
        self._connection.execute(
            "INSERT INTO keys VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (name, self._master.id, wrapped),
        )
        cipher = self._found(name)
        if cipher is None:
            raise VaultError(f"the key `{name}` was destroyed")
        return cipher

    def _found(self, name: str) -> AESGCM | None:
        """The key of this name, None if it was destroyed."""
        row = self._connection.execute(
            "SELECT wrapped FROM keys WHERE name = ?", (name,)
        ).fetchone()
        if row is None:
            raise VaultError(f"`{self._path}` has no key `{name}`")
        if row[0] is None:
            return None
        data_key = self._keys[name] = self._master.unwrap(name, row[0])
        cipher = self._ciphers[name] = AESGCM(data_key)
        return cipher

    def _destroy(self, name: str) -> None:
        self._keys.pop(name, None)
        self._ciphers.pop(name, None)
        self._connection.execute(
            "INSERT INTO keys VALUES (?, ?, NULL)"
            " ON CONFLICT DO UPDATE SET wrapped = NULL",
            (name, self._master.id),
        )
        # the old bytes must not live on in the log of the file
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


async def open_vault(
    path: str, master: MasterKey, entropy: Entropy = token_bytes
) -> SqliteVault:
    """Open a vault file, or make one; raises VaultError under another master key."""
    loop = asyncio.get_running_loop()
    thread = ThreadPoolExecutor(1, thread_name_prefix="vault")
    try:
        with plain_errors(path):
            opened = await loop.run_in_executor(thread, _open, path, master)
    except BaseException:
        thread.shutdown()
        raise
    return SqliteVault(path, opened, thread, master, entropy)


async def memory_vault(entropy: Entropy = token_bytes) -> SqliteVault:
    """A vault that lasts as long as it is open, for tests."""
    return await open_vault(":memory:", MasterKey(entropy(KEY_SIZE)), entropy)


def _open(path: str, master: MasterKey) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        _is_new(connection, path)
        for setting in _SETTINGS:
            connection.execute(setting)
        connection.execute("BEGIN IMMEDIATE")
        if _is_new(connection, path):
            connection.execute(_KEYS)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        _check_master(connection, path, master)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_new(connection: sqlite3.Connection, path: str) -> bool:
    """Nothing is in the file yet; refuses one that is not ours to read."""
    (changes,) = connection.execute("PRAGMA schema_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (format_,) = connection.execute("PRAGMA user_version").fetchone()
    if changes != 0 and application != APPLICATION:
        raise VaultError(f"`{path}` is a database, but not a vault")
    if format_ > FORMAT:
        raise VaultError(f"`{path}` was written by a newer version of this program")
    return bool(changes == 0)


def _check_master(connection: sqlite3.Connection, path: str, master: MasterKey) -> None:
    rows = connection.execute("SELECT DISTINCT master FROM keys").fetchall()
    for (known,) in rows:
        if known != master.id:
            raise VaultError(
                f"`{path}` was locked with master key `{known}`, not `{master.id}`"
            )
