"""Check an audit pack of Adjudge with nothing but Python's standard library.

    python -I -S verify.py PACK [--checkpoint FILE]... [--key KEY]...

PACK is a zip with the events of a ledger (or of one inspection), signed checkpoints and
proofs; PACK.md in Adjudge's sources specifies it. This one file, which you can read in
one sitting, works everything out again from the bytes of the events:

  chain        each event's hash, from the one before it and all of its fields
  tree         the Merkle tree of RFC 9162 over those hashes, and proofs about it
  signatures   Ed25519 (RFC 8032) under the checkpoints, which are C2SP signed notes

and points to the first event that differs. With `--checkpoint` it holds the pack
against checkpoints that you kept or got from a witness: without one, nothing can show
that the owner of the ledger did not rewrite all of it. With `--key` only the keys you
give are believed, not those in the pack.

It does not work out the ratings again from the rules; `adjudge verify` does. It only
compares the ratings claimed with those published, where both are in the pack.

Exit status: 0 all holds, 1 something is wrong, 2 it was called wrongly.
"""

from __future__ import annotations  # so that older Pythons read it too

import argparse
import base64
import hashlib
import json
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

FORMAT = "adjudge-pack/1"
EVENTS = "events.ndjson"
FIELDS = (
    *("position", "stream", "version", "type", "schema", "recorded_at", "observed_at"),
    *("actor", "command_id", "correlation_id", "causation_id", "about"),
    *("payload", "hash"),
)
NUMBERS = ("position", "version", "schema", "recorded_at", "observed_at")
TEXTS = ("stream", "type", "actor", *FIELDS[8:12])  # in the order they are chained

HASH = 32  # bytes of a hash, and of a public key
SIGNATURE = 64
ZIP_HEADER = 30
PLAIN, WITNESS = 1, 4  # the types of keys: one signs the text, one the time with it
START = bytes(HASH)  # the chain hash before the first event

Event = dict[str, Any]
MALFORMED = (ValueError, TypeError, KeyError, AttributeError)
"""What reading JSON or a note of another form than it must have can raise."""


class WrongError(Exception):
    """Something does not hold; the message says what and where."""


# ---- Ed25519, from RFC 8032 section 5.1; points are (X, Y, Z, T), T = XY/Z

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]


def add(p: Point, q: Point) -> Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n: int, p: Point) -> Point:
    total = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = add(total, p)
        p, n = add(p, p), n >> 1
    return total


def point(encoded: bytes) -> Point | None:
    """The point of 32 bytes; None where there is none, or it is written otherwise."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def encode(p: Point) -> bytes:
    inverse = pow(p[2], -1, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """`signature` is the Ed25519 signature of `message` under `public`."""
    a = point(public) if len(public) == HASH else None
    s = int.from_bytes(signature[32:], "little")
    if a is None or BASE is None or len(signature) != SIGNATURE or s >= ORDER:
        return False
    r = signature[:32]
    digest = hashlib.sha512(r + public + message).digest()
    k = int.from_bytes(digest, "little") % ORDER
    minus_a = (P - a[0], a[1], a[2], P - a[3])
    return encode(add(times(s, BASE), times(k, minus_a))) == r


# ---- the tree, from RFC 9162 section 2.1


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf_hash(chain_hash: bytes) -> bytes:
    return sha256(b"\x00" + chain_hash)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def hashes(written: list[str]) -> list[bytes]:
    """Hashes from hexadecimal; with any other length a proof could be forged."""
    if type(written) is not list:
        raise TypeError("hashes that are no list")
    found = [bytes.fromhex(text) for text in written]
    if any(len(hash_) != HASH for hash_ in found):
        raise ValueError("a hash that is too short or too long")
    return found


def split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


class Tree:
    """The full subtrees of a growing tree, the largest first, as (size, hash)."""

    def __init__(self, full: list[tuple[int, bytes]]) -> None:
        self.full = list(full)

    def append(self, leaf: bytes) -> None:
        size = 1
        while self.full and self.full[-1][0] == size:
            leaf = node_hash(self.full.pop()[1], leaf)
            size *= 2
        self.full.append((size, leaf))

    def root(self) -> bytes:
        if not self.full:
            return sha256(b"")
        root = self.full[-1][1]
        for _, left in reversed(self.full[:-1]):
            root = node_hash(left, root)
        return root


def included(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root that this proof gives for leaf `index` of a tree of `size`."""
    if not 0 <= index < size or (size == 1) != (not proof):
        raise WrongError("its proof is too short or too long")
    if size == 1:
        return leaf
    k, rest, last = split(size), proof[:-1], proof[-1]
    if index < k:
        return node_hash(included(leaf, index, k, rest), last)
    return node_hash(last, included(leaf, index - k, size - k, rest))


