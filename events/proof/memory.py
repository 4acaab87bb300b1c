"""A tree and its checkpoints in memory, for tests and for packs; it forgets on exit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from events.proof.store import NO_TREE, KeptCheckpoint, TreeHead
from events.proof.tile import TileName, Tiles


@dataclass(slots=True)
class MemoryProofs:
    """Dictionaries."""

    tree: TreeHead = NO_TREE
    kept: dict[TileName, bytes] = field(default_factory=dict)
    signed: dict[int, KeptCheckpoint] = field(default_factory=dict)

    async def tiles(self, names: Iterable[TileName]) -> Tiles:
        return {name: self.kept[name] for name in names if name in self.kept}

    async def head(self) -> TreeHead:
        return self.tree

    async def grow(self, before: TreeHead, after: TreeHead, tiles: Tiles) -> bool:
        if self.tree.size != before.size:
            return False
        self.kept.update(tiles)
        self.tree = after
        return True

    async def keep(self, checkpoint: KeptCheckpoint) -> bool:
        known = self.signed.get(checkpoint.size)
        if known is not None and known.root != checkpoint.root:
            return False
        self.signed[checkpoint.size] = checkpoint
        return True

    async def checkpoint(self, *, until: int | None = None) -> KeptCheckpoint | None:
        sizes = [size for size in self.signed if until is None or size <= until]
        return self.signed[max(sizes)] if sizes else None

    async def checkpoints(
        self, *, after: int = -1, limit: int = 1000
    ) -> Sequence[KeptCheckpoint]:
        sizes = sorted(size for size in self.signed if size > after)
        return [self.signed[size] for size in sizes[:limit]]
