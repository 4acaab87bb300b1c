"""Verifying a store and a pack, beside following the hash chain alone.

    python -m tests.benchmarks.verify [EVENTS]

Verifying reads every event, makes the tree anew, checks the signatures, works every
rating out again and compares every row. The floor is the same events, read and linked.
A start of the store follows only the end of the chain, and is timed beside it.
"""

import asyncio
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from events.chain import START, follow
from events.pack.export import Archive, export_ledger
from events.pack.read import read_pack
from events.proof.signing_keys import read_key_ring
from service.config import Settings
from service.logs import logger_to
from service.proof.checkpoints import open_checkpoints
from service.proof.verification import verify_pack, verify_store
from service.records.records import Records, lying_open, open_records
from tests.benchmarks.filling import fill

ROUNDS, PAGE = 3, 1_000


async def main(events: int) -> None:
    """Print the rates, and verifying as a multiple of the floor."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            database=f"sqlite+aiosqlite:///{Path(folder) / 'ledger.db'}",
            signing_key=str(Path(folder) / "signing.key"),
        )
        async with open_records(settings.database, _now) as records:
            await fill(records, events)
            signing = await _timed(lambda: _sign(records, settings))
            position = (await records.store.head()).position
        print(f"{position:,} events; folded and signed in {signing:.1f} s")
        opening = [await _timed(lambda: _open(settings)) for _ in range(ROUNDS)]
        floor, store, pack = [], [], []
        packed = await _pack(settings)
        for _ in range(ROUNDS):
            floor.append(await _timed(lambda: _linked(settings)))
            store.append(await _timed(lambda: _verified(settings)))
            begun = time.perf_counter()
            report = verify_pack(read_pack(io.BytesIO(packed)), (), None)
            assert not report.findings, report
            pack.append(time.perf_counter() - begun)
    for what, took in (
        ("opened for service", opening),
        ("read and linked", floor),
        ("store verified", store),
        (f"pack of {len(packed) / 1e6:.0f} MB verified", pack),
    ):
        _print(what, took, floor, position)


def _print(
    what: str, took: Sequence[float], floor: Sequence[float], events: int
) -> None:
    ratios = [mine / theirs for mine, theirs in zip(took, floor, strict=True)]
    middle = statistics.median(took)
    print(
        f"{what}: {middle:.2f} s ({min(took):.2f} to {max(took):.2f}), "
        f"{events / middle:,.0f} events/s, {statistics.median(ratios):.2f} of the floor"
    )


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    begun = time.perf_counter()
    await work()
    return time.perf_counter() - begun


async def _sign(records: Records, settings: Settings) -> None:
    logger = logger_to(io.BytesIO(), level="error", now=_now)
    checkpoints = await open_checkpoints(settings, records, now=_now, logger=logger)
    assert await checkpoints.sign() is not None


async def _open(settings: Settings) -> None:
    async with open_records(settings.database, _now):
        pass


async def _linked(settings: Settings) -> None:
    async with lying_open(settings.database) as store:
        position, hash_ = 0, START
        while rows := await store.pages.page(after=position, limit=PAGE):
            hash_ = follow(hash_, rows, after=position)
            position += len(rows)


async def _verified(settings: Settings) -> None:
    ring = read_key_ring(Path(settings.signing_key))
    async with lying_open(settings.database) as store:
        report = await verify_store(store, ring, ())
    assert not report.findings, report


async def _pack(settings: Settings) -> bytes:
    ring = read_key_ring(Path(settings.signing_key))
    written = io.BytesIO()
    async with lying_open(settings.database) as store:
        await export_ledger(Archive(store.pages, store.proofs, ring), written)
    return written.getvalue()


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
