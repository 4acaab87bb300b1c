"""Writing an audit pack: the same contents give the same file to the byte."""

from collections.abc import Iterable
from importlib.resources import files
from io import BytesIO
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import msgspec

from events.pack.form import FORMAT, Pack, event_line, json_line, rule_texts, tile_path
from events.proof.checkpoint import Checkpoint

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time a zip can say
_READABLE = 0o644 << 16


def write_pack(pack: Pack, to: IO[bytes]) -> None:
    """Write a pack; `to` must be seekable. Memory follows the proofs, not the events.

    Nothing is compressed, so that no version of a compressor shows in the bytes.
    """
    rules: dict[str, str] = {}
    with ZipFile(to, "w", ZIP_STORED) as archive:
        for name, content in _before(pack):
            archive.writestr(_entry(name), content)
        with archive.open(_entry("events.ndjson"), "w", force_zip64=True) as lines:
            for event in pack.events:
                lines.write(event_line(event))
                rules |= rule_texts(event)
        for name, content in _after(pack):
            archive.writestr(_entry(name), content)
        for name, text in rules.items():
            archive.writestr(_entry(name), text.encode())


def pack_bytes(pack: Pack) -> bytes:
    """A small pack as it would be written."""
    written = BytesIO()
    write_pack(pack, written)
    return written.getvalue()


def verifier() -> bytes:
    """The stand-alone verifier, as every pack carries it."""
    return files("events.pack").joinpath("verify_pack.py").read_bytes()


def _before(pack: Pack) -> Iterable[tuple[str, bytes]]:
    about = {"format": FORMAT, "origin": pack.origin, "scope": pack.scope}
    yield "README.md", _README.format(origin=pack.origin, scope=pack.scope).encode()
    yield "pack.json", json_line(about)
    yield "keys.txt", str(pack.keys).encode()
    for note in pack.checkpoints:
        size = Checkpoint.parse(note.text).size
        yield f"checkpoints/{size}.txt", str(note).encode()
    proofs = (
        {"old": old, "size": size, "hashes": [hash_.hex() for hash_ in hashes]}
        for old, size, hashes in pack.consistency
    )
    yield "consistency.ndjson", b"".join(map(json_line, proofs))


def _after(pack: Pack) -> Iterable[tuple[str, bytes]]:
    if not pack.is_whole:
        proofs = (
            {
                "position": position,
                "previous": previous.hex(),
                "inclusion": [hash_.hex() for hash_ in inclusion],
            }
            for position, previous, inclusion in pack.proofs
        )
        yield "proofs.ndjson", b"".join(map(json_line, proofs))
    for name, tile in sorted(pack.tiles.items()):
        yield tile_path(name, tile), tile
    claims = [msgspec.to_builtins(claim) for claim in pack.claims]
    yield "ratings.json", json_line(claims)
    yield "verify.py", verifier()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _EPOCH)
    entry.create_system = 3  # or the writer's own would show
    entry.external_attr = _READABLE
    return entry


_README = """\
# An audit pack of `{origin}`

What is in here: {scope}. The file was written by Adjudge, and can be checked by
anyone with Python 3.9 or later and nothing else:

    python -I -S verify.py THIS_FILE --checkpoint CHECKPOINT_KEPT_ELSEWHERE

Take `verify.py` from somewhere you trust, or read the one in here first: it is one
file. Whoever could change this pack could change that too. The same holds for the keys
in `keys.txt`: compare them with ones you have from elsewhere, or give yours with
`--key`.

| file | holds |
|---|---|
| `pack.json` | which format, whose ledger, what of it |
| `events.ndjson` | the facts, one a line, every stored byte |
| `rules/` | the rule texts, as they stand in the events that adopted them |
| `checkpoints/` | signed sizes and roots of the ledger, as C2SP notes |
| `keys.txt` | the keys that may sign, and for which sizes |
| `consistency.ndjson` | that each checkpoint extends the one before it |
| `proofs.ndjson` | of one inspection: that each event is in the newest checkpoint |
| `tile/` | of a whole ledger: the leaves of the tree that was signed |
| `ratings.json` | the ratings that the service says follow |
| `verify.py` | the verifier |

What cannot be proven with this file alone: that its owner did not rewrite all of the
ledger, keys and checkpoints with it. Only a checkpoint kept elsewhere shows that. In a
pack of one inspection the chain from event to event cannot be followed, since other
inspections' events lie between, and later events of the inspection may be left out.
The verifier does not work out the ratings again; `adjudge verify` does.
"""
