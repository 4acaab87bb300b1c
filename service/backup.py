"""Backing up: ledger and vault, apart from each other, each verified as it was copied.

The ledger is copied first: every key its words need is then in the vault. A copy is
opened, its chain followed from the first event and its read models made anew before it
is called a backup.
"""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from sqlalchemy import delete, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from events.erased_list import list_beside
from events.sqlite_copy import copy_sqlite
from events.store import Head
from projections import TABLES, Beside, erased_keys, instant, rebuild
from service.config import Settings
from service.key_vault import open_keys
from service.layout import migrate
from service.manifest import (
    LEDGER_FILE,
    LIST_FILE,
    VAULT_FILE,
    BackupError,
    Manifest,
    seal_folder,
)
from service.records import open_records
from service.session_table import SESSIONS
from service.version import VERSION


class Verified(Struct, frozen=True):
    """What a copy of a ledger was found to be."""

    head: Head
    differed: dict[str, int]  # read model → rows that the events do not bear out
    erased: frozenset[str]  # keys that its events say were destroyed


async def back_up_ledger(
    settings: Settings, folder: Path, now: Callable[[], datetime]
) -> tuple[Manifest, Verified]:
    """Copy the ledger into a new folder and verify the copy."""
    source = sqlite_file(settings.database)
    _make(folder)
    copy = folder / LEDGER_FILE
    copy_sqlite(source, copy)
    _copy_list(settings, folder)
    verified = await verify_ledger(sqlite_url(copy), now)
    manifest = seal_folder(folder, _manifest("ledger", verified.head, now))
    return manifest, verified


async def back_up_vault(
    settings: Settings, folder: Path, now: Callable[[], datetime]
) -> Manifest:
    """Copy the vault into a new folder and open every key of the copy."""
    _make(folder)
    copy = folder / VAULT_FILE
    copy_sqlite(Path(settings.vault), copy)
    _copy_list(settings, folder)
    async with open_keys(with_vault(settings, copy)) as vault:
        keys, end = await vault.check(), await vault.remembered()
        id_ = vault.master_id
    return seal_folder(folder, _manifest("vault", end, now, keys=keys, master_key=id_))


async def verify_ledger(url: str, now: Callable[[], datetime]) -> Verified:
    """Follow the chain of a ledger and make its read models anew; StoreError."""
    await migrate(url)  # an older backup is as good as a new one
    async with open_records(url, now) as records:
        head = await records.store.verify()
        engine = create_async_engine(url)  # that of the records only reads
        try:
            rebuilt = await rebuild(records.store, engine, _unseen)
            async with engine.begin() as connection:
                await connection.execute(delete(SESSIONS))  # nobody comes back with it
            await Beside(engine, TABLES).forget_replaced()
        finally:
            await engine.dispose()
        erased = await erased_keys(records.engine)
    return Verified(head, rebuilt.differed, erased)


def sqlite_file(url: str) -> Path:
    """The file of a SQLite ledger."""
    parsed = make_url(url)
    if not parsed.drivername.startswith("sqlite") or not parsed.database:
        raise BackupError(
            "not-sqlite", "only a ledger in an SQLite file is backed up by this command"
        )
    return Path(parsed.database)


def sqlite_url(file: Path) -> str:
    """The address of a SQLite ledger; the inverse of `sqlite_file`."""
    return f"sqlite+aiosqlite:///{file}"


def with_vault(settings: Settings, vault: Path) -> Settings:
    """The same master key over another file of keys."""
    return Settings(
        vault=str(vault), master_key=settings.master_key, database=settings.database
    )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        raise BackupError(
            "folder-exists", f"`{folder}` is there already; a backup gets a new folder"
        ) from error
    except OSError as error:
        raise BackupError(
            "no-folder", f"`{folder}` cannot be made: {error.strerror}"
        ) from error


def _copy_list(settings: Settings, folder: Path) -> None:
    erased = list_beside(Path(settings.vault))
    if erased.exists():
        shutil.copyfile(erased, folder / LIST_FILE)


def _manifest(
    kind: str,
    end: Head,
    now: Callable[[], datetime],
    *,
    keys: int | None = None,
    master_key: str | None = None,
) -> Manifest:
    return Manifest(
        format=1,
        kind="ledger" if kind == "ledger" else "vault",
        made_at=instant(now()),
        program=VERSION,
        position=end.position,
        head_hash=end.hash.hex(),
        files={},
        keys=keys,
        master_key=master_key,
    )


def _unseen(position: int, end: int) -> None:
    """Progress that nobody watches."""
