"""Checkpoints kept elsewhere, as a command is given them."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import click

from events.proof.checkpoint import Checkpoint
from events.proof.note import Note, parse_notes
from events.proof.note_key import NoteError
from service.command_line.ending import Trouble

Command = TypeVar("Command", bound=Callable[..., object])


def checkpoint_option(command: Command) -> Command:
    """`--checkpoint FILE`, as often as there are files."""
    return click.option(
        "--checkpoint",
        "checkpoints",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A checkpoint kept elsewhere, or a witness's file of several.",
    )(command)


def read_notes(files: Iterable[Path]) -> tuple[Note, ...]:
    """Every checkpoint in these files; a file without any is refused."""
    return tuple(note for file in files for note in _read(file))


def _read(file: Path) -> tuple[Note, ...]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise Trouble(
            "unreadable-file",
            f"cannot read `{file}`: {(error.strerror or 'no such file').lower()}",
            "name a file of checkpoints",
        ) from error
    notes = parse_notes(text if text.endswith("\n") else f"{text}\n")
    try:
        for note in notes:
            Checkpoint.parse(note.text)
    except NoteError as error:
        raise _no_checkpoint(file, str(error)) from error
    if not notes:
        raise _no_checkpoint(file, "it has no signed note")
    return notes


def _no_checkpoint(file: Path, why: str) -> Trouble:
    return Trouble(
        "no-checkpoint",
        f"`{file}` holds no checkpoint: {why}",
        "name a file as /v1/audit/checkpoints/latest gives it",
    )