def extended(
    old: int, size: int, proof: list[bytes], old_root: bytes | None
) -> tuple[bytes, bytes]:
    """The roots that this proof gives for the first `old` of `size` and for all."""
    if old == size:
        if len(proof) != (old_root is None):
            raise WrongError("its proof is too short or too long")
        return (old_root or proof[0],) * 2
    if not proof:
        raise WrongError("its proof is too short")
    k, rest, last = split(size), proof[:-1], proof[-1]
    if old <= k:
        before, after = extended(old, k, rest, old_root)
        return before, node_hash(after, last)
    before, after = extended(old - k, size - k, rest, None)
    return node_hash(last, before), node_hash(last, after)


# ---- signed notes, keys and checkpoints


class Key(NamedTuple):
    name: str
    id: bytes
    type: int
    public: bytes
    first: int  # sizes of the ledger that it may speak of
    last: int | None


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes


def plain_base64(text: str) -> bytes:
    decoded = base64.b64decode(text, validate=True)
    if base64.b64encode(decoded).decode() != text:
        raise ValueError("base64 that no encoder writes")
    return decoded


def parse_key(line: str) -> Key:
    vkey, first, last = line.split(" ")
    name, id_, coded = vkey.split("+", 2)
    material = plain_base64(coded)
    if len(material) != 1 + HASH or material[0] not in (PLAIN, WITNESS):
        raise ValueError("a key of an unknown kind")
    if sha256(name.encode() + b"\n" + material)[:4].hex() != id_:
        raise ValueError("a key that does not have the id it states")
    until = None if last == "-" else int(last)
    return Key(name, bytes.fromhex(id_), material[0], material[1:], int(first), until)


def parse_keys(raw: bytes) -> list[Key]:
    lines = [line.strip() for line in raw.decode().splitlines()]
    return [parse_key(line) for line in lines if line and line[0] != "#"]


def parse_checkpoint(text: str) -> Checkpoint:
    origin, digits, coded, end = text.split("\n")
    root = plain_base64(coded)
    if end or not origin or digits != str(int(digits)) or len(root) != HASH:
        raise ValueError("a checkpoint out of form")
    return Checkpoint(origin, int(digits), root)


def attest(note: str, keys: list[Key]) -> Checkpoint:
    """The checkpoint of a note, signed by a key of its ledger that covers its size."""
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    if not note.endswith("\n"):
        raise ValueError("a note that is cut short")
    checkpoint = parse_checkpoint(text)
    signed = False
    for line in lines[:-1].split("\n"):
        dash, name, coded = line.split(" ")
        value = plain_base64(coded)
        if dash != "\N{EM DASH}":
            raise ValueError("a note out of form")
        for key in keys:
            if (name, value[:4]) != (key.name, key.id) or checkpoint.size < key.first:
                continue
            if key.last is not None and checkpoint.size > key.last:
                continue
            message, signature = text.encode(), value[4:]
            if key.type == WITNESS:
                at = int.from_bytes(signature[:8], "big")
                message = f"cosignature/v1\ntime {at}\n{text}".encode()
                signature = signature[8:]
            if not verifies(key.public, message, signature):
                raise WrongError(f"the signature of `{name}` does not hold")
            signed |= key.type == PLAIN and name == checkpoint.origin
    if not signed:
        raise WrongError("no key of its ledger that covers its size signed it")
    return checkpoint


# ---- events and their chain


def chain_hash(previous: bytes, event: Event) -> bytes:
    try:
        numbers = struct.pack(">QQLqq", *(event[field] for field in NUMBERS))
    except struct.error:
        return b""  # a number that could never be stored
    parts = [previous, numbers, sha256(event["payload"])]
    for field in TEXTS:
        if event[field] is None:
            parts.append(b"\xff\xff\xff\xff")
        else:
            text = event[field].encode()
            parts += [struct.pack(">L", len(text)), text]
    return sha256(b"".join(parts))


