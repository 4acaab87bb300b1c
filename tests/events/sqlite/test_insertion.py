"""Rows written many at a time are those rows, however many there are."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from events.sqlite.insertion import Insertion


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE narrow (a INTEGER PRIMARY KEY, b TEXT)")
        columns = ", ".join(f"c{number} INTEGER" for number in range(400))
        connection.execute(f"CREATE TABLE wide ({columns})")
        yield connection


NARROW = Insertion("INSERT INTO narrow", "(?, ?)")


@pytest.mark.parametrize("count", [0, 1, 2, 3, 63, 64, 65, 127, 200])
def test_every_row_is_written_once_and_in_order(
    connection: sqlite3.Connection, count: int
) -> None:
    rows = [(number, f"row {number}") for number in range(count)]

    NARROW.write(connection, rows)

    written = connection.execute("SELECT a, b FROM narrow ORDER BY rowid").fetchall()
    assert written == rows


def test_wide_rows_go_one_by_one_where_no_more_fit(
    connection: sqlite3.Connection,
) -> None:
    rows = [tuple(range(number, number + 400)) for number in range(5)]

    Insertion("INSERT INTO wide", f"({', '.join('?' * 400)})").write(connection, rows)

    assert connection.execute("SELECT * FROM wide ORDER BY c0").fetchall() == rows


def test_of_two_rows_of_one_key_the_later_stands(
    connection: sqlite3.Connection,
) -> None:
    upsert = Insertion(
        NARROW.into, NARROW.row, "ON CONFLICT DO UPDATE SET b = excluded.b"
    )

    upsert.write(connection, [(1, "first"), (2, "other"), (1, "second")])

    written = connection.execute("SELECT a, b FROM narrow ORDER BY a").fetchall()
    assert written == [(1, "second"), (2, "other")]


def test_a_step_writes_many_rows(connection: sqlite3.Connection) -> None:
    steps: list[str] = []
    connection.set_trace_callback(steps.append)

    NARROW.write(connection, [(None, "x")] * 150)

    inserted = [step.count("'x'") for step in steps if "INSERT" in step]
    assert inserted == [64, 64, 22]
