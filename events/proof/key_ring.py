"""Which keys speak for a ledger, and for which sizes of it.

A key ring is a text of one key a line, `#` and empty lines apart:

    <verifier key> <first size> <last size, or ->

A log key signs checkpoints from its first size to its last, both included; so an old
key that leaks cannot sign anything new, and what it signed while it was the key stays
proven. To rotate, sign one checkpoint with both keys (the hand-over), end the old key's
line at that size and begin the new one's there. Sizes, not times, mark the limits: a
checkpoint says its size under the signature, and no time.

A line whose key is of type 4 is a witness's; the limits are those of its trust.
"""

from collections.abc import Sequence
from typing import NamedTuple, Self

from events.proof.checkpoint import Checkpoint, tree_size
from events.proof.note import Note, Signed
from events.proof.note_key import NoteError, SignatureType, SigningKey, VerifierKey

_FIELDS = 3


class RingKey(NamedTuple):
    """A key and the sizes of the ledger it may speak of."""

    key: VerifierKey
    first: int
    last: int | None

    def covers(self, size: int) -> bool:
        """The key may sign a checkpoint of this size."""
        return self.first <= size and (self.last is None or size <= self.last)

    def __str__(self) -> str:
        return f"{self.key} {self.first} {'-' if self.last is None else self.last}"


class Attested(NamedTuple):
    """A checkpoint and whose signatures under it hold."""

    checkpoint: Checkpoint
    by: tuple[Signed, ...]  # of the ledger itself, at least one
    witnesses: tuple[Signed, ...]


class KeyRing(NamedTuple):
    """Every key that speaks, or once spoke, for one ledger."""

    keys: tuple[RingKey, ...]

    def __str__(self) -> str:
        return "".join(f"{key}\n" for key in self.keys)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The inverse of `str`."""
        lines = (line.strip() for line in text.splitlines())
        return cls(tuple(_key(line) for line in lines if line and line[0] != "#"))

    @classmethod
    def of(cls, *keys: SigningKey) -> Self:
        """The ring of a ledger that has only ever had these keys."""
        return cls(tuple(RingKey(key.verifier, 0, None) for key in keys))

    def rotate(self, old: VerifierKey, new: VerifierKey, *, at: int) -> Self:
        """Hand over from one key to the next at a checkpoint that both sign."""
        if not any(known.key == old and known.covers(at) for known in self.keys):
            raise NoteError(f"the key of `{old.name}` does not speak at size {at}")
        keys = (
            known._replace(last=at) if known.key == old and known.covers(at) else known
            for known in self.keys
        )
        return self._replace(keys=(*keys, RingKey(new, at, None)))

    def continues(self, earlier: Self) -> bool:
        """It says what an earlier ring of the same ledger said, and perhaps more."""
        now = {known.key: known for known in self.keys}
        return all(
            (found := now.get(known.key)) is not None
            and known in {found, found._replace(last=None)}
            for known in earlier.keys
        )

    def replace_lost(self, new: VerifierKey, *, after: int) -> Self:
        """Let a new key speak from a size on, and no other key of the ledger beyond."""
        ended = (
            known._replace(last=after)
            if known.key.type is SignatureType.PLAIN and known.last is None
            else known
            for known in self.keys
        )
        return self._replace(keys=(*ended, RingKey(new, after, None)))

    @property
    def origin(self) -> str:
        """The ledger's name; NoteError where no key speaks for a ledger."""
        for known in self.keys:
            if known.key.type is SignatureType.PLAIN:
                return known.key.name
        raise NoteError("no key of the ring speaks for a ledger")

    def attest(self, note: Note) -> Attested:
        """Read a checkpoint and who signed it; refuses one the ledger did not."""
        checkpoint = Checkpoint.parse(note.text)
        covering = [key.key for key in self.keys if key.covers(checkpoint.size)]
        signed = note.signed(covering)
        own = tuple(
            found
            for found in _of(signed, SignatureType.PLAIN)
            if found.key.name == checkpoint.origin
        )
        if not own:
            raise NoteError(
                f"the checkpoint of {checkpoint.size} events is not signed by a key of"
                f" `{checkpoint.origin}` that covers it"
            )
        return Attested(checkpoint, own, _of(signed, SignatureType.COSIGNATURE))


def _of(signed: Sequence[Signed], type_: SignatureType) -> tuple[Signed, ...]:
    return tuple(found for found in signed if found.key.type is type_)


def _key(line: str) -> RingKey:
    fields = line.split(" ")
    if len(fields) != _FIELDS:
        raise NoteError("a line of a key ring is a key, a first and a last size")
    key, first, last = fields
    return RingKey(
        VerifierKey.parse(key),
        tree_size(first),
        None if last == "-" else tree_size(last),
    )