def parse_event(line: bytes) -> Event:
    """One line of events.ndjson; refuses any other way to write the same event."""
    event: Event = json.loads(line)
    coded = "payload_base64" in event
    wanted = [f"{f}_base64" if coded and f == "payload" else f for f in FIELDS]
    written = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    if list(event) != wanted or written.encode() + b"\n" != line:
        raise ValueError("an event out of form")
    if any(type(event[field]) is not int for field in NUMBERS):
        raise ValueError("a number that is none")
    if coded:
        event["payload"] = plain_base64(event.pop("payload_base64"))
    else:
        event["payload"] = event["payload"].encode()
    event["hash"], written = bytes.fromhex(event["hash"]), event["hash"]
    if event["hash"].hex() != written:
        raise ValueError("a hash out of form")
    return event


# ---- the pack


class Pack:
    """The files of a pack; events are read past the zip's own checksums."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError) as error:
            raise WrongError("the pack is not a zip file, or is cut short") from error
        self.names = self.zip.namelist()
        if len(set(self.names)) != len(self.names):
            raise WrongError("the pack has two files of one name")
        for entry in self.zip.infolist():
            if entry.compress_type != zipfile.ZIP_STORED:
                raise WrongError(f"{entry.filename} is compressed")
            if entry.filename != EVENTS:  # damage there is found at its event
                self.read(entry.filename, bytes)
        about = self.read("pack.json", lambda raw: dict(json.loads(raw)))
        if about.get("format") != FORMAT:
            raise WrongError(f"the pack is not of the format {FORMAT}")
        self.origin, self.scope = about.get("origin"), about.get("scope")
        tiles = self.under("tile/0")
        self.tiles = {self.tile_number(name): name for name in tiles}
        self.tile = -1, b""

    def read(self, name: str, parse: Callable[[bytes], Any]) -> Any:
        if name not in self.names:
            raise WrongError(f"the pack has no {name}")
        try:
            return parse(self.zip.read(name))
        except (zipfile.BadZipFile, RuntimeError, EOFError, *MALFORMED) as error:
            raise WrongError(f"{name} is damaged") from error

    def under(self, folder: str) -> list[str]:
        return [name for name in self.names if name.startswith(folder + "/")]

    def events(self) -> Iterator[Event]:
        if EVENTS not in self.names:
            raise WrongError(f"the pack has no {EVENTS}")
        entry = self.zip.getinfo(EVENTS)
        with self.path.open("rb") as file:
            file.seek(entry.header_offset)
            header = file.read(ZIP_HEADER)
            if len(header) != ZIP_HEADER or header[:4] != b"PK\x03\x04":
                raise WrongError(f"the zip's entry for {EVENTS} is damaged")
            file.seek(sum(struct.unpack("<HH", header[26:])), 1)
            left, number = entry.file_size, 0
            while left > 0:
                line, number = file.readline(left), number + 1
                left -= len(line)
                try:
                    event = parse_event(line)
                except MALFORMED as error:
                    says = f"line {number} of {EVENTS} is not written as it must be"
                    raise WrongError(says) from error
                yield event

    def tile_number(self, name: str) -> int:
        """1234067 for tile/0/x001/x234/067, whether or not it is partial."""
        groups = name.partition(".p/")[0].split("/")[2:]
        digits = "".join(groups).replace("x", "")
        if not (digits.isascii() and digits.isdigit()):
            raise WrongError(f"{name} is not the name of a tile")
        return int(digits)

    def leaf(self, index: int) -> bytes:
        """The hash of a leaf of the tree that was signed; nothing where unknown."""
        number, place = divmod(index, 256)
        if number != self.tile[0]:
            name = self.tiles.get(number)
            self.tile = number, self.read(name, bytes) if name else b""
        return self.tile[1][HASH * place :][:HASH]


# ---- the checks


class Report:
    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.proven: list[str] = []
        self.unproven: list[str] = []

    def text(self) -> str:
        lines = [f"WRONG       {says}" for says in self.wrong]
        lines += [f"holds       {says}" for says in self.proven]
        lines += [f"not proven  {says}" for says in self.unproven]
        last = "the pack does NOT hold" if self.wrong else "the pack holds"
        return "".join(f"{line}\n" for line in [*lines, last])


CLAIMED = ("ratings", "score", "maximum", "overall", "framework_hash")


def parse_claims(raw: bytes) -> list[Any]:
    claims = json.loads(raw)
    if type(claims) is not list or any(set(CLAIMED) - set(one) for one in claims):
        raise ValueError("claims out of form")
    return claims


class Texts:
    """Rule texts and claimed ratings, held against the events."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.adopted: dict[str, str] = {}
        self.claims = {
            (claim["inspection"], claim["as_of"]): claim
            for claim in pack.read("ratings.json", parse_claims)
        }
        self.wrong: list[str] = []

    def take(self, event: Event) -> None:
        if event["type"] in ("framework-adopted", "report-published"):
            with suppress(*MALFORMED):  # of another schema
                self.compare(event, json.loads(event["payload"]))

    def compare(self, event: Event, data: Any) -> None:
        if event["type"] == "framework-adopted":
            for number, file in enumerate(data["files"], 1):
                name = f"{event['position']}-{number}-{quote(file['name'], safe='')}"
                self.adopted["rules/" + name] = file["text"]
            return
        claim = self.claims.get((event["stream"], data["as_of"]))
        if claim is not None and any(claim[key] != data[key] for key in CLAIMED):
            self.wrong.append(
                f"the ratings claimed for {event['stream']} are not those that event"
                f" {event['position']} published"
            )

    def finish(self) -> list[str]:
        rules = self.pack.under("rules")
        found = {name: self.pack.read(name, bytes.decode) for name in rules}
        differ = sorted(
            name
            for name in found.keys() | self.adopted.keys()
            if found.get(name) != self.adopted.get(name)
        )
        return self.wrong + [f"{name} is not as the events have it" for name in differ]


