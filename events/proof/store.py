"""Where the tree and its checkpoints are kept, and the little that takes.

The tree is folded from the ledger behind its writers, so it may be smaller than the
ledger for a moment. Several notaries may work on one store: `grow` is a compare-and-set
on the size, and whoever loses reads again.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from events.chain import START
from events.proof.tile import TileReader, Tiles


class TreeHead(NamedTuple):
    """How much of the ledger is in the tree."""

    size: int
    hash: bytes  # the chain hash of the event at position `size`


NO_TREE = TreeHead(0, START)


class KeptCheckpoint(NamedTuple):
    """A signed checkpoint as it lies in the store."""

    size: int
    root: bytes
    head_hash: bytes  # the chain hash of the event at position `size`
    signed_at: int  # microseconds since 1970, by the notary's clock; not signed
    note: str


class ProofStore(TileReader, Protocol):
    """A keeper of tiles and checkpoints; failures are StoreErrors."""

    async def head(self) -> TreeHead:
        """The size of the tree."""
        ...

    async def grow(self, before: TreeHead, after: TreeHead, tiles: Tiles) -> bool:
        """Write changed tiles, all or nothing; False if the size is not `before`'s."""
        ...

    async def keep(self, checkpoint: KeptCheckpoint) -> bool:
        """Keep a checkpoint, or the one of this size with more signatures.

        False, and nothing is changed, where this size has another root.
        """
        ...

    async def checkpoint(self, *, until: int | None = None) -> KeptCheckpoint | None:
        """The last checkpoint, or the last of at most this size."""
        ...

    async def checkpoints(
        self, *, after: int = -1, limit: int = 1000
    ) -> Sequence[KeptCheckpoint]:
        """Checkpoints of more than a size, the smallest first."""
        ...
