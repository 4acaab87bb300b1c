"""Putting a backup back, without putting back what was erased since.

Everything is copied beside its place, verified there, and moved into place only when
nothing is wrong; a ledger for a server is verified in a file, and goes to the server in
one transaction. What is in place already is never overwritten.
"""

import shutil
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from events.folder import sync_folder
from events.store import Head
from events.vault.erased_list import add_to_list, list_beside, read_list
from events.vault.vault import Vault
from service.backup.backup import Verified, sqlite_url, verify_ledger, with_vault
from service.backup.kept_keys import can_sign, leave_ring, ring_to_check_with
from service.backup.ledger_copy import copy_to_server
from service.backup.manifest import (
    LEDGER_FILE,
    LIST_FILE,
    VAULT_FILE,
    BackupError,
    Manifest,
    folders_of,
    read_manifest,
)
from service.config import Settings
from service.records.key_vault import open_keys
from service.records.layout import is_new
from service.records.lost_files import sqlite_file_of


class Restored(Struct, frozen=True, kw_only=True):
    """What is in place now."""

    position: int
    head_hash: str
    restored: tuple[str, ...]  # "ledger", "vault"
    differed: dict[str, int]  # read model → rows made anew
    erased_again: tuple[str, ...]  # keys that a copy had and that were destroyed again
    erased_unknown: tuple[str, ...]  # erased, though this older ledger does not say so
    missing: int  # acknowledged events that this ledger does not have
    signed: int | None  # events as a checkpoint has them; None: no keys to tell by
    signs: bool  # the signing key is there


async def restore(
    settings: Settings,
    folders: Sequence[Path],
    now: Callable[[], datetime],
    *,
    accept_missing: int = 0,
) -> Restored:
    """Put ledger, vault or both back from these folders; all of it or nothing.

    Raises BackupError and StoreError, then nothing is in place that was not before.
    """
    parts = _parts(folders)
    vault, signing_key = Path(settings.vault), Path(settings.signing_key)
    new_vault, new_ledger = _beside(vault), _ledger_beside(settings)
    url, ring = settings.database, None
    try:
        if "ledger" in parts:
            folder, _ = parts["ledger"]
            await _require_no_ledger(settings.database)
            ring = ring_to_check_with(signing_key, folder)
            _take(folder / LEDGER_FILE, new_ledger)
            url = sqlite_url(new_ledger)
        if "vault" in parts:
            _require_absent(vault)
            _take(parts["vault"][0] / VAULT_FILE, new_vault)
        verified = await verify_ledger(url, now, ring)
        _same_end(parts, verified)
        listed = _listed(parts, vault)
        kept = new_vault if "vault" in parts else vault
        again: tuple[str, ...] = ()
        missing = 0
        if kept.exists():
            async with open_keys(with_vault(settings, kept)) as opened:
                missing = _missing(
                    await opened.remembered(), verified.head, accept_missing
                )
                again = await _erase_again(opened, {*listed} | verified.erased)
                await opened.check()
                if missing:
                    await opened.forget_end(verified.head)
        add_to_list(list_beside(vault), (*listed, *sorted(verified.erased)))
        if "ledger" in parts:
            await _put_ledger(new_ledger, settings.database)
        if "vault" in parts:
            _put(new_vault, vault)
        leave_ring(signing_key, ring)
    finally:
        _clear(new_vault)
        _clear(new_ledger)
    return Restored(
        position=verified.head.position,
        head_hash=verified.head.hash.hex(),
        restored=tuple(sorted(parts)),
        differed=verified.differed,
        erased_again=again,
        erased_unknown=tuple(sorted(set(listed) - verified.erased)),
        missing=missing,
        signed=verified.signed,
        signs=can_sign(signing_key),
    )


async def _erase_again(vault: Vault, erased: AbstractSet[str]) -> tuple[str, ...]:
    """Destroy every key that was erased since the copy; those there were."""
    again = tuple(sorted(erased - await vault.destroyed()))
    if again:
        await vault.destroy(*again)
    return again


def _missing(seen: Head, head: Head, accepted: int) -> int:
    """How many acknowledged events are lost, if that was accepted; BackupError."""
    missing = max(0, seen.position - head.position)
    if missing != accepted:
        raise BackupError(
            "ledger-behind",
            f"the ledger ends at position {head.position}, but {seen.position} was "
            f"acknowledged: {missing} events are missing; restore a later backup, or "
            f"give them up with --accept-missing {missing}",
        )
    if seen.position == head.position and seen.position and seen.hash != head.hash:
        raise BackupError(
            "another-ledger", "the vault knows another ledger than this one"
        )
    return missing


def _parts(folders: Sequence[Path]) -> dict[str, tuple[Path, Manifest]]:
    parts: dict[str, tuple[Path, Manifest]] = {}
    for folder in folders:
        for each in folders_of(folder):
            manifest = read_manifest(each)
            if manifest.kind in parts:
                raise BackupError(
                    "two-backups", f"`{each}` is a second backup of the {manifest.kind}"
                )
            parts[manifest.kind] = each, manifest
    return parts


def _same_end(parts: dict[str, tuple[Path, Manifest]], verified: Verified) -> None:
    if "ledger" not in parts:
        return
    manifest = parts["ledger"][1]
    end = (verified.head.position, verified.head.hash.hex())
    if (manifest.position, manifest.head_hash) != end:
        raise BackupError(
            "damaged-backup", "the ledger does not end where its manifest says"
        )


def _listed(parts: dict[str, tuple[Path, Manifest]], vault: Path) -> tuple[str, ...]:
    """Every key that some list says was erased."""
    lists = [list_beside(vault), *(folder / LIST_FILE for folder, _ in parts.values())]
    return tuple(dict.fromkeys(key for each in lists for key in read_list(each)))


async def _require_no_ledger(database: str) -> None:
    file = sqlite_file_of(database)
    if file is not None:
        _require_absent(file)
    elif not await is_new(database):
        raise BackupError(
            "in-place", "the database is not empty; name a new one with --database"
        )


def _require_absent(place: Path) -> None:
    left = _tail(place, "-wal")
    if place.exists() or (left.exists() and left.stat().st_size):
        raise BackupError(
            "in-place", f"`{place}` or its `-wal` is there already; move it away first"
        )
    for ending in ("-wal", "-shm"):  # an empty one says nothing, and fits no other file
        _tail(place, ending).unlink(missing_ok=True)


def _take(source: Path, new: Path) -> None:
    _clear(new)
    shutil.copyfile(source, new)


async def _put_ledger(new: Path, database: str) -> None:
    file = sqlite_file_of(database)
    if file is None:
        await copy_to_server(new, database)
    else:
        _put(new, file)


def _put(new: Path, place: Path) -> None:
    new.replace(place)
    sync_folder(place.parent)


def _ledger_beside(settings: Settings) -> Path:
    """Where a ledger is verified; one for a server, where there is room of our own."""
    file = sqlite_file_of(settings.database)
    return _tail(Path(settings.vault), ".ledger") if file is None else _beside(file)


def _beside(place: Path) -> Path:
    return _tail(place, ".restoring")


def _clear(new: Path) -> None:
    for ending in ("", "-wal", "-shm", ".erased"):
        _tail(new, ending).unlink(missing_ok=True)


def _tail(file: Path, ending: str) -> Path:
    return file.with_name(f"{file.name}{ending}")