class Whole:
    """Every event from the first: chain, leaves, and each checkpoint at its size.

    The pack's own checkpoints agree with whatever its owner signed; so one from
    elsewhere that does not hold places the difference after the last that does.
    """

    def __init__(
        self, pack: Pack, own: list[Checkpoint], outside: list[Checkpoint]
    ) -> None:
        self.pack = pack
        self.promised = sorted(
            [(one.size, one.root, False) for one in own]
            + [(one.size, one.root, True) for one in outside]
        )
        self.tree = Tree([])
        self.hash, self.position = START, 0
        self.signed = self.held = 0  # how far own and outside checkpoints agree
        self.stored: Tree | None = None  # as the leaves in the pack have it, and
        self.suspect = 0  # the first event that differs from them
        self.damaged: list[int] = []

    def take(self, event: Event) -> None:
        self.meet()
        found, expected = event["position"], self.position + 1
        if found != expected:
            what = "is missing" if found > expected else "is not in its place"
            raise WrongError(f"event {expected}: it {what}, {found} stands there")
        if chain_hash(self.hash, event) != event["hash"]:
            says = f"event {expected}: it does not give the hash stored with it"
            raise WrongError(says)
        self.position, self.hash = expected, event["hash"]
        leaf, stored = leaf_hash(self.hash), self.pack.leaf(expected - 1)
        if self.stored is None and stored and stored != leaf:
            self.stored, self.suspect = Tree(self.tree.full), expected
        self.tree.append(leaf)
        if self.stored is not None:
            self.stored.append(stored or leaf)

    def meet(self) -> None:
        """Hold the events so far against the checkpoints of their size."""
        while self.promised and self.promised[0][0] == self.position:
            _, root, is_outside = self.promised.pop(0)
            if self.tree.root() != root:
                if self.stored is not None and self.stored.root() == root:
                    where = f"event {self.suspect}: it"
                else:
                    agreed = self.held if is_outside else max(self.signed, self.held)
                    where = f"event {agreed + 1}: it, or one up to {self.position},"
                raise WrongError(f"{where} is not the one that was signed")
            if self.suspect and self.suspect not in self.damaged:
                self.damaged.append(self.suspect)
            if is_outside:
                self.held = self.position
                self.stored, self.suspect = None, 0
            else:
                self.signed = self.position

    def finish(self) -> None:
        self.meet()
        if self.promised:
            last = self.promised[-1][0]
            says = f"event {self.position + 1}: it is missing, and all after it, up to"
            raise WrongError(f"{says} {last}")


