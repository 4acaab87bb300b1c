"""Backing up: ledger and vault, apart from each other, each verified as it was copied.

A copy of a ledger is one SQLite file, whatever database it is from. The ledger is
copied first: every key its words need is then in the vault. A copy is opened, its chain
followed from the first event, its checkpoints held against it and its read models made
anew before it is called a backup.
"""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import create_async_engine

from events.proof.key_ring import KeyRing
from events.sqlite.copy import copy_sqlite
from events.store import Head
from events.vault.erased_list import list_beside
from projections import TABLES, Beside, erased_keys, instant, rebuild
from service.backup.kept_keys import keep_ring, require_signed
from service.backup.ledger_copy import copy_to_file
from service.backup.manifest import (
    LEDGER_FILE,
    LIST_FILE,
    VAULT_FILE,
    BackupError,
    Manifest,
    seal_folder,
)
from service.config import Settings
from service.records.key_vault import open_keys
from service.records.layout import migrate
from service.records.lost_files import sqlite_file_of
from service.records.records import open_records
from service.sign_in.session_table import SESSIONS
from service.version import VERSION


class Verified(Struct, frozen=True):
    """What a copy of a ledger was found to be."""

    head: Head
    differed: dict[str, int]  # read model → rows that the events do not bear out
    erased: frozenset[str]  # keys that its events say were destroyed
    signed: int | None  # events as a checkpoint has them; None: not looked at


async def back_up_ledger(
    settings: Settings, folder: Path, now: Callable[[], datetime]
) -> tuple[Manifest, Verified]:
    """Copy the ledger into a new folder and verify the copy."""
    source = sqlite_file_of(settings.database)
    _make(folder)
    copy = folder / LEDGER_FILE
    if source is None:
        await migrate(sqlite_url(copy))
        await copy_to_file(settings.database, copy)
    else:
        copy_sqlite(source, copy)
    _copy_list(settings, folder)
    ring = keep_ring(
        Path(settings.signing_key), folder
    )  # after the ledger, to know all
    verified = await verify_ledger(sqlite_url(copy), now, ring)
    manifest = replace(_manifest("ledger", verified.head, now), signed=verified.signed)
    return seal_folder(folder, manifest), verified


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
    manifest = replace(_manifest("vault", end, now), keys=keys, master_key=id_)
    return seal_folder(folder, manifest)


async def verify_ledger(
    url: str, now: Callable[[], datetime], ring: KeyRing | None
) -> Verified:
    """Follow the chain of a ledger, and make its read models anew.

    With the keys its checkpoints are held against it too. Raises StoreError, and
    BackupError where it is not what was signed.
    """
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
    signed = None if ring is None else await require_signed(url, ring)
    return Verified(head, rebuilt.differed, erased, signed)


def sqlite_url(file: Path) -> str:
    """The address of a SQLite ledger; the inverse of `sqlite_file_of`."""
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
    kind: Literal["ledger", "vault"], end: Head, now: Callable[[], datetime]
) -> Manifest:
    return Manifest(
        format=1,
        kind=kind,
        made_at=instant(now()),
        program=VERSION,
        position=end.position,
        head_hash=end.hash.hex(),
        files={},
    )


def _unseen(position: int, end: int) -> None:
    """Progress that nobody watches."""
