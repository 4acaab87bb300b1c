"""What must have been there and is not: told before anything takes its place."""

from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from events.store import EventStore, StoreError
from events.vault.file import holds_keys
from service.config import Settings
from service.records.key_vault import lost_vault
from service.records.ledger_end import holds_words


def check_before(settings: Settings) -> None:
    """Refuse to make a new ledger beside a vault that holds keys."""
    ledger = sqlite_file_of(settings.database)
    if ledger is None or ledger.exists() or not _holds_keys(settings):
        return
    raise StoreError(
        f"the ledger `{ledger}` is missing, but the vault `{settings.vault}` holds "
        f"keys; restore it from its backup, or name another vault for a new ledger"
    )


async def check_opened(settings: Settings, store: EventStore) -> None:
    """Refuse an open ledger that does not fit the vault there is, or is not."""
    if not _vault(settings).exists():
        if not settings.accept_lost_vault and await holds_words(store):
            raise lost_vault(settings, "the ledger holds words sealed with it")
    elif not (await store.head()).position and _holds_keys(settings):
        raise StoreError(
            f"the vault `{settings.vault}` holds keys, but the ledger is new; restore "
            f"the ledger from its backup, or name another vault for a new one"
        )


def sqlite_file_of(database: str) -> Path | None:
    """The file that an SQLite address names."""
    try:
        parsed = make_url(database)
    except (ArgumentError, ValueError):
        return None  # opening it says what is wrong
    on_file = parsed.drivername.startswith("sqlite") and parsed.database
    return Path(str(parsed.database)) if on_file else None


def _holds_keys(settings: Settings) -> bool:
    vault = _vault(settings)
    return vault.exists() and vault.stat().st_size > 0 and holds_keys(str(vault))


def _vault(settings: Settings) -> Path:
    return Path(settings.vault)
