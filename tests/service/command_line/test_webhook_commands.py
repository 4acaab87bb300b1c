"""Deliveries that were given up, at a terminal."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.service.keeping import Place, filled

HOOK = "INSERT INTO webhooks VALUES ('w-1', 'https://example.org/x', ?, 'greta', 0, 0)"
LOST = (
    "INSERT INTO webhook_deliveries VALUES"
    " ('w-1', ?, 'rating-changed', 'brent', 12, NULL, 'it answered with status 500')"
)


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    """A ledger with a webhook for which two deliveries were given up."""
    place = filled(tmp_path, capsys)
    with closing(sqlite3.connect(place.ledger)) as connection, connection:
        connection.execute(HOOK, ("rating-changed",))
        connection.executemany(LOST, [(7,), (9,)])
    return place


def test_what_was_given_up_is_shown(place: Place) -> None:
    code, shown, _ = place.call("webhooks", "list")
    _, as_json, _ = place.call("webhooks", "list", "--json")

    assert code == 1
    assert shown == (
        "w-1 https://example.org/x: 0 wait, 2 given up\n"
        "  event 7 of brent, rating-changed: it answered with status 500, 12 times\n"
        "  event 9 of brent, rating-changed: it answered with status 500, 12 times\n"
    )
    assert [it["position"] for it in json.loads(as_json)[0]["given_up"]] == [7, 9]


def test_what_was_given_up_is_tried_again(place: Place) -> None:
    one = place.call("webhooks", "retry", "w-1", "--position", "7")
    all_ = place.call("webhooks", "retry", "w-1", "--json")
    none, _, said = place.call("webhooks", "retry", "w-1")
    code, shown, _ = place.call("webhooks", "list")

    assert one[:2] == (0, "w-1: 1 are tried again\n")
    assert json.loads(all_[1]) == {"webhook": "w-1", "retried": 1}
    assert none == 1
    assert "nothing-given-up: nothing that was given up for `w-1`" in said
    assert (code, shown) == (0, "w-1 https://example.org/x: 2 wait, 0 given up\n")
