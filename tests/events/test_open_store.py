"""The URL says which store it is, and what is wrong is said in a sentence."""

from pathlib import Path

import pytest

from events.open_store import open_store
from events.store import StoreError
from tests.events.asking import Clock, answer, ask


async def test_a_sqlite_url_opens_a_file(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/ledger.db"

    store = await open_store(url, clock)
    await store.append(ask(answer()))
    await store.close()

    again = await open_store(url, clock)
    assert len(await again.read_all()) == 1
    await again.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite+aiosqlite://", "a ledger needs a file"),
        ("sqlite+aiosqlite:///:memory:", "a ledger needs a file"),
        ("postgresql+asyncpg://u:secret@127.0.0.1:1/d", "`d` cannot be reached"),
        ("postgresql+asyncpg://u:secret@h:port/d", "URL cannot be read"),
        ("mysql://u:secret@h/d", "a `mysql` database cannot hold a ledger"),
        ("adjudge.db", "the database URL cannot be read"),
    ],
)
async def test_other_urls_are_refused_without_their_password(
    url: str, sentence: str, clock: Clock
) -> None:
    with pytest.raises(StoreError, match=sentence) as refused:
        await open_store(url, clock)

    assert "secret" not in str(refused.value)
