"""The notary, its stores and its witnesses."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import create_async_engine

from events.chain import START
from events.proof.checkpoint import Checkpoint, NotAnExtensionError
from events.proof.key_ring import KeyRing
from events.proof.memory import MemoryProofs
from events.proof.merkle import check_consistency, check_inclusion, leaf_hash
from events.proof.notary import Notary, NotaryKeys
from events.proof.note import Note, Signature, Signed
from events.proof.note_key import NoteError, SignatureType, SigningKey
from events.proof.sql import SqlProofs
from events.proof.store import NO_TREE, KeptCheckpoint, ProofStore, TreeHead
from events.proof.tables import METADATA
from events.proof.tile import Edge, TileName, Tiles, prove_consistency, prove_inclusion
from events.proof.witness import FileWitness, Witness
from events.sqlite.store import open_sqlite
from events.store import StoreError
from tests.events.asking import Clock, answer, ask
from tests.events.ledger_of import Rows, chained, ledger_of

ORIGIN = "adjudge.example/ledger"
KEY = SigningKey(ORIGIN, bytes(32))
NEXT_KEY = SigningKey(ORIGIN, bytes([1]) * 32)
COSIGNER = SigningKey("witness.example/w1", bytes([2]) * 32, SignatureType.COSIGNATURE)
KEYS = NotaryKeys((KEY,), KeyRing.of(KEY, COSIGNER))


@pytest.fixture(params=["memory", "sqlite"])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[ProofStore]:
    if request.param == "memory":
        yield MemoryProofs()
        return
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/proofs.db")
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    yield SqlProofs(engine)
    await engine.dispose()


def _notary(
    ledger: Rows, store: ProofStore, *witnesses: Witness, keys: NotaryKeys = KEYS
) -> Notary:
    return Notary(ledger, store, keys, clock=Clock(), witnesses=witnesses)


class Cosigner:
    """A witness that cosigns what it is given, and shows nothing."""

    async def last(self) -> Note | None:
        return None

    async def keep(self, note: Note) -> tuple[Signature, ...]:
        return note.add(COSIGNER, at=1).signatures[-1:]


class Rival:
    """A store over which another notary folds just before each try of ours."""

    def __init__(self, store: MemoryProofs, ledger: Rows) -> None:
        self.store, self.ledger, self.tried = store, ledger, 0
        self.tiles, self.head = store.tiles, store.head
        self.keep, self.checkpoint = store.keep, store.checkpoint
        self.checkpoints = store.checkpoints

    async def grow(self, before: TreeHead, after: TreeHead, tiles: Tiles) -> bool:
        self.tried += 1
        if self.tried == 1:
            await _notary(self.ledger, self.store).fold()
        return await self.store.grow(before, after, tiles)


async def test_an_empty_ledger_has_no_checkpoint(store: ProofStore) -> None:
    assert await _notary(Rows(), store).sign() is None
    assert await store.checkpoint() is None
    assert await store.head() == NO_TREE


async def test_a_checkpoint_says_size_and_root_of_all_that_is_there(
    store: ProofStore,
) -> None:
    ledger = ledger_of(1300)

    note = await _notary(ledger, store).sign()

    assert note is not None
    edge, _ = Edge(0, ()).grow([leaf_hash(event.hash) for event in ledger.events])
    attested = KEYS.ring.attest(note)
    assert attested.checkpoint == Checkpoint(ORIGIN, 1300, edge.root())
    assert await store.head() == TreeHead(1300, ledger.events[-1].hash)
    kept = await store.checkpoint()
    assert kept is not None
    assert (kept.note, kept.head_hash) == (str(note), ledger.events[-1].hash)
    assert kept.signed_at == 1_709_640_000_000_000


async def test_nothing_is_signed_where_nothing_was_added(store: ProofStore) -> None:
    notary = _notary(ledger_of(3), store)

    assert await notary.sign() == await notary.sign()
    assert len(await store.checkpoints()) == 1


async def test_every_checkpoint_extends_every_earlier_one(store: ProofStore) -> None:
    whole = ledger_of(300)
    ledger = Rows()
    notary = _notary(ledger, store)
    for size in (1, 2, 7, 200, 255, 256, 257, 300):
        ledger.events[:] = whole.events[:size]
        await notary.sign()

    kept = await store.checkpoints()
    for later in kept:
        for earlier in kept:
            if earlier.size <= later.size:
                check_consistency(
                    earlier.size,
                    earlier.root,
                    size=later.size,
                    root=later.root,
                    proof=await prove_consistency(earlier.size, later.size, store),
                )
        for index in (0, later.size // 2, later.size - 1):
            check_inclusion(
                leaf_hash(whole.events[index].hash),
                index,
                size=later.size,
                root=later.root,
                proof=await prove_inclusion(index, later.size, store),
            )


@given(st.lists(st.integers(1, 400), min_size=1, max_size=5), st.data())
async def test_any_prefix_is_consistent_with_any_later_tree(
    steps: list[int], data: st.DataObject
) -> None:
    whole, store, ledger = ledger_of(sum(steps)), MemoryProofs(), Rows()
    for step in steps:
        ledger.events[:] = whole.events[: len(ledger.events) + step]
        await _notary(ledger, store).sign()
    later = data.draw(st.integers(1, len(ledger.events)))
    old = data.draw(st.integers(0, later))

    def root(size: int) -> bytes:
        leaves = [leaf_hash(event.hash) for event in whole.events[:size]]
        return Edge(0, ()).grow(leaves)[0].root()

    check_consistency(
        old,
        root(old),
        size=later,
        root=root(later),
        proof=await prove_consistency(old, later, store),
    )


async def test_checkpoints_are_read_in_order_and_by_size(store: ProofStore) -> None:
    made = [KeptCheckpoint(size, bytes(32), START, 1, "note") for size in (5, 9, 12)]
    for kept in reversed(made):
        assert await store.keep(kept)

    assert await store.checkpoints() == made
    assert await store.checkpoints(after=5, limit=1) == made[1:2]
    assert await store.checkpoint(until=11) == made[1]
    assert await store.checkpoint(until=4) is None
    assert not await store.keep(made[0]._replace(root=bytes([1]) * 32))
    assert await store.checkpoints() == made


async def test_a_tree_grows_only_from_where_it_is(store: ProofStore) -> None:
    one, two = TreeHead(1, bytes([1]) * 32), TreeHead(2, bytes([2]) * 32)
    tile = TileName(0, 0)

    assert await store.grow(NO_TREE, one, {tile: bytes(32)})
    assert not await store.grow(NO_TREE, one, {tile: bytes([7]) * 32})
    assert not await store.grow(two, two, {tile: bytes([7]) * 32})
    assert await store.head() == one
    assert await store.tiles([tile, TileName(1, 0)]) == {tile: bytes(32)}
    assert await store.grow(one, two, {tile: bytes(64)})
    assert await store.tiles([tile]) == {tile: bytes(64)}


async def test_any_number_of_tiles_is_read(store: ProofStore) -> None:
    tiles = {TileName(0, number): bytes(32) for number in range(2500)}
    await store.grow(NO_TREE, TreeHead(1, START), {TileName(0, 2400): bytes(32)})

    assert await store.tiles(tiles) == {TileName(0, 2400): bytes(32)}
    assert await store.tiles([]) == {}


async def test_several_notaries_make_one_tree(store: ProofStore) -> None:
    ledger = ledger_of(2500)
    notaries = [_notary(ledger, store) for _ in range(4)]

    notes = await asyncio.gather(*(notary.sign() for notary in notaries))

    assert len(set(notes)) == 1
    assert await store.head() == TreeHead(2500, ledger.events[-1].hash)


async def test_a_notary_that_lost_a_race_goes_on_from_the_others_tree() -> None:
    ledger, store = ledger_of(20), MemoryProofs()
    rival = Rival(store, ledger)

    note = await _notary(ledger, rival).sign()

    assert note is not None
    assert rival.tried == 1
    assert str(note) == str(await _notary(ledger, MemoryProofs()).sign())


async def test_a_ledger_that_came_back_shorter_is_an_alarm(store: ProofStore) -> None:
    ledger = ledger_of(10)
    notary = _notary(ledger, store)
    note = await notary.sign()
    del ledger.events[8:]

    with pytest.raises(NotAnExtensionError) as alarm:
        await notary.sign()

    assert note is not None
    assert alarm.value.promised == Checkpoint.parse(note.text)
    assert alarm.value.size == 8
    assert len(await store.checkpoints()) == 1


async def test_a_ledger_whose_last_signed_event_changed_is_an_alarm(
    store: ProofStore,
) -> None:
    ledger = ledger_of(10)
    notary = _notary(ledger, store)
    await notary.sign()
    ledger.events[:] = chained(
        [*ledger.events[:4], ledger.events[4]._replace(actor="p-1"), *ledger.events[5:]]
    )

    with pytest.raises(NotAnExtensionError, match="its event 10 is another one"):
        await notary.sign()


async def test_a_tree_that_does_not_give_the_signed_root_is_an_alarm(
    store: ProofStore,
) -> None:
    ledger = ledger_of(10)
    await _notary(ledger, store).sign()
    kept = await store.checkpoint()
    assert kept is not None
    head, name = await store.head(), TileName(0, 0)
    await store.grow(head, head, {name: bytes(320)})

    with pytest.raises(NotAnExtensionError, match="the first 10 of its 10 events"):
        await _notary(ledger, store).sign()


async def test_a_broken_chain_is_never_folded(store: ProofStore) -> None:
    ledger = ledger_of(10)
    ledger.events[4] = ledger.events[4]._replace(actor="p-1")

    with pytest.raises(StoreError, match="broken at position 5"):
        await _notary(ledger, store).sign()

    assert await store.head() == NO_TREE


async def test_two_roots_for_one_size_are_an_alarm() -> None:
    store = MemoryProofs()
    notary = _notary(ledger_of(3), store)
    store.signed[3] = KeptCheckpoint(3, bytes(32), START, 0, "")

    with pytest.raises((NotAnExtensionError, NoteError)):
        await notary.sign()


async def test_a_whole_database_put_back_is_found_out_by_a_witness(
    tmp_path: Path,
) -> None:
    ledger, witness = ledger_of(10), FileWitness(tmp_path / "witness.txt")
    await _notary(ledger, MemoryProofs(), witness).sign()
    older = Rows(ledger.events[:7])

    with pytest.raises(NotAnExtensionError, match="it has only 7 events"):
        await _notary(older, MemoryProofs(), witness).sign()


async def test_a_whole_ledger_rewritten_is_found_out_by_a_witness(
    tmp_path: Path,
) -> None:
    ledger, witness = ledger_of(10), FileWitness(tmp_path / "witness.txt")
    await _notary(ledger, MemoryProofs(), witness).sign()
    events = ledger.events
    rewritten = Rows(chained([*events[:8], events[8]._replace(actor="p-1"), *events]))

    with pytest.raises(NotAnExtensionError, match="the first 10 of its 19 events"):
        await _notary(rewritten, MemoryProofs(), witness).sign()


async def test_a_witness_that_missed_a_checkpoint_gets_it_later(
    tmp_path: Path,
) -> None:
    ledger, store = ledger_of(10), MemoryProofs()
    missed = await _notary(ledger, store).sign()
    witness = FileWitness(tmp_path / "witness.txt")

    await _notary(ledger, store, witness).sign()
    await _notary(ledger, store, witness).sign()

    assert (tmp_path / "witness.txt").read_text() == f"{missed}\n"


async def test_a_witness_path_only_grows_and_passes_over_what_a_crash_cut_short(
    tmp_path: Path,
) -> None:
    path = tmp_path / "witness.txt"
    witness = FileWitness(path)
    first, second = (Checkpoint(ORIGIN, n, bytes(32)).sign(KEY) for n in (1, 2))
    assert await witness.last() is None
    await witness.keep(first)
    for cut in range(1, len(str(second))):
        torn = path.read_bytes() + f"{second}".encode()[:cut]
        path.write_bytes(torn)
        assert await witness.last() == first
        await witness.keep(first)
        assert path.read_bytes().startswith(torn)
        assert await witness.last() == first
    await witness.keep(second)
    assert await witness.last() == second


async def test_a_witness_path_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    note = Checkpoint(ORIGIN, 1, bytes(32)).sign(KEY)

    with pytest.raises(StoreError, match="the witness file"):
        await FileWitness(tmp_path).last()
    with pytest.raises(StoreError, match="the witness file"):
        await FileWitness(tmp_path / "no" / "witness.txt").keep(note)


async def test_a_cosignature_is_kept_with_its_checkpoint(store: ProofStore) -> None:
    notary = _notary(ledger_of(3), store, Cosigner())

    note = await notary.sign()

    assert note is not None
    attested = KEYS.ring.attest(note)
    assert [signed.key for signed in attested.witnesses] == [COSIGNER.verifier]
    kept = await store.checkpoint()
    assert kept is not None
    assert kept.note == str(note)
    assert await notary.sign() == note


@pytest.mark.parametrize("count", [2, 4])
async def test_only_a_checkpoint_that_is_kept_can_be_cosigned(count: int) -> None:
    notary = _notary(ledger_of(3), MemoryProofs())
    await notary.sign()
    other = Checkpoint(ORIGIN, count, bytes(32)).sign(KEY).add(COSIGNER, at=1)

    with pytest.raises(NoteError, match=f"no checkpoint of {count} events"):
        await notary.cosigned(other)


async def test_keys_are_handed_over_and_old_checkpoints_still_hold(
    store: ProofStore,
) -> None:
    whole = ledger_of(9).events
    ledger = Rows(whole[:5])
    await _notary(ledger, store).sign()
    ring = KEYS.ring.rotate(KEY.verifier, NEXT_KEY.verifier, at=7)
    for size, signers in ((7, (KEY, NEXT_KEY)), (9, (NEXT_KEY,))):
        ledger.events[:] = whole[:size]
        await _notary(ledger, store, keys=NotaryKeys(signers, ring)).sign()

    notes = [Note.parse(kept.note) for kept in await store.checkpoints()]
    assert [_ids(ring.attest(note).by) for note in notes] == [
        [KEY.verifier.id],
        [KEY.verifier.id, NEXT_KEY.verifier.id],
        [NEXT_KEY.verifier.id],
    ]


async def test_the_tree_lies_beside_the_ledger_it_is_of(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ledger = await open_sqlite(str(path), Clock(), tables=METADATA.sorted_tables)
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    store = SqlProofs(engine)
    notary = Notary(ledger.storage, store, KEYS, clock=Clock())
    for _ in range(3):
        await ledger.append(ask(answer(), answer("2.1.2")))
        await notary.sign()

    assert [kept.size for kept in await store.checkpoints()] == [2, 4, 6]
    await ledger.close()
    await engine.dispose()


async def test_a_database_without_the_tables_says_so(tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/empty.db")

    with pytest.raises(StoreError, match="the proofs cannot be read or kept"):
        await SqlProofs(engine).head()

    await engine.dispose()


def _ids(signed: Sequence[Signed]) -> list[bytes]:
    return [found.key.id for found in signed]
