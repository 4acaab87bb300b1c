"""The manifest of a backup: what a folder holds, so that damage to it is noticed.

It is written last; a folder without one is no backup.
"""

import os
from hashlib import file_digest
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

MANIFEST = "manifest.json"
LEDGER_FILE = "ledger.db"
VAULT_FILE = "keys.db"
LIST_FILE = "keys.db.erased"
"""The list of erased keys; it lies in both, since either may be the older one."""
RING_FILE = "signing-keys.ring"
"""Every key that speaks for the ledger, and none that signs: it is public."""

_FORMAT = 1


class Kept(Struct, frozen=True):
    """One file of a backup."""

    bytes: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    """What one folder of a backup holds, and where the ledger then ended."""

    format: int
    kind: Literal["ledger", "vault"]
    made_at: str
    program: str
    position: int  # of the ledger's last event; for a vault, the last it knew of
    head_hash: str  # of that event, in hex
    files: dict[str, Kept]
    signed: int | None = None  # a ledger's events that a checkpoint was signed for
    keys: int | None = None  # a vault's, destroyed ones aside
    master_key: str | None = None  # the id of the key that opens the vault


class BackupError(Exception):
    """A backup cannot be made or used; `code` is stable, the message one sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def seal_folder(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest over every file of a folder, and put all of it on disk."""
    kept = {file.name: _kept(file) for file in sorted(folder.iterdir())}
    whole = msgspec.structs.replace(manifest, format=_FORMAT, files=kept)
    written = msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
    beside = folder / f"{MANIFEST}.new"
    with beside.open("wb") as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / MANIFEST)
    return whole


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder whose files are all as it says; raises BackupError."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except OSError as error:
        raise BackupError("no-backup", f"`{folder}` holds no backup") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BackupError(
            "damaged-backup", f"the manifest in `{folder}` cannot be read"
        ) from error
    if manifest.format > _FORMAT:
        raise BackupError(
            "newer-backup", f"`{folder}` was written by a newer version of this program"
        )
    for name, kept in manifest.files.items():
        file = folder / Path(name).name
        if not file.is_file() or _kept(file) != kept:
            raise BackupError(
                "damaged-backup", f"`{file}` is not what its manifest says"
            )
    return manifest


def folders_of(folder: Path) -> tuple[Path, ...]:
    """The folders of a backup: the one named, or those in it."""
    if (folder / MANIFEST).is_file():
        return (folder,)
    if not folder.is_dir():
        raise BackupError("no-backup", f"there is no folder `{folder}`")
    found = tuple(sorted(each.parent for each in folder.glob(f"*/{MANIFEST}")))
    if not found:
        raise BackupError("no-backup", f"`{folder}` holds no backup")
    return found


def _kept(file: Path) -> Kept:
    with file.open("rb") as opened:
        digest = file_digest(opened, "sha256").hexdigest()
    return Kept(file.stat().st_size, digest)
