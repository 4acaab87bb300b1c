"""Witnesses: where checkpoints are kept out of the database's reach.

Whoever owns the database can rewrite all of it, signatures included if the key lies
beside it; only a checkpoint kept elsewhere shows that. A witness keeps what it is given
and may add a cosignature, by which it says that it saw the ledger only ever extended.
"""

import asyncio
import os
from pathlib import Path
from typing import Protocol

from events.proof.note import Note, Signature, parse_notes
from events.store import StoreError

_CUT_SHORT = b"\n(cut short)\n\n"
"""What is written after a torn note, so that it can never pass for a whole one."""


class Witness(Protocol):
    """A keeper of checkpoints; failures are StoreErrors."""

    async def last(self) -> Note | None:
        """The last checkpoint it was given, where it can tell."""
        ...

    async def keep(self, note: Note) -> tuple[Signature, ...]:
        """Keep a checkpoint for good; gives the cosignatures made, if any."""
        ...


class FileWitness:
    """A file that only grows: notes as they are, an empty line after each.

    Each one is on disk before `keep` returns. A note cut short by a crash stays in the
    file and is passed over. Put it where the service may append and not rewrite.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    async def last(self) -> Note | None:
        return await asyncio.to_thread(self._last)

    async def keep(self, note: Note) -> tuple[Signature, ...]:
        await asyncio.to_thread(self._append, f"{note}\n".encode())
        return ()

    def _last(self) -> Note | None:
        try:
            written = self._path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._plain(error) from error
        notes = parse_notes(written)
        return notes[-1] if notes else None

    def _append(self, record: bytes) -> None:
        try:
            is_new = not self._path.exists()
            with self._path.open("ab") as file:
                torn = file.tell() > 0 and not self._ends_well()
                file.write((_CUT_SHORT if torn else b"") + record)
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                self._sync_folder()
        except OSError as error:
            raise self._plain(error) from error

    def _ends_well(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(-2, os.SEEK_END)
            return file.read() == b"\n\n"

    def _sync_folder(self) -> None:
        """A new file is only there after a crash if its folder was written too."""
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _plain(self, error: OSError) -> StoreError:
        return StoreError(f"the witness file `{self._path}` failed: {error.strerror}")
