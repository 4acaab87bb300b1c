"""How far the ledger was seen to go, remembered where the ledger's owner is not.

The vault keeps the last position and its hash. A ledger that comes back shorter, or
with another event there, is an old backup or another ledger: it is refused before it
takes a write. What was written in the last second before a crash may not have been
remembered, so the loss of that alone is not noticed.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from structlog.typing import FilteringBoundLogger

from events.recorded import RecordedEvent
from events.sealed import SealedText
from events.store import EventStore, ProvableStore, StoreError
from events.vault.vault import Vault

_EVERY = 1.0  # seconds


class LedgerBehind(StoreError):
    """The ledger is not the one that was seen last, or not all of it."""


async def check_end(store: ProvableStore, vault: Vault) -> None:
    """Refuse a ledger that does not reach, or does not hold, what was seen last."""
    seen, head = await vault.remembered(), await store.head()
    if head.position < seen.position:
        raise LedgerBehind(
            f"the ledger ends at position {head.position}, but {seen.position} was "
            f"acknowledged: {seen.position - head.position} events are missing"
        )
    if seen.position and await store.hash_at(seen.position) != seen.hash:
        raise LedgerBehind(
            f"position {seen.position} of the ledger holds another event than the one "
            f"that was acknowledged there"
        )


async def holds_words(store: EventStore) -> bool:
    """Whether anything in the ledger was sealed: it is read until that is known."""
    after = 0
    while page := await store.read_all(after=after):
        if any(map(_is_sealed, page)):
            return True
        after = page[-1].position
    return False


def _is_sealed(event: RecordedEvent) -> bool:
    return any(
        isinstance(value, SealedText) for value in msgspec.structs.astuple(event.data)
    )


@asynccontextmanager
async def remembering(
    store: EventStore, vault: Vault, logger: FilteringBoundLogger
) -> AsyncIterator[None]:
    """Remember the end of the ledger once a second while it moves, and at the end."""
    task = asyncio.create_task(_remember_always(store, vault, logger))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await _remember(store, vault, logger)


async def _remember_always(
    store: EventStore, vault: Vault, logger: FilteringBoundLogger
) -> None:
    while True:
        await _remember(store, vault, logger)
        await asyncio.sleep(_EVERY)


async def _remember(
    store: EventStore, vault: Vault, logger: FilteringBoundLogger
) -> None:
    try:
        head, seen = await store.head(), await vault.remembered()
        if head.position > seen.position:
            await vault.remember(head)
        elif head.position < seen.position:
            logger.error("ledger_behind", at=head.position, seen=seen.position)
    except StoreError:  # it may be full for a while; the next second tries again
        logger.warning("end_not_remembered")
