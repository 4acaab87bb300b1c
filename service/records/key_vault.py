"""The vault that the settings name, opened with its master key, and the key rotated."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from secrets import token_bytes

from events.vault.file import master_of
from events.vault.master_key import (
    MasterKey,
    create_master_key,
    next_master_key,
    settle_master_key,
)
from events.vault.sqlite import SqliteVault, open_vault
from events.vault.vault import VaultError
from service.config import Settings
from service.records.alone import alone_in


@asynccontextmanager
async def open_keys(settings: Settings) -> AsyncIterator[SqliteVault]:
    """The vault of these settings; one that is new gets a new master key.

    Raises VaultError where either cannot be used.
    """
    key = Path(settings.master_key)
    async with alone_in(key.parent):
        _refuse_lost(settings)
        vault = await open_vault(
            settings.vault,
            _master_key(settings),
            reread=partial(settle_master_key, key),
        )
    try:
        yield vault
    finally:
        await vault.close()


async def rotate(settings: Settings) -> tuple[int, str]:
    """Wrap every key with a new master key; how many there are, and its id.

    Broken off at any point, it is finished by the next one, or by the next start: the
    new key lies beside the old one until the vault is under it.
    """
    path = Path(settings.master_key)
    async with open_keys(settings) as vault:
        master = next_master_key(path, token_bytes)
        wrapped = await vault.wrap_anew(master)
        settle_master_key(path, master.id)
    return wrapped, master.id


def _refuse_lost(settings: Settings) -> None:
    """A master key without a vault is what is left of one that was lost."""
    if settings.accept_lost_vault or Path(settings.vault).exists():
        return
    if Path(settings.master_key).exists():
        raise lost_vault(settings, "its master key is there")


def lost_vault(settings: Settings, because: str) -> VaultError:
    """What to say of a vault that must have been there."""
    return VaultError(
        f"the vault `{settings.vault}` is missing, and {because}; restore it from its "
        f"backup, or set `accept_lost_vault` to go on without the words it opened"
    )


def _master_key(settings: Settings) -> MasterKey:
    key, vault = Path(settings.master_key), Path(settings.vault)
    if vault.exists():
        return settle_master_key(key, master_of(settings.vault))
    if key.exists():
        return settle_master_key(key, None)
    return create_master_key(key, token_bytes)
