"""What is said of each way in which PostgreSQL says no."""

import asyncpg
import pytest
from sqlalchemy import make_url

from events.postgres.errors import plain, plain_errors
from events.store import Overloaded, StoreError

URL = make_url("postgresql+asyncpg://u:secret@h/ledger")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (asyncpg.InvalidPasswordError(), "the database `ledger` refuses this user"),
        (asyncpg.InsufficientPrivilegeError(), "may not use the ledger in `ledger`"),
        (asyncpg.DiskFullError(), "no space is left to write `ledger`"),
        (asyncpg.AdminShutdownError(), "the connection to `ledger` was lost"),
        (asyncpg.CheckViolationError("words"), r"used: CheckViolation \(23514\)"),
        (TimeoutError(), "`ledger` cannot be reached"),
    ],
)
def test_a_fault_is_one_sentence_without_what_was_written(
    error: BaseException, sentence: str
) -> None:
    with pytest.raises(StoreError, match=sentence) as raised, plain_errors(URL):
        raise error

    assert not {"words", "secret"} & {*str(raised.value).split()}


@pytest.mark.parametrize(
    "error", [asyncpg.LockNotAvailableError(), asyncpg.TooManyConnectionsError()]
)
def test_what_passes_by_itself_is_overload(error: BaseException) -> None:
    assert isinstance(plain(error, URL), Overloaded)
