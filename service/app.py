"""The composition root: everything the service is made of, chosen in one place."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from secrets import token_bytes

from aiohttp import web

from events.master_key import MasterKey, create_master_key, read_master_key
from events.recorded import Origin
from events.sqlite_vault import open_vault
from service.adoption import adopt_packaged
from service.api import Build, Parts, application
from service.config import Settings
from service.identity import LocalIdentities
from service.logs import logger_to
from service.records import open_records
from service.version import VERSION

ITSELF = "system:adjudge"
"""The actor of what the service does of its own accord."""


@asynccontextmanager
async def open_application(
    settings: Settings, *, now: Callable[[], datetime], new_id: Callable[[], str]
) -> AsyncIterator[web.Application]:
    """The API over the ledger and the vault the settings name.

    At the end all that was accepted is written. Raises StoreError and IdentitiesError.
    """
    people = settings.identities
    identities = LocalIdentities.read(Path(people)) if people else LocalIdentities(())
    vault = await open_vault(settings.vault, _master_key(settings))
    try:
        async with open_records(settings.database, now) as records:
            itself = Origin(actor=ITSELF, observed_at=now())
            await adopt_packaged(records.store, records.shelf, itself)
            yield application(
                Parts(
                    desk=records.desk,
                    store=records.store,
                    engine=records.engine,
                    shelf=records.shelf,
                    vault=vault,
                    identities=identities,
                    logger=logger_to(
                        sys.stderr.buffer, level=settings.log_level, now=now
                    ),
                    clock=now,
                    new_id=new_id,
                    build=Build(VERSION),
                    body_limit=settings.body_limit,
                    body_seconds=settings.body_seconds,
                )
            )
    finally:
        await vault.close()


def _master_key(settings: Settings) -> MasterKey:
    """The key that wraps the vault's; a vault that is new gets a new one."""
    key, vault = Path(settings.master_key), Path(settings.vault)
    if vault.exists() or key.exists():
        return read_master_key(key)
    return create_master_key(key, token_bytes)
