"""An audit pack: what it holds, and the lines and names it is written with.

A pack is one file with all it takes to check a ledger, or one inspection in it, without
the service. `events/PACK.md` is the specification; `events.pack.write` and
`events.pack.read` are inverses of each other, `events.pack.audit` checks what was read,
and `events.pack.verify_pack` does so again in one file without any of the others.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

import msgspec
from msgspec import Struct

from events.framework import FrameworkAdopted
from events.proof.key_ring import KeyRing
from events.proof.merkle import Hashes
from events.proof.note import Note
from events.proof.tile import TileName, Tiles
from events.stored import StoredEvent

FORMAT = "adjudge-pack/1"
LEDGER = "ledger"
"""The scope of a pack of everything; else it is the name of a stream."""

_ADOPTED = "framework-adopted"
_TEXTS = ("stream", "type", "actor")
_OPTIONAL = ("command_id", "correlation_id", "causation_id", "about")
_NUMBERS = ("position", "version", "schema", "recorded_at", "observed_at")


class PackError(ValueError):
    """A pack that cannot be read; one sentence that names the place."""


class Claim(Struct, frozen=True, kw_only=True):
    """The ratings that the service says follow from the events up to a position."""

    inspection: str  # its stream
    as_of: int
    framework_hash: str
    ratings: dict[str, str | None]
    score: int | None
    maximum: int | None
    overall: str | None


class EventProof(NamedTuple):
    """That one event is in the tree of the newest checkpoint."""

    position: int
    previous: bytes  # the chain hash of the event before it
    inclusion: Hashes


class ConsistencyProof(NamedTuple):
    """That the tree of a later checkpoint begins with that of an earlier one."""

    old: int
    size: int
    hashes: Hashes


class Pack(Struct, frozen=True, kw_only=True):
    """What goes into a pack; rule texts and verifier are put in by the writer."""

    origin: str
    scope: str
    keys: KeyRing
    checkpoints: tuple[Note, ...]  # the smallest first
    events: Iterable[StoredEvent]  # in order of position
    consistency: tuple[ConsistencyProof, ...] = ()
    proofs: tuple[EventProof, ...] = ()  # where the scope is one stream
    tiles: Tiles = {}  # level 0, where the scope is the ledger
    rules: dict[str, str] = {}  # only where the pack was read
    claims: tuple[Claim, ...] = ()

    @property
    def is_whole(self) -> bool:
        """The pack has every event up to its newest checkpoint."""
        return self.scope == LEDGER


def event_line(event: StoredEvent) -> bytes:
    """One event as a line of JSON that gives back every stored byte."""
    fields: dict[str, object] = event._asdict()
    del fields["payload"], fields["hash"]
    try:
        fields["payload"] = event.payload.decode()
    except UnicodeDecodeError:  # only where someone damaged it
        fields["payload_base64"] = b64encode(event.payload).decode()
    fields["hash"] = event.hash.hex()
    return json_line(fields)


def parse_event(line: bytes) -> StoredEvent:
    """The inverse of `event_line`; refuses any other way to write the same."""
    try:
        fields = json.loads(line)
        event = _event(fields)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PackError("is not written as a pack's events are") from error
    if event_line(event) != line:
        raise PackError("is not written as a pack's events are")
    return event


def json_line(value: object) -> bytes:
    """JSON in one line, as a pack writes it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"


def tile_path(name: TileName, tile: bytes) -> str:
    """Where a tile lies in a pack, which is where `tlog-tiles` serves it."""
    return name.path(len(tile) // 32)


def rule_texts(event: StoredEvent) -> dict[str, str]:
    """The rule files that an adoption carries, by their names in a pack."""
    if event.type != _ADOPTED:
        return {}
    try:
        adopted = msgspec.json.decode(event.payload, type=FrameworkAdopted)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}  # damaged: whoever follows the chain will say so
    return {
        f"rules/{event.position}-{number}-{quote(file.name, safe='')}": file.text
        for number, file in enumerate(adopted.files, 1)
    }


def _event(fields: dict[str, object]) -> StoredEvent:
    coded = fields.pop("payload_base64", None)
    payload = _str(fields.pop("payload")).encode() if coded is None else None
    hash_ = bytes.fromhex(_str(fields.pop("hash")))
    for name in _NUMBERS:
        if type(fields[name]) is not int:
            raise TypeError(name)
    for name in _TEXTS:
        _str(fields[name])
    for name in _OPTIONAL:
        if fields[name] is not None:
            _str(fields[name])
    if payload is None:
        payload = b64decode(_str(coded), validate=True)
    return StoredEvent(**fields, payload=payload, hash=hash_)  # type: ignore[arg-type]  # checked above


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
