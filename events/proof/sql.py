"""The tree and its checkpoints in tables, over an engine that may write.

The statements are plain SQL to any database. Each transaction that writes begins with
the write that it is gated by, so that SQLite takes its lock at once and PostgreSQL
makes rivals wait for the row.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from events.proof.store import NO_TREE, KeptCheckpoint, TreeHead
from events.proof.tables import CHECKPOINTS, TILES, TREE_HEAD
from events.proof.tile import TileName, Tiles
from events.store import StoreError

_ASKED = 1000  # tiles in one statement; each takes two of its parameters


class SqlProofs:
    """A `ProofStore` in a database whose `PROOF_TABLES` exist."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def tiles(self, names: Iterable[TileName]) -> Tiles:
        wanted = [tuple(name) for name in names]
        found: dict[TileName, bytes] = {}
        with _plain_errors():
            async with self._engine.connect() as connection:
                for at in range(0, len(wanted), _ASKED):
                    statement = select(TILES).where(
                        tuple_(TILES.c.level, TILES.c.number).in_(
                            wanted[at : at + _ASKED]
                        )
                    )
                    for level, number, hashes in await connection.execute(statement):
                        found[TileName(level, number)] = hashes
        return found

    async def head(self) -> TreeHead:
        statement = select(TREE_HEAD.c.size, TREE_HEAD.c.hash)
        with _plain_errors():
            async with self._engine.connect() as connection:
                row = (await connection.execute(statement)).first()
        return NO_TREE if row is None else TreeHead(*row)

    async def grow(self, before: TreeHead, after: TreeHead, tiles: Tiles) -> bool:
        move = (
            update(TREE_HEAD)
            .where(TREE_HEAD.c.size == before.size)
            .values(size=after.size, hash=after.hash)
        )
        with _plain_errors():
            try:
                async with self._engine.begin() as connection:
                    moved = await connection.execute(move)
                    if moved.rowcount == 0:
                        if before != NO_TREE:
                            return False
                        first = {"id": 1, "size": after.size, "hash": after.hash}
                        await connection.execute(insert(TREE_HEAD), first)
                    stale = tuple_(TILES.c.level, TILES.c.number).in_(
                        [tuple(name) for name in tiles]
                    )
                    await connection.execute(delete(TILES).where(stale))
                    await connection.execute(insert(TILES), _rows(tiles))
            except IntegrityError:  # another one made the first row
                return False
        return True

    async def keep(self, checkpoint: KeptCheckpoint) -> bool:
        more = (
            update(CHECKPOINTS)
            .where(CHECKPOINTS.c.size == checkpoint.size)
            .where(CHECKPOINTS.c.root == checkpoint.root)
            .values(note=checkpoint.note)
        )
        with _plain_errors():
            try:
                async with self._engine.begin() as connection:
                    if (await connection.execute(more)).rowcount == 0:
                        await connection.execute(
                            insert(CHECKPOINTS), checkpoint._asdict()
                        )
            except IntegrityError:  # this size has another root
                return False
        return True

    async def checkpoint(self, *, until: int | None = None) -> KeptCheckpoint | None:
        statement = select(CHECKPOINTS).order_by(CHECKPOINTS.c.size.desc()).limit(1)
        if until is not None:
            statement = statement.where(CHECKPOINTS.c.size <= until)
        with _plain_errors():
            async with self._engine.connect() as connection:
                row = (await connection.execute(statement)).first()
        return None if row is None else KeptCheckpoint(*row)

    async def checkpoints(
        self, *, after: int = -1, limit: int = 1000
    ) -> Sequence[KeptCheckpoint]:
        statement = (
            select(CHECKPOINTS)
            .where(CHECKPOINTS.c.size > after)
            .order_by(CHECKPOINTS.c.size)
            .limit(limit)
        )
        with _plain_errors():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(statement)).all()
        return [KeptCheckpoint(*row) for row in rows]


def _rows(tiles: Tiles) -> list[dict[str, object]]:
    return [
        {"level": level, "number": number, "hashes": hashes}
        for (level, number), hashes in tiles.items()
    ]


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"the proofs cannot be read or kept: {error.orig}") from error
