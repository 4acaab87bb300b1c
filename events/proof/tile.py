"""The tree cut into tiles of 256 hashes, as C2SP `tlog-tiles` cuts it.

Tile `n` of level 0 has the hashes of leaves `256n` to `256n + 255`; entry `i` of a tile
of level `l + 1` is the root over the full tile `i` of level `l` (counted through the
level). A tile that is not full yet is called partial; a full one never changes. A tile
is written as its hashes one after another, 32 bytes each, and is served under

    tile/<level>/<number>         full
    tile/<level>/<number>.p/<w>   partial, w hashes wide

with the number in groups of three digits, all but the last led by `x`: `x001/x234/067`.

A tile only ever grows at its end, so the tiles of a tree hold those of every smaller
one, and a proof for any size is made from the tiles of today: one span needs at most
one tile of each level.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import NamedTuple, Protocol, Self

from msgspec import Struct

from events.proof.merkle import (
    EMPTY_ROOT,
    HASH_SIZE,
    Hashes,
    Span,
    consistency_path,
    inclusion_path,
    node_hash,
)

HEIGHT = 8
WIDTH = 1 << HEIGHT
_FULL = WIDTH * HASH_SIZE


class TileName(NamedTuple):
    """Where a tile stands in the tree."""

    level: int
    number: int

    def path(self, width: int = WIDTH) -> str:
        """Where `tlog-tiles` serves it, `width` hashes wide."""
        groups = f"{self.number:03}"
        groups = groups.rjust(-(-len(groups) // 3) * 3, "0")
        threes = [groups[at : at + 3] for at in range(0, len(groups), 3)]
        number = "/".join([*(f"x{three}" for three in threes[:-1]), threes[-1]])
        partial = "" if width == WIDTH else f".p/{width}"
        return f"tile/{self.level}/{number}{partial}"


Tiles = Mapping[TileName, bytes]


class TileReader(Protocol):
    """Wherever tiles are kept."""

    async def tiles(self, names: Iterable[TileName]) -> Tiles:
        """These tiles as they are now; one that is not there is left out."""
        ...


class MissingTileError(LookupError):
    """A tile that the tree must have is not there, or is too short."""


class _Node(NamedTuple):
    """The root over the leaves from `number << level`, `1 << level` of them."""

    level: int
    number: int

    @property
    def tile(self) -> TileName:
        level, height = divmod(self.level, HEIGHT)
        return TileName(level, self.number << height >> HEIGHT)


def tiles_of(spans: Iterable[Span]) -> frozenset[TileName]:
    """The tiles that `span_hash` needs for these spans."""
    return frozenset(node.tile for span in spans for node in _nodes(span))


def span_hash(span: Span, tiles: Tiles) -> bytes:
    """The root over a span that `merkle` named, or over a tree from leaf 0."""
    hashes = [_node_hash(node, tiles) for node in _nodes(span)]
    if not hashes:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


async def root_at(size: int, reader: TileReader) -> bytes:
    """The root of the tree when it had this size."""
    (root,) = await _hashes((Span(0, size),), reader)
    return root


async def prove_inclusion(index: int, size: int, reader: TileReader) -> Hashes:
    """The proof that `events.proof.merkle.check_inclusion` takes."""
    return await _hashes(inclusion_path(index, size), reader)


async def prove_consistency(old: int, size: int, reader: TileReader) -> Hashes:
    """The proof that `events.proof.merkle.check_consistency` takes."""
    return await _hashes(consistency_path(old, size), reader)


class Edge(Struct, frozen=True):
    """The growing end of the tree: the partial tile of each level, from level 0."""

    size: int
    partial: tuple[bytes, ...]

    @classmethod
    def names(cls, size: int) -> tuple[TileName, ...]:
        """The tiles to read to go on from a tree of this size."""
        return tuple(
            TileName(level, size >> HEIGHT * (level + 1))
            for level in range(_levels(size))
        )

    @classmethod
    def of(cls, size: int, tiles: Tiles) -> Self:
        """The edge of the tree of this size, cut from tiles that may have grown on."""
        return cls(
            size,
            tuple(
                _cut(tiles, name, (size >> HEIGHT * name.level) % WIDTH)
                for name in cls.names(size)
            ),
        )

    def root(self) -> bytes:
        """The root of the tree that ends here."""
        names = self.names(self.size)
        tiles = dict(zip(names, self.partial, strict=True))
        return span_hash(Span(0, self.size), tiles)

    def grow(self, leaves: Sequence[bytes]) -> tuple["Edge", Tiles]:
        """The edge after more leaf hashes, and every tile that changed on the way."""
        changed: dict[TileName, bytes] = {}
        partial: list[bytes] = []
        added: Sequence[bytes] = leaves
        level = 0
        while added or level < len(self.partial):
            before = self.partial[level] if level < len(self.partial) else b""
            hashes = before + b"".join(added)
            first = self.size >> HEIGHT * (level + 1)
            tiles = [hashes[at : at + _FULL] for at in range(0, len(hashes), _FULL)]
            if added:
                changed |= {
                    TileName(level, first + n): tile for n, tile in enumerate(tiles)
                }
            full = len(hashes) // _FULL
            partial.append(hashes[full * _FULL :])
            added = [_tile_root(tile) for tile in tiles[:full]]
            level += 1
        return Edge(self.size + len(leaves), tuple(partial)), changed


def leaf_at(index: int, tiles: Tiles) -> bytes:
    """The hash of one leaf; nothing where the tiles do not have it."""
    number, place = divmod(index, WIDTH)
    return tiles.get(TileName(0, number), b"")[place * HASH_SIZE :][:HASH_SIZE]


async def _hashes(spans: Sequence[Span], reader: TileReader) -> Hashes:
    """All with one reading, so that a proof is of one moment."""
    tiles = await reader.tiles(tiles_of(spans))
    return tuple(span_hash(span, tiles) for span in spans)


def _nodes(span: Span) -> Iterator[_Node]:
    """The full subtrees a span is made of, the largest first.

    INVARIANT (aligned): a span starts at a multiple of its largest full subtree, as all
    spans do that come of splitting a tree from leaf 0.
    """
    start, end = span
    while start < end:
        level = (end - start).bit_length() - 1
        yield _Node(level, start >> level)
        start += 1 << level


def _node_hash(node: _Node, tiles: Tiles) -> bytes:
    height = node.level % HEIGHT
    first = (node.number << height) % WIDTH
    hashes = _cut(tiles, node.tile, first + (1 << height))
    return _tile_root(hashes[first * HASH_SIZE :])


def _cut(tiles: Tiles, name: TileName, width: int) -> bytes:
    """The first `width` hashes of a tile."""
    hashes = tiles.get(name, b"")[: width * HASH_SIZE]
    if len(hashes) != width * HASH_SIZE:
        raise MissingTileError(f"the tree has no `{name.path()}` of {width} hashes")
    return hashes


def _tile_root(hashes: bytes) -> bytes:
    """The root over a whole power of two of hashes."""
    row = [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)]
    while len(row) > 1:
        row = list(map(node_hash, row[::2], row[1::2]))
    return row[0]


def _levels(size: int) -> int:
    return -(-size.bit_length() // HEIGHT)
