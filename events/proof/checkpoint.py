"""Checkpoints, as C2SP `tlog-checkpoint` specifies them: the size and root of the tree.

A checkpoint is a signed note whose text is

    <origin>     which ledger, by a name like `adjudge.example.org/ledger`
    <size>       how many events, in decimal
    <root>       base64 of the root over their leaves (`events.proof.merkle`)

Further lines would be extensions; we write none and refuse a text that has any, since
nobody could audit them. The name of the ledger's own key is its origin.

A checkpoint must extend every earlier one: the tree it speaks of begins with theirs.
One that does not is never signed and is not a matter for a log file: it means that
the ledger was rewritten, or that an older copy of it was put in its place.
"""

from base64 import b64encode
from typing import NamedTuple, Self

from events.proof.merkle import HASH_SIZE
from events.proof.note import Note, require_text
from events.proof.note_key import NoteError, SigningKey, strict_base64

_LINES = 3
_DIGITS = 19  # of any size below 2^63


class Checkpoint(NamedTuple):
    """Where a ledger stood."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The inverse of `str`; refuses leading zeros and other ways to write it."""
        lines = text.split("\n")
        if len(lines) != _LINES + 1 or lines[_LINES] or not lines[0]:
            raise NoteError("a checkpoint has three lines: origin, size, root")
        require_text(text)
        origin, digits, coded = lines[:_LINES]
        size = tree_size(digits)
        root = strict_base64(coded)
        if len(root) != HASH_SIZE:
            raise NoteError(f"the root of a tree has {HASH_SIZE} bytes")
        return cls(origin, size, root)

    def sign(self, *keys: SigningKey) -> Note:
        """The checkpoint as a note with the signatures of these keys."""
        note = Note(str(self), ())
        for key in keys:
            note = note.add(key)
        return note


class NotAnExtensionError(Exception):
    """ALARM: the ledger does not begin with what a checkpoint says it held."""

    def __init__(self, promised: Checkpoint, *, size: int, root: bytes | None) -> None:
        if size < promised.size:
            now = f"it has only {size} events"
        elif root is None:
            now = f"its event {promised.size} is another one"
        else:
            now = f"the first {promised.size} of its {size} events have {root.hex()}"
        super().__init__(
            f"the ledger does not extend a checkpoint of `{promised.origin}`: that"
            f" says {promised.size} events with root {promised.root.hex()}, {now}"
        )
        self.promised, self.size, self.root = promised, size, root


def tree_size(digits: str) -> int:
    """The size that is written so; refuses leading zeros, signs and spaces."""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS):
        raise NoteError(f"`{digits}` is not the size of a tree")
    if digits != str(int(digits)):
        raise NoteError(f"the size `{digits}` is not written plainly")
    return int(digits)
