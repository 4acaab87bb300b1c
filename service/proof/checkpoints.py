"""Checkpoints of an open ledger: their key, their witnesses, the task that signs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from secrets import token_bytes, token_hex

from structlog.typing import FilteringBoundLogger

from events.proof.note_key import NoteError
from events.proof.signing_keys import create_signing_keys
from events.proof.witness import FileWitness, Witness
from events.store import StoreError
from service.config import Settings
from service.proof.checkpointing import Bench, Checkpointing
from service.proof.witness_webhook import Webhook
from service.records.alone import alone_in
from service.records.records import Records
from service.refusal import Refused

_LAST_DELIVERY = 5.0  # seconds


@asynccontextmanager
async def checkpointing(
    settings: Settings,
    records: Records,
    *,
    now: Callable[[], datetime],
    logger: FilteringBoundLogger,
) -> AsyncIterator[Checkpointing]:
    """Sign checkpoints of these records while the block runs, and once at its end.

    Raises StoreError where the signing key cannot be used.
    """
    checkpoints, webhook = await _opened(settings, records, now=now, logger=logger)
    await checkpoints.check()
    tasks = [asyncio.create_task(checkpoints.keep_signing(settings.checkpoint_seconds))]
    if webhook is not None:
        tasks.append(asyncio.create_task(webhook.deliver(checkpoints.cosign)))
    try:
        yield checkpoints
    finally:
        tasks[0].cancel()
        with suppress(StoreError, Refused):  # told in the log
            await checkpoints.sign()
        if webhook is not None:
            await webhook.drained(_LAST_DELIVERY)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def open_checkpoints(
    settings: Settings,
    records: Records,
    *,
    now: Callable[[], datetime],
    logger: FilteringBoundLogger,
) -> Checkpointing:
    """The same for one command: it signs when it is told to."""
    checkpoints, _ = await _opened(settings, records, now=now, logger=logger)
    return checkpoints


async def _opened(
    settings: Settings,
    records: Records,
    *,
    now: Callable[[], datetime],
    logger: FilteringBoundLogger,
) -> tuple[Checkpointing, Webhook | None]:
    keys = Path(settings.signing_key)
    async with alone_in(keys.parent):
        await _require_keys(keys, settings.ledger_name, records)
    webhook = Webhook(settings.witness_url, logger) if settings.witness_url else None
    witnesses: list[Witness] = []
    if settings.witness_path is not None:
        witnesses.append(FileWitness(Path(settings.witness_path)))
    if webhook is not None:
        witnesses.append(webhook)
    bench = Bench(records.pages, records.proofs, keys, tuple(witnesses))
    return Checkpointing(bench, now=now, logger=logger), webhook


async def _require_keys(path: Path, name: str | None, records: Records) -> None:
    """A ledger nothing was signed of yet gets a new key; any other has one."""
    if path.exists():  # noqa: ASYNC240 - once, before anything is served
        return
    if await records.proofs.checkpoint() is not None:
        raise StoreError(
            f"the ledger has checkpoints, and their signing key `{path}` is not there"
        )
    try:
        create_signing_keys(path, name or f"adjudge/{token_hex(8)}", token_bytes)
    except NoteError as error:
        raise StoreError(f"`ledger_name` cannot be used: {error}") from error
