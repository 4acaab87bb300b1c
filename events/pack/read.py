"""Reading an audit pack, strictly: the inverse of `events.pack.write`.

Nothing is believed by being read; `events.pack.audit` checks it. The events are read
as they are asked for, past the zip's own checksums, so that damage to one of them is
found at that event.
"""

import json
from collections.abc import Callable, Iterator
from struct import unpack
from typing import IO, TypeVar
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import msgspec

from events.pack.form import (
    FORMAT,
    Claim,
    ConsistencyProof,
    EventProof,
    Pack,
    PackError,
    parse_event,
)
from events.proof.key_ring import KeyRing
from events.proof.merkle import HASH_SIZE, Hashes
from events.proof.note import Note
from events.proof.note_key import NoteError
from events.proof.tile import WIDTH, TileName
from events.stored import StoredEvent

T = TypeVar("T")

_HEADER = 30  # bytes of a zip's local header before the name
_EVENTS = "events.ndjson"
_MALFORMED = (
    BadZipFile,
    RuntimeError,  # an entry is said to be encrypted
    EOFError,
    ValueError,
    TypeError,
    msgspec.MsgspecError,
)


def read_pack(file: IO[bytes]) -> Pack:
    """Open a pack; `file` must stay open while its events are read."""
    try:
        archive = ZipFile(file)
    except (BadZipFile, ValueError, OSError) as error:
        raise PackError("the pack is not a zip file, or is cut short") from error
    names = archive.namelist()
    if len(set(names)) != len(names):
        raise PackError("the pack has two files of one name")
    read = _reader(archive)
    for entry in archive.infolist():
        if entry.compress_type != ZIP_STORED:
            raise PackError(f"`{entry.filename}` is compressed")
        if entry.filename != _EVENTS:  # damage there is found at its event
            read(entry.filename, bytes)
    about = read("pack.json", json.loads)
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise PackError(f"the pack is not of the format `{FORMAT}`")
    whole = about.get("scope") == "ledger"
    if _EVENTS not in names:
        raise PackError(f"the pack has no `{_EVENTS}`")
    return Pack(
        origin=str(about.get("origin")),
        scope=str(about.get("scope")),
        keys=read("keys.txt", lambda raw: KeyRing.parse(raw.decode())),
        checkpoints=tuple(
            read(name, lambda raw: Note.parse(raw.decode()))
            for name in names
            if name.startswith("checkpoints/")
        ),
        events=_Events(file, archive.getinfo(_EVENTS)),
        consistency=read("consistency.ndjson", _lines(_consistency)),
        proofs=() if whole else read("proofs.ndjson", _lines(_proof)),
        tiles={
            _tile_name(name): read(name, bytes)
            for name in names
            if name.startswith("tile/")
        },
        rules={
            name: read(name, bytes.decode)
            for name in names
            if name.startswith("rules/")
        },
        claims=read(
            "ratings.json",
            lambda raw: msgspec.json.decode(raw, type=tuple[Claim, ...]),
        ),
    )


class _Events:
    """The events of a pack, from the first, each time it is walked."""

    def __init__(self, file: IO[bytes], entry: ZipInfo) -> None:
        self._file, self._entry = file, entry

    def __iter__(self) -> Iterator[StoredEvent]:
        at, left = self._start(), self._entry.file_size
        number = 0
        while left > 0:
            self._file.seek(at)
            line = self._file.readline(left)
            at, left, number = at + len(line), left - len(line), number + 1
            if not line:
                raise PackError(f"`{_EVENTS}` is cut short after line {number - 1}")
            try:
                yield parse_event(line)
            except PackError as error:
                raise PackError(f"line {number} of `{_EVENTS}` {error}") from error

    def _start(self) -> int:
        self._file.seek(self._entry.header_offset)
        header = self._file.read(_HEADER)
        if header[:4] != b"PK\x03\x04" or len(header) != _HEADER:
            raise PackError(f"the zip's entry for `{_EVENTS}` is damaged")
        name, extra = unpack("<HH", header[26:])
        return self._entry.header_offset + _HEADER + int(name) + int(extra)


def _reader(archive: ZipFile) -> "Callable[[str, Callable[[bytes], T]], T]":
    def read(name: str, parse: Callable[[bytes], T]) -> T:
        try:
            return parse(archive.read(name))
        except KeyError as error:
            raise PackError(f"the pack has no `{name}`, or it is incomplete") from error
        except NoteError as error:
            raise PackError(f"`{name}` cannot be read: {error}") from error
        except _MALFORMED as error:
            raise PackError(f"`{name}` is damaged") from error

    return read


def _lines(parse: Callable[[dict[str, object]], T]) -> Callable[[bytes], tuple[T, ...]]:
    return lambda raw: tuple(parse(json.loads(line)) for line in raw.splitlines())


def _consistency(line: dict[str, object]) -> ConsistencyProof:
    return ConsistencyProof(
        _int(line["old"]), _int(line["size"]), _hashes(line["hashes"])
    )


def _proof(line: dict[str, object]) -> EventProof:
    (previous,) = _hashes([line["previous"]])
    return EventProof(_int(line["position"]), previous, _hashes(line["inclusion"]))


def _hashes(value: object) -> Hashes:
    if not isinstance(value, list):
        raise TypeError(value)
    hashes = tuple(map(bytes.fromhex, value))
    if any(len(hash_) != HASH_SIZE for hash_ in hashes):
        raise ValueError(value)
    return hashes


def _int(value: object) -> int:
    if type(value) is not int:
        raise TypeError(value)
    return value


def _tile_name(path: str) -> TileName:
    place, _, width = path.partition(".p/")
    _, level, *groups = place.split("/")
    try:
        number = int("".join(group.removeprefix("x") for group in groups))
        name = TileName(int(level), number)
        written = name.path(int(width) if width else WIDTH)
    except ValueError as error:
        raise PackError(f"`{path}` is not the name of a tile") from error
    if written != path:
        raise PackError(f"`{path}` is not the name of a tile")
    return name
