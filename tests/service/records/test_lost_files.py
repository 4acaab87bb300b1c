"""A ledger, a vault or a master key that was lost is said to be, and never replaced."""

import asyncio
import stat
from pathlib import Path

import pytest

from events.store import StoreError
from events.vault.sqlite import open_vault
from service.app import open_application
from service.records.key_vault import open_keys
from service.records.records import open_records
from tests.service.keeping import Place, filled


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    return filled(tmp_path, capsys)


def _remove(file: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _empty(file: Path) -> None:
    _remove(file)
    file.touch()


def test_a_vault_that_was_lost_is_not_replaced(place: Place) -> None:
    _remove(place.vault)

    code, _, said = place.call("serve")

    assert code == 3
    assert "the vault" in said
    assert "is missing, and the ledger holds words sealed with it" in said
    assert "restore it from its backup" in said
    assert not place.vault.exists()


async def test_a_master_key_without_its_vault_is_no_new_start(tmp_path: Path) -> None:
    place = Place(tmp_path, None)
    await _make_key(place)
    _remove(place.vault)

    with pytest.raises(StoreError, match="is missing, and its master key is there"):
        await _open_and_close(place, identities=None)


def test_sealed_words_without_vault_and_master_key_are_no_new_start(
    place: Place,
) -> None:
    _remove(place.vault)
    (place.folder / "master.key").unlink()

    code, _, said = place.call("serve")

    assert code == 3
    assert "restore it from its backup" in said
    assert not (place.folder / "master.key").exists()


def test_an_empty_vault_is_refused(place: Place) -> None:
    _empty(place.vault)

    code, _, said = place.call("serve")

    assert code == 3
    assert "is empty; restore it from its backup" in said
    assert place.vault.stat().st_size == 0


@pytest.mark.parametrize("keep_key", [True, False])
async def test_who_knows_goes_on_without_the_old_words(
    place: Place, *, keep_key: bool
) -> None:
    _remove(place.vault)
    if not keep_key:
        (place.folder / "master.key").unlink()

    await _open_and_close(place, accept_lost_vault=True)

    assert place.vault.exists()


def test_a_ledger_that_was_lost_is_not_replaced(place: Place) -> None:
    _remove(place.ledger)

    code, _, said = place.call("serve")

    assert code == 3
    assert "is missing, but the vault" in said
    assert "holds keys; restore it from its backup" in said
    assert not place.ledger.exists()


def test_a_ledger_that_begins_anew_beside_keys_is_refused(place: Place) -> None:
    _remove(place.ledger)
    asyncio.run(_make_new_ledger(place))

    code, _, said = place.call("serve")

    assert code == 3
    assert "the ledger" in said


def test_a_vault_with_keys_alone_does_not_fit_a_new_ledger(place: Place) -> None:
    """As when it was killed before it remembered how far the ledger went."""
    other = Place(place.folder / "other", place.capsys)
    other.folder.mkdir()
    asyncio.run(_make_key(other))
    asyncio.run(_make_new_ledger(other))

    with pytest.raises(StoreError, match="holds keys, but the ledger is new"):
        asyncio.run(_open_and_close(other, identities=None))


@pytest.mark.parametrize("command", [("serve",), ("history", "brent"), ("rebuild",)])
def test_an_empty_ledger_is_refused(place: Place, command: tuple[str, ...]) -> None:
    _empty(place.ledger)

    code, _, said = place.call(*command)

    assert code == 3
    assert "is empty; restore it from its backup, or remove it to begin anew" in said
    assert place.ledger.stat().st_size == 0


async def test_ledger_and_vault_are_for_their_owner_alone(tmp_path: Path) -> None:
    place = Place(tmp_path, None)
    await _open_and_close(place, identities=None)

    for file in (place.ledger, place.vault, tmp_path / "master.key"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    await _open_and_close(place, identities=None)


async def test_a_key_is_in_the_vault_itself_once_it_is_used(place: Place) -> None:
    copy = place.folder / "copy.db"
    async with open_keys(place.settings) as vault:
        sealed = await vault.seal("k", "words", "c")
        copy.write_bytes(place.vault.read_bytes())  # without what lies beside it
        master = vault._master  # noqa: SLF001  the copy is opened with the same
    copied = await open_vault(str(copy), master)
    assert await copied.open(sealed, "c") == "words"
    await copied.close()


async def _open_and_close(place: Place, **changes: object) -> None:
    async with open_application(
        place.changed(**changes), now=place.clock, new_id=lambda: "id"
    ):
        pass


async def _make_new_ledger(place: Place) -> None:
    async with open_records(place.settings.database, place.clock):
        pass


async def _make_key(place: Place) -> None:
    async with open_keys(place.settings) as vault:
        await vault.seal("k", "words", "c")
