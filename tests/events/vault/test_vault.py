"""Words are sealed under keys that lie elsewhere, and can be made unreadable."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from events.store import StoreError
from events.vault.master_key import (
    KEY_SIZE,
    MasterKey,
    create_master_key,
    read_master_key,
)
from events.vault.sqlite import SqliteVault, memory_vault, open_vault
from events.vault.vault import VaultError

CASE = "inspection/brent-2019/case/C-1"
HERE = "inspection-brent-2019 answers/C-1/2.1.2"
WORDS = "he said that nobody had asked him"
MASTER = MasterKey(bytes(range(KEY_SIZE)))


@pytest.fixture
async def vault() -> AsyncIterator[SqliteVault]:
    opened = await memory_vault()
    yield opened
    await opened.close()


async def test_sealed_words_open_where_they_were_sealed(vault: SqliteVault) -> None:
    sealed = await vault.seal(CASE, WORDS, HERE)

    assert await vault.open(sealed, HERE) == WORDS
    assert WORDS.encode() not in sealed.sealed


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.text(max_size=20), text=st.text(), context=st.text(max_size=20))
def test_any_text_comes_back_as_it_was(key: str, text: str, context: str) -> None:
    async def there_and_back() -> str | None:
        vault = await memory_vault()
        try:
            return await vault.open(await vault.seal(key, text, context), context)
        finally:
            await vault.close()

    assert asyncio.run(there_and_back()) == text


async def test_the_same_words_are_never_sealed_alike(vault: SqliteVault) -> None:
    sealed = [await vault.seal(CASE, WORDS, HERE) for _ in range(1000)]

    assert {len(each.nonce) for each in sealed} == {12}
    assert len({each.nonce for each in sealed}) == 1000
    assert len({each.sealed for each in sealed}) == 1000


async def test_words_moved_to_another_place_do_not_open(vault: SqliteVault) -> None:
    sealed = await vault.seal(CASE, WORDS, HERE)

    with pytest.raises(VaultError, match=f"words sealed under `{CASE}` were changed"):
        await vault.open(sealed, HERE + "x")


async def test_words_moved_to_another_key_do_not_open(vault: SqliteVault) -> None:
    sealed = await vault.seal(CASE, WORDS, HERE)
    await vault.seal("other", WORDS, HERE)

    with pytest.raises(VaultError, match="were changed or moved"):
        await vault.open(replace(sealed, key="other"), HERE)


@pytest.mark.parametrize(("field", "at"), [("nonce", 0), ("sealed", 0), ("sealed", -1)])
async def test_one_changed_bit_is_noticed(
    vault: SqliteVault, field: str, at: int
) -> None:
    sealed = await vault.seal(CASE, WORDS, HERE)
    changed = bytearray(getattr(sealed, field))
    changed[at] ^= 1

    with pytest.raises(VaultError, match="were changed or moved"):
        await vault.open(replace(sealed, **{field: bytes(changed)}), HERE)


async def test_words_cut_short_are_noticed(vault: SqliteVault) -> None:
    sealed = await vault.seal(CASE, WORDS, HERE)

    with pytest.raises(VaultError, match="were changed or moved"):
        await vault.open(replace(sealed, nonce=b"", sealed=b""), HERE)


async def test_words_of_a_destroyed_key_are_gone_for_good(vault: SqliteVault) -> None:
    sealed = await vault.seal(CASE, WORDS, HERE)
    other = await vault.seal("other", WORDS, HERE)

    await vault.destroy(CASE)
    await vault.destroy(CASE)

    assert await vault.open(sealed, HERE) is None
    assert await vault.open(other, HERE) == WORDS
    with pytest.raises(VaultError, match=f"the key `{CASE}` was destroyed"):
        await vault.seal(CASE, WORDS, HERE)


async def test_a_key_can_be_destroyed_before_its_first_use(vault: SqliteVault) -> None:
    await vault.destroy(CASE)

    with pytest.raises(VaultError, match="was destroyed"):
        await vault.seal(CASE, WORDS, HERE)


async def test_words_of_a_key_never_known_are_an_error_and_not_erased(
    vault: SqliteVault,
) -> None:
    sealed = await vault.seal(CASE, WORDS, HERE)

    with pytest.raises(VaultError, match="has no key `elsewhere`"):
        await vault.open(replace(sealed, key="elsewhere"), HERE)


async def test_many_first_uses_at_once_make_one_key(vault: SqliteVault) -> None:
    sealed = await asyncio.gather(
        *[vault.seal(CASE, WORDS, str(number)) for number in range(10)]
    )

    opened = [await vault.open(one, str(number)) for number, one in enumerate(sealed)]
    assert opened == [WORDS] * 10


@pytest.mark.parametrize("steps", [0, 1, 2, 5, 20, 100])
async def test_a_sealing_cancelled_at_any_moment_spoils_nothing(
    vault: SqliteVault, steps: int
) -> None:
    sealing = asyncio.create_task(vault.seal(CASE, WORDS, HERE))
    for _ in range(steps):
        await asyncio.sleep(0)
    sealing.cancel()
    await asyncio.gather(sealing, return_exceptions=True)

    sealed = await vault.seal(CASE, WORDS, HERE)

    assert await vault.open(sealed, HERE) == WORDS


async def test_a_key_is_on_disk_before_anything_is_sealed_under_it(
    tmp_path: Path,
) -> None:
    path = str(tmp_path / "keys.db")
    first, second = await open_vault(path, MASTER), await open_vault(path, MASTER)

    sealed = await first.seal(CASE, WORDS, HERE)
    back = await second.seal(CASE, WORDS, HERE)

    assert await second.open(sealed, HERE) == WORDS
    assert await first.open(back, HERE) == WORDS
    await first.close()
    await second.close()


async def test_a_destroyed_key_is_in_none_of_the_files(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    vault = await open_vault(str(path), MASTER)
    await vault.seal(CASE, WORDS, HERE)
    reader = sqlite3.connect(path)
    (wrapped,) = reader.execute("SELECT wrapped FROM keys").fetchone()
    reader.close()

    await vault.destroy(CASE)

    left = [path.read_bytes(), path.with_name("keys.db-wal").read_bytes()]
    await vault.close()
    assert not any(wrapped in bytes_ for bytes_ in left)


async def test_another_master_key_does_not_open_the_vault(tmp_path: Path) -> None:
    path = str(tmp_path / "keys.db")
    vault = await open_vault(path, MASTER)
    await vault.seal(CASE, WORDS, HERE)
    await vault.close()

    with pytest.raises(VaultError, match=f"locked with master key `{MASTER.id}`, not"):
        await open_vault(path, MasterKey(bytes(KEY_SIZE)))


async def test_a_key_changed_in_the_vault_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    vault = await open_vault(str(path), MASTER)
    sealed = await vault.seal(CASE, WORDS, HERE)
    await vault.close()
    changing = sqlite3.connect(path)
    changing.execute("UPDATE keys SET wrapped = zeroblob(60)")
    changing.commit()
    changing.close()

    vault = await open_vault(str(path), MASTER)
    with pytest.raises(VaultError, match=f"the key `{CASE}` in the vault was changed"):
        await vault.open(sealed, HERE)
    await vault.close()


async def test_a_file_that_is_no_vault_is_refused(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("not a database, whatever its name\n" * 100)
    with pytest.raises(StoreError, match="is not a database"):
        await open_vault(str(words), MASTER)

    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE things (name)")
    other.close()
    with pytest.raises(VaultError, match="is a database, but not a vault"):
        await open_vault(str(tmp_path / "other.db"), MASTER)


async def test_a_vault_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    await (await open_vault(str(path), MASTER)).close()
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version = 3")
    newer.close()

    with pytest.raises(VaultError, match="was written by a newer version"):
        await open_vault(str(path), MASTER)


# ---- the master key


def test_a_master_key_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "master.key"

    created = create_master_key(path, lambda size: b"k" * size)

    assert path.stat().st_mode & 0o777 == 0o600
    assert read_master_key(path) == created
    assert "kkk" not in repr(created)
    with pytest.raises(VaultError, match="File exists"):
        create_master_key(path, lambda size: b"x" * size)
    assert read_master_key(path) == created


def test_a_missing_master_key_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="cannot be read: No such file or directory"):
        read_master_key(tmp_path / "master.key")


@pytest.mark.parametrize("text", [b"", b"short\n", b"c2hvcnQ=\n", b"\xff" * 44])
def test_a_file_that_is_no_master_key_is_refused(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(text)

    with pytest.raises(VaultError, match="is not a master key"):
        read_master_key(path)


async def test_a_fingerprint_is_the_same_under_one_key_only() -> None:
    vault = await memory_vault()

    first = await vault.fingerprint("inspection/brent-2019", b"what was said")

    assert first == await vault.fingerprint("inspection/brent-2019", b"what was said")
    assert first != await vault.fingerprint("inspection/brent-2019", b"something else")
    assert first != await vault.fingerprint("inspection/trafford", b"what was said")
    assert first != sha256(b"what was said").digest()
    await vault.close()


async def test_a_fingerprint_goes_with_its_key() -> None:
    vault = await memory_vault()
    await vault.fingerprint("inspection/brent-2019", b"what was said")

    await vault.destroy("inspection/brent-2019")

    with pytest.raises(VaultError, match="was destroyed"):
        await vault.fingerprint("inspection/brent-2019", b"what was said")
    await vault.close()
