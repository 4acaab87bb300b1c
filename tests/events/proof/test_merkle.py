"""The tree, its tiles and its proofs, each size against the definition."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.proof.memory import MemoryProofs
from events.proof.merkle import (
    EMPTY_ROOT,
    ProofError,
    Span,
    check_consistency,
    check_inclusion,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
)
from events.proof.tile import (
    Edge,
    MissingTileError,
    TileName,
    prove_consistency,
    prove_inclusion,
    root_at,
    span_hash,
    tiles_of,
)

SIZES = (*range(34), 63, 64, 65, 127, 128, 129)
LARGE = (255, 256, 257, 511, 512, 513, 1000, 65535, 65536, 65537, 66000)

REFERENCE_LEAVES = tuple(
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
REFERENCE_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Of the certificate-transparency reference tests, from no leaf to eight."""


def _leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(32)) for number in range(count)]


def _defined(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, as it is written there."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = max(1 << n for n in range(20) if 1 << n < len(leaves))
    return node_hash(_defined(leaves[:k]), _defined(leaves[k:]))


def _stored(leaves: Sequence[bytes], step: int = 1000) -> MemoryProofs:
    edge, store = Edge(0, ()), MemoryProofs()
    for at in range(0, len(leaves), step):
        edge, changed = edge.grow(leaves[at : at + step])
        store.kept.update(changed)
    return store


def test_the_roots_are_those_of_the_reference_tests() -> None:
    leaves = [leaf_hash(leaf) for leaf in REFERENCE_LEAVES]

    for size, root in enumerate(REFERENCE_ROOTS):
        edge, _ = Edge(0, ()).grow(leaves[:size])
        assert edge.root().hex() == root


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (
            5,
            8,
            (
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ),
        ),
        (
            2,
            3,
            ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
        ),
        (
            1,
            5,
            (
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ),
        ),
    ],
)
async def test_the_inclusion_proofs_are_those_of_the_reference_tests(
    index: int, size: int, proof: tuple[str, ...]
) -> None:
    store = _stored([leaf_hash(leaf) for leaf in REFERENCE_LEAVES])

    made = await prove_inclusion(index, size, store)

    assert tuple(hash_.hex() for hash_ in made) == proof


@pytest.mark.parametrize(
    ("old", "size", "proof"),
    [
        (1, 1, ()),
        (
            1,
            8,
            (
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ),
        ),
        (
            6,
            8,
            (
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ),
        ),
        (
            2,
            5,
            (
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ),
        ),
    ],
)
async def test_the_consistency_proofs_are_those_of_the_reference_tests(
    old: int, size: int, proof: tuple[str, ...]
) -> None:
    store = _stored([leaf_hash(leaf) for leaf in REFERENCE_LEAVES])

    made = await prove_consistency(old, size, store)

    assert tuple(hash_.hex() for hash_ in made) == proof


async def test_every_leaf_is_proven_in_every_tree() -> None:
    leaves = _leaves(SIZES[-1] + 1)
    store = _stored(leaves)
    for size in SIZES:
        root = _defined(leaves[:size])
        assert await root_at(size, store) == root
        for index in range(size):
            proof = await prove_inclusion(index, size, store)
            spans = inclusion_path(index, size)
            assert proof == tuple(_defined(leaves[slice(*span)]) for span in spans)
            check_inclusion(leaves[index], index, size=size, root=root, proof=proof)
            _refuses_inclusion(leaves, index, size, root, proof)


async def test_every_tree_is_proven_to_extend_every_smaller_one() -> None:
    leaves = _leaves(SIZES[-1] + 1)
    store = _stored(leaves)
    roots = [_defined(leaves[:size]) for size in range(SIZES[-1] + 1)]
    for size in SIZES:
        for old in range(size + 1):
            proof = await prove_consistency(old, size, store)
            spans = consistency_path(old, size)
            assert proof == tuple(_defined(leaves[slice(*span)]) for span in spans)
            check_consistency(old, roots[old], size=size, root=roots[size], proof=proof)
            _refuses_consistency(old, roots[old], size, roots[size], proof)


def _refuses_inclusion(
    leaves: Sequence[bytes],
    index: int,
    size: int,
    root: bytes,
    proof: tuple[bytes, ...],
) -> None:
    other = leaf_hash(b"another event")
    for leaf, at, of, top, hashes in (
        (other, index, size, root, proof),
        (leaves[index], index, size, other, proof),
        (leaves[index], index, size, root, (*proof, other)),
        (leaves[index], index, size, root, (other, *proof)),
        (leaves[index], index, size + 1, _defined(leaves[: size + 1]), proof),
        (leaves[index], size, size, root, proof),
        *((leaves[index], index, size, root, proof[:n]) for n in range(len(proof))),
        *(
            (leaves[index], index, size, root, (*proof[:n], other, *proof[n + 1 :]))
            for n in range(len(proof))
        ),
    ):
        with pytest.raises(ProofError):
            check_inclusion(leaf, at, size=of, root=top, proof=hashes)