def check_whole(
    pack: Pack, own: list[Checkpoint], outside: list[Checkpoint], report: Report
) -> None:
    texts, whole = Texts(pack), Whole(pack, own, outside)
    try:
        for event in pack.events():
            whole.take(event)
            texts.take(event)
        whole.finish()
        report.wrong += texts.finish()
    except WrongError as error:
        says = str(error)
        place = "" if says.startswith("event ") else f"event {whole.position + 1}: "
        report.wrong.insert(0, place + says)
    report.wrong += [f"tile/: the leaf of event {n} is damaged" for n in whole.damaged]
    report.proven.append(f"the chain, from event 1 to {whole.position}")
    if whole.signed:
        says = f"the first {whole.signed} events are those that were signed"
        report.proven.append(says)
    if whole.signed < whole.position:
        says = f"events {whole.signed + 1} to {whole.position}: they are not signed"
        report.unproven.append(says)
    if whole.held:
        says = f"the first {whole.held} events are those of a checkpoint elsewhere"
        report.proven.append(says)
    if whole.held < whole.position:
        report.unproven.append(
            f"that events {whole.held + 1} to {whole.position} were never rewritten by"
            " whoever holds the ledger and its key: no --checkpoint covers them"
        )


Proofs = dict[int, tuple[bytes, list[bytes]]]


def parse_proofs(raw: bytes) -> Proofs:
    """For each position the hash before it, and the proof that it is in the tree."""
    lines = [json.loads(line) for line in raw.splitlines()]
    return {
        line["position"]: (hashes([line["previous"]])[0], hashes(line["inclusion"]))
        for line in lines
    }


def parse_consistency(raw: bytes) -> dict[tuple[int, int], list[bytes]]:
    lines = [json.loads(line) for line in raw.splitlines()]
    return {(line["old"], line["size"]): hashes(line["hashes"]) for line in lines}


class Part:
    """Events of one inspection, each by its own proof in the newest checkpoint."""

    def __init__(self, newest: Checkpoint, proofs: Proofs) -> None:
        self.newest, self.proofs = newest, dict(proofs)
        self.versions: dict[str, int] = {}
        self.position, self.hash, self.count = 0, START, 0

    def take(self, event: Event) -> None:
        position, stream = event["position"], event["stream"]
        if position <= self.position:
            raise WrongError(f"event {position}: it is out of order")
        version = self.versions[stream] = self.versions.get(stream, 0) + 1
        if event["version"] != version:
            says = f"event {position}: version {version} of {stream} is missing or"
            raise WrongError(f"{says} out of order")
        proof = self.proofs.pop(position, None)
        if proof is None:
            raise WrongError(f"event {position}: there is no proof for it")
        previous, inclusion = proof
        if chain_hash(previous, event) != event["hash"]:
            says = f"event {position}: it does not give the hash stored with it"
            raise WrongError(says)
        if position == self.position + 1 and self.hash != previous:
            raise WrongError(f"event {position}: it does not follow the one before it")
        try:
            leaf = leaf_hash(event["hash"])
            root = included(leaf, position - 1, self.newest.size, inclusion)
        except WrongError as error:
            raise WrongError(f"event {position}: {error}") from error
        if root != self.newest.root:
            raise WrongError(f"event {position}: it is not the one that was signed")
        self.position, self.hash, self.count = position, event["hash"], self.count + 1

    def finish(self) -> None:
        if self.proofs:
            raise WrongError(f"event {min(self.proofs)}: it is missing")


def check_part(
    pack: Pack, own: list[Checkpoint], outside: list[Checkpoint], report: Report
) -> None:
    if not own:
        report.wrong.append("the pack has no checkpoint that its ledger signed")
        return
    newest = max(own, key=lambda checkpoint: checkpoint.size)
    texts, part = Texts(pack), Part(newest, pack.read("proofs.ndjson", parse_proofs))
    for event in pack.events():
        part.take(event)
        texts.take(event)
    part.finish()
    report.wrong += texts.finish()
    report.proven.append(f"{part.count} events are in the ledger of {newest.size}")
    report.unproven += [
        "the chain between these events: those of other inspections lie between them",
        f"that {pack.scope} has no events later than these",
    ]
    check_joined(pack, own, outside, report)


