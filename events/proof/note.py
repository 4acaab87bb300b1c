"""Signed notes, as C2SP `signed-note` specifies them: a text and who signed it.

    <text, ending in a newline>
    <an empty line>
    — <key name> <base64 of key id ‖ signature>
    …

The text begins at the first byte and ends at the last empty line. A note is UTF-8 with
no control character but the newline. A signature of type 1 is the Ed25519 signature of
the text. One of type 4 (C2SP `tlog-cosignature`) is 8 bytes of POSIX time, big-endian,
and the Ed25519 signature of

    cosignature/v1
    time <the same time in decimal>
    <text>

A signature by a key that is not known is left alone: that is how keys are rotated and
how witnesses join. A known key's signature that does not hold spoils the note.
"""

from base64 import b64encode
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple, Self

from events.proof.note_key import (
    NoteError,
    SignatureType,
    SigningKey,
    VerifierKey,
    require_name,
    strict_base64,
)

_DASH = "\N{EM DASH} "
_LIMIT = 64  # signatures; the specification asks for 16 at least
_ID_SIZE = 4
_TIME_SIZE = 8


class Signature(NamedTuple):
    """One line under a note; `value` is what follows the key id."""

    name: str
    id: bytes
    value: bytes


class Signed(NamedTuple):
    """A signature that holds, and when it was made where it says so."""

    key: VerifierKey
    at: int | None  # seconds since 1970, of a cosignature


class Note(NamedTuple):
    """A text with its signatures, none of them checked by being here."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        lines = (
            f"{_DASH}{name} {b64encode(id_ + value).decode()}\n"
            for name, id_, value in self.signatures
        )
        return f"{self.text}\n{''.join(lines)}"

    @classmethod
    def parse(cls, written: str) -> Self:
        """The inverse of `str`; refuses whatever `str` would not write."""
        text, gap, lines = written.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise NoteError("a note is a text, an empty line and signatures")
        signatures = tuple(map(_signature, lines.removesuffix("\n").split("\n")))
        if len(signatures) > _LIMIT:
            raise NoteError(f"a note has more than {_LIMIT} signatures")
        require_text(written)
        return cls(text + "\n", signatures)

    def add(self, key: SigningKey, *, at: int | None = None) -> Self:
        """Sign with one more key; `at`, for a cosignature, is seconds since 1970."""
        message, prefix = _message(self.text, key.verifier, at)
        signature = Signature(
            key.verifier.name, key.verifier.id, prefix + key.sign(message)
        )
        return self._replace(signatures=(*self.signatures, signature))

    def signed(self, keys: Iterable[VerifierKey]) -> tuple[Signed, ...]:
        """Which of these keys signed; refuses a signature of theirs that is false."""
        known = {(key.name, key.id): key for key in keys}
        found: dict[VerifierKey, Signed] = {}
        for signature in self.signatures:
            key = known.get((signature.name, signature.id))
            if key is not None:
                found[key] = _check(self.text, signature, key)
        return tuple(found.values())


def require_text(text: str) -> None:
    """Refuse a text that cannot be signed."""
    if not text.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise NoteError("a note's text ends in a newline and has no control characters")


def parse_notes(written: str) -> tuple[Note, ...]:
    """Every note that can be read in a file of several, an empty line after each.

    Only for notes whose text has no empty line, as a checkpoint has none. What cannot
    be read, such as a note cut short by a crash, is passed over.
    """
    whole_lines = written[: written.rfind("\n") + 1]
    paragraphs = [part for part in whole_lines.split("\n\n") if part.strip("\n")]
    notes: list[Note] = []
    for text, lines in pairwise(paragraphs):
        try:
            note = Note.parse(f"{text.strip(chr(10))}\n\n{lines.strip(chr(10))}\n")
        except NoteError:
            continue
        notes.append(note)
    return tuple(notes)


def _signature(line: str) -> Signature:
    name, _, coded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH):
        raise NoteError("a signature line begins with a dash and a space")
    require_name(name)
    decoded = strict_base64(coded)
    if len(decoded) <= _ID_SIZE:
        raise NoteError(f"the signature of `{name}` is too short")
    return Signature(name, decoded[:_ID_SIZE], decoded[_ID_SIZE:])


def _check(text: str, signature: Signature, key: VerifierKey) -> Signed:
    at, value = None, signature.value
    if key.type is SignatureType.COSIGNATURE:
        at, value = int.from_bytes(value[:_TIME_SIZE]), value[_TIME_SIZE:]
    message, _ = _message(text, key, at)
    if not key.signed(message, value):
        raise NoteError(f"the signature of `{key.name}` does not hold")
    return Signed(key, at)


def _message(text: str, key: VerifierKey, at: int | None) -> tuple[bytes, bytes]:
    """What is signed, and what stands before the signature in its line."""
    if key.type is SignatureType.PLAIN:
        return text.encode(), b""
    if at is None or not 0 <= at < 1 << 63:
        raise NoteError(f"the cosignature of `{key.name}` needs a time")
    return f"cosignature/v1\ntime {at}\n{text}".encode(), at.to_bytes(_TIME_SIZE)