def _refuses_consistency(
    old: int, old_root: bytes, size: int, root: bytes, proof: tuple[bytes, ...]
) -> None:
    other = leaf_hash(b"another event")
    for before, top, hashes in (
        (other, root, proof),
        (old_root, root, (*proof, other)),
        (old_root, root, (other, *proof)),
        *((old_root, root, proof[:n]) for n in range(len(proof))),
        *(
            (old_root, root, (*proof[:n], other, *proof[n + 1 :]))
            for n in range(len(proof))
        ),
    ):
        with pytest.raises(ProofError):
            check_consistency(old, before, size=size, root=top, proof=hashes)
    if old:  # every tree extends the empty one
        with pytest.raises(ProofError):
            check_consistency(old, old_root, size=size, root=other, proof=proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_there_is_no_proof_for_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ProofError, match="has no leaf"):
        inclusion_path(index, size)


@pytest.mark.parametrize(("old", "size"), [(4, 3), (-1, 3)])
def test_there_is_no_proof_that_a_tree_extends_a_larger_one(
    old: int, size: int
) -> None:
    with pytest.raises(ProofError, match="does not contain"):
        consistency_path(old, size)
    with pytest.raises(ProofError, match="does not contain"):
        check_consistency(old, EMPTY_ROOT, size=size, root=EMPTY_ROOT, proof=())


async def test_trees_of_several_levels_prove_the_same_way() -> None:
    leaves = _leaves(LARGE[-1])
    store = _stored(leaves)
    edge = Edge(0, ())
    for before, size in zip((0, *LARGE), LARGE, strict=False):
        edge, _ = edge.grow(leaves[before:size])
        root = await root_at(size, store)
        assert edge.root() == root
        assert edge == Edge.of(size, store.kept)
        for index in (0, size // 2, size - 2, size - 1):
            proof = await prove_inclusion(index, size, store)
            check_inclusion(leaves[index], index, size=size, root=root, proof=proof)
        for old in (1, 200, 256, size - 1):
            if old < size:
                first = await root_at(old, store)
                proof = await prove_consistency(old, size, store)
                check_consistency(old, first, size=size, root=root, proof=proof)
    assert await root_at(1000, store) == _defined(leaves[:1000])


@pytest.mark.parametrize("size", [1, 1000, 1_000_000, 1_000_000_000])
def test_a_proof_costs_a_few_tiles_a_level(size: int) -> None:
    levels = -(-size.bit_length() // 8)
    for index in (0, size // 3, size - 1):
        path = inclusion_path(index, size)
        assert len(path) <= size.bit_length()
        assert len(tiles_of(path)) <= 2 * levels
        assert len(tiles_of(consistency_path(index, size))) <= 2 * levels


@given(st.lists(st.integers(0, 300), max_size=6))
def test_a_tree_is_the_same_however_it_grew(steps: list[int]) -> None:
    ends = list(accumulate(steps, initial=0))
    leaves = _leaves(ends[-1])
    grown, tiles = Edge(0, ()), dict[TileName, bytes]()
    for start, end in pairwise(ends):
        grown, changed = grown.grow(leaves[start:end])
        tiles.update(changed)

    at_once, all_tiles = Edge(0, ()).grow(leaves)

    assert grown == at_once
    assert tiles == all_tiles


@pytest.mark.parametrize(
    ("name", "width", "path"),
    [
        (TileName(0, 0), 256, "tile/0/000"),
        (TileName(1, 67), 3, "tile/1/067.p/3"),
        (TileName(0, 1000), 256, "tile/0/x001/000"),
        (TileName(2, 1234067), 1, "tile/2/x001/x234/067.p/1"),
    ],
)
def test_a_tile_is_served_where_tlog_tiles_says(
    name: TileName, width: int, path: str
) -> None:
    assert name.path(width) == path


def test_a_tree_of_70_000_is_cut_as_tlog_tiles_says() -> None:
    edge, tiles = Edge(0, ()).grow([leaf_hash(b"")] * 70_000)

    widths = {name: len(tile) // 32 for name, tile in tiles.items()}
    assert sum(name.level == 0 for name in widths) == 274
    assert widths[TileName(0, 273)] == 112
    assert widths[TileName(1, 0)] == 256
    assert widths[TileName(1, 1)] == 17
    assert widths[TileName(2, 0)] == 1
    assert len(edge.partial) == 3


def test_a_tile_that_is_not_there_is_named() -> None:
    _, tiles = Edge(0, ()).grow(_leaves(300))
    del tiles[TileName(0, 1)]  # type: ignore[attr-defined]  # it is a dict

    with pytest.raises(MissingTileError, match=r"tile/0/001"):
        span_hash(Span(0, 300), tiles)
