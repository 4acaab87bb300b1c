"""The list of erased keys beside a vault: names, never keys, one a line, only added to.

It is what an old backup of the vault is held against, so a copy of it belongs beside
every backup. The first line names the form; each line after it is a JSON string.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from events.vault.vault import VaultError

_FIRST = b'"adjudge erased keys 1"'


def list_beside(vault: Path) -> Path:
    """Where the list of a vault lies."""
    return vault.with_name(f"{vault.name}.erased")


def read_list(path: Path) -> tuple[str, ...]:
    """The keys named in a list, in the order they were erased; none if it is absent.

    A last line that was cut short was never relied upon and is left out.
    """
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise VaultError(f"`{path}` cannot be read: {error.strerror}") from error
    first, *lines = written.split(b"\n")[:-1] or [b""]
    try:
        if first != _FIRST:
            raise VaultError(f"`{path}` is not a list of erased keys")
        return tuple(msgspec.json.decode(line, type=str) for line in lines)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise VaultError(f"`{path}` is not a list of erased keys") from error


def add_to_list(path: Path, keys: Iterable[str]) -> None:
    """Name more keys, on disk before this returns; those named already are left out."""
    known = set(read_list(path))
    new = [key for key in dict.fromkeys(keys) if key not in known]
    if not new:
        return
    try:
        with path.open("ab") as file:
            if file.tell() == 0:
                file.write(_FIRST + b"\n")
            elif not path.read_bytes().endswith(b"\n"):
                file.truncate(path.read_bytes().rfind(b"\n") + 1)
            file.writelines(msgspec.json.encode(key) + b"\n" for key in new)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise VaultError(f"`{path}` cannot be written: {error.strerror}") from error
