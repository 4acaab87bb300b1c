"""A file that a command is given: by its path, or `-` for standard input."""

import sys
from pathlib import Path

from service.command_line.ending import Trouble


def text_of(file: str) -> bytes:
    """Its bytes; Trouble where it cannot be read."""
    try:
        if file == "-":
            return sys.stdin.buffer.read()
        return Path(file).read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise Trouble(
            "unreadable-file",
            f"cannot read `{file}`: {(why or 'no such file').lower()}",
            "name an inspection file",
        ) from error
