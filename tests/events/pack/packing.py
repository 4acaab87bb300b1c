"""A ledger of 120 events of two inspections, signed for at 30, 60, 100 and 120."""

from collections.abc import Sequence
from io import BytesIO

from msgspec.structs import replace

from events.codec import CODEC
from events.framework import FrameworkAdopted, RuleFile
from events.pack.export import Archive, export_ledger, export_streams
from events.pack.form import Pack
from events.pack.read import read_pack
from events.pack.write import pack_bytes
from events.proof.key_ring import KeyRing
from events.proof.memory import MemoryProofs
from events.proof.notary import Notary, NotaryKeys
from events.proof.note import Note
from events.proof.note_key import SignatureType, SigningKey
from events.stored import StoredEvent
from tests.events.asking import Clock
from tests.events.ledger_of import Rows, chained, ledger_of

ORIGIN = "adjudge.example/ledger"
KEY = SigningKey(ORIGIN, bytes(32))
WITNESS = SigningKey("witness.example/w1", bytes([2]) * 32, SignatureType.COSIGNATURE)
KEYS = NotaryKeys((KEY,), KeyRing.of(KEY, WITNESS))
SIZES = (30, 60, 100, 120)
BRENT, RULES = "inspection-brent", "framework-youth-2021"


class Streams(Rows):
    """Rows that can also be read by stream."""

    async def stream(
        self, stream: str, *, after: int, until: int | None
    ) -> Sequence[StoredEvent]:
        own = (event for event in self.events if event.stream == stream)
        last = until or len(self.events)
        return [e for e in own if e.version > after and e.position <= last]


def a_ledger() -> list[StoredEvent]:
    """The adoption of a framework, then answers to two inspections in turn."""
    adopted = FrameworkAdopted(
        framework="youth-2021",
        revision=1,
        framework_hash="sha256:00",
        files=(RuleFile("youth-2021.rules", "framework “Youth 2021”\n"),),
        author="p-1",
        reviewer="p-2",
    )
    rows = ledger_of(119, streams=("trafford", "brent")).events
    first = rows[0]._replace(
        stream=RULES,
        version=1,
        type="framework-adopted",
        payload=CODEC.encode(adopted)[2],
    )
    return chained([first, *rows])


async def signed(
    events: Sequence[StoredEvent], sizes: Sequence[int] = SIZES
) -> tuple[MemoryProofs, list[Note]]:
    """The tree of a ledger, and the checkpoints signed while it grew."""
    rows, store, notes = Rows(), MemoryProofs(), []
    for size in sizes:
        rows.events[:] = events[:size]
        note = await Notary(rows, store, KEYS, clock=Clock()).sign()
        assert note is not None
        notes.append(note)
    return store, notes


async def whole_pack(events: Sequence[StoredEvent]) -> bytes:
    """The pack of a whole ledger."""
    store, _ = await signed(events)
    written = BytesIO()
    await export_ledger(Archive(Streams(list(events)), store, KEYS.ring), written)
    return written.getvalue()


async def part_pack(events: Sequence[StoredEvent]) -> bytes:
    """The pack of one of its inspections."""
    store, _ = await signed(events)
    archive = Archive(Streams(list(events)), store, KEYS.ring)
    written = BytesIO()
    await export_streams(archive, BRENT, [RULES], written)
    return written.getvalue()


def opened(packed: bytes) -> Pack:
    return read_pack(BytesIO(packed))


def changed(packed: bytes, **changes: object) -> bytes:
    """The same pack with other contents."""
    return pack_bytes(replace(opened(packed), **changes))