def check_joined(
    pack: Pack, own: list[Checkpoint], outside: list[Checkpoint], report: Report
) -> None:
    """Each checkpoint extends the one before; those from elsewhere are among them."""
    roots: dict[int, bytes] = {}
    for one in own:
        if roots.setdefault(one.size, one.root) != one.root:
            report.wrong.append(f"checkpoint {one.size}: two roots were signed for it")
    proofs = pack.read("consistency.ndjson", parse_consistency)
    sizes = sorted(size for size in roots if size)  # all extend the empty ledger
    for old, size in zip(sizes, sizes[1:]):  # noqa: B905, RUF007  older Pythons
        try:
            shown = extended(old, size, proofs.get((old, size), []), roots[old])
        except WrongError:
            shown = b"", b""
        if shown != (roots[old], roots[size]):
            report.wrong.append(f"checkpoint {size}: not shown to extend {old}")
    for one in outside:
        if one.size not in roots:
            report.unproven.append(
                f"anything about the --checkpoint of {one.size}: the pack has none of"
                " that size; ask for a pack that has"
            )
        elif roots[one.size] != one.root:
            report.wrong.append(f"the --checkpoint of {one.size} has another root")
        else:
            report.proven.append(f"it extends the --checkpoint of {one.size}")
    if not any(one.size in roots for one in outside):
        report.unproven.append(
            "that none of this was rewritten by whoever holds the ledger and its key:"
            " no --checkpoint was held against it"
        )


def verify(pack: Pack, outside: list[str], keys: list[str]) -> Report:
    """Check a pack against notes and keys from elsewhere."""
    report = Report()
    known = [parse_key(f"{key} 0 -") for key in keys]
    if not known:
        known = pack.read("keys.txt", parse_keys)
        report.unproven.append(
            "that the keys in the pack are the ledger's own: give yours with --key"
        )
    own: list[Checkpoint] = []
    given: list[Checkpoint] = []
    notes = [
        (name, pack.read(name, bytes.decode)) for name in pack.under("checkpoints")
    ]
    for where, note, into in [
        *((name, note, own) for name, note in notes),
        *(("--checkpoint", note, given) for note in outside),
    ]:
        try:
            checkpoint = attest(note, known)
            into.append(checkpoint)
        except WrongError as error:
            report.wrong.append(f"{where}: {error}")
        except ValueError:
            report.wrong.append(f"{where}: it is not written as a checkpoint is")
    if any(checkpoint.origin != pack.origin for checkpoint in own + given):
        report.wrong.append("a checkpoint is of another ledger than the pack")
    try:
        check = check_whole if pack.scope == "ledger" else check_part
        check(pack, own, given, report)
    except WrongError as error:
        report.wrong.insert(0, str(error))
    return report


def notes_in(text: str) -> list[str]:
    """The notes in a file of one or, with an empty line after each, several."""
    whole_lines = text[: text.rfind("\n") + 1]
    parts = [part.strip("\n") for part in whole_lines.split("\n\n") if part.strip("\n")]
    return [
        f"{parts[n - 1]}\n\n{part}\n"
        for n, part in enumerate(parts)
        if n and part.startswith("\N{EM DASH} ") and "(cut short)" not in part
    ]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Check an audit pack of Adjudge.")
    parser.add_argument("pack", type=Path, metavar="PACK")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    parser.add_argument("--key", action="append", default=[])
    asked = parser.parse_args(arguments)
    try:
        texts = [path.read_text(encoding="utf-8") for path in asked.checkpoint]
        outside = [note for text in texts for note in notes_in(text)]
        if len(outside) < len(texts):
            parser.error("a file given as --checkpoint has no checkpoint in it")
        for key in asked.key:
            parse_key(f"{key} 0 -")
        report = verify(Pack(asked.pack), outside, asked.key)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    except WrongError as error:
        report = Report()
        report.wrong.append(str(error))
    sys.stdout.write(report.text())
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
