"""Read models that somebody altered: said in one sentence, and mended by a rebuild."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.service.keeping import Place, filled

DRIFTS = (
    "ALTER TABLE rating_history DROP COLUMN rule_line",
    "ALTER TABLE rating_history ADD COLUMN note TEXT",
    "DROP TABLE rating_history",
)


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    return filled(tmp_path, capsys)


def _drift(place: Place, statement: str) -> None:
    with closing(sqlite3.connect(place.ledger)) as connection:
        connection.execute(statement)


def test_a_missing_column_is_said_in_one_sentence(place: Place) -> None:
    _drift(place, DRIFTS[0])

    code, _, said = place.call("history", "brent")

    assert code == 3
    assert said.count("\n") == 1
    assert "store-unavailable: the read models cannot be read" in said
    assert "`adjudge rebuild`" in said


@pytest.mark.parametrize("statement", DRIFTS)
def test_a_rebuild_mends_tables_that_were_altered(place: Place, statement: str) -> None:
    before = place.told("history", "brent")
    _drift(place, statement)

    code, printed, _ = place.call("rebuild", "--json")
    rebuilt = json.loads(printed)

    assert code == 1
    assert rebuilt["differed"]["rating_history"] == rebuilt["rows"]["rating_history"]
    assert place.told("history", "brent") == before
    assert place.told("rebuild")["differed"]["rating_history"] == 0
