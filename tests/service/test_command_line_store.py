"""Commands over a store, on a ledger that the demonstration filled."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from service.command_line.adjudge import run
from service.command_line.surroundings import Surroundings
from service.demo.published import IDS

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with the five published inspections."""
    folder = tmp_path_factory.mktemp("demo")
    file = folder / "adjudge.db"
    code = run(
        ["demo", "--once", "--database", _url(file)], _surroundings(folder / "keys.db")
    )
    assert code == 0
    return file


@pytest.fixture
def call(ledger: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command on that ledger: exit code, output, errors."""

    def called(*arguments: str, database: Path = ledger) -> tuple[int, str, str]:
        keys = database.parent / "keys.db"
        code = run([*arguments, "--database", _url(database)], _surroundings(keys))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return called


def _url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def _surroundings(vault: Path) -> Surroundings:
    numbers = count()
    return Surroundings(
        now=lambda: datetime.now(UTC),
        new_id=lambda: f"id-{next(numbers)}",
        environment={
            "ADJUDGE_VAULT": str(vault),
            "ADJUDGE_MASTER_KEY": str(vault.with_name("master.key")),
        },
    )


def _changes(call: Call, *arguments: str) -> list[dict[str, Any]]:
    code, shown, _ = call("history", *arguments, "--json")
    assert code == 0
    changes: list[dict[str, Any]] = json.loads(shown)["changes"]
    return changes


def test_every_published_figure_comes_out_again(ledger: Path, call: Call) -> None:
    events = _events(ledger)

    code, shown, _ = call("demo", "--once", "--json")

    compared = json.loads(shown)
    assert code == 0
    assert compared["equal"] is True
    assert [each["inspection"] for each in compared["inspections"]] == [*IDS]
    # loading again went over the same requests, and recorded nothing
    assert _events(ledger) == events


def _events(ledger: Path) -> int:
    with closing(sqlite3.connect(ledger)) as connection:
        (events,) = connection.execute("SELECT count(*) FROM events").fetchone()
    return int(events)


def test_history_names_what_moved_a_rating_in_order(call: Call) -> None:
    changes = _changes(call, "trafford-2021", "2.1")

    positions = [change["position"] for change in changes]
    ratings = [change for change in changes if change["kind"] == "rating"]
    assert positions == sorted(positions)
    assert ratings[-1]["value_after"] == "Requires improvement"
    assert ratings[-1]["event_type"] == "discretion-decided"
    assert all(
        change["actor"] and change["rule_file"].startswith("youth-20")
        for change in changes
    )


def test_history_in_words_ends_with_the_number_of_changes(call: Call) -> None:
    changes = _changes(call, "trafford-2021", "2.1")

    code, shown, _ = call("history", "trafford-2021", "2.1")

    assert code == 0
    assert "2.1 rating: " in shown
    assert shown.splitlines()[-1] == f"trafford-2021 2.1: {len(changes)} changes"


def test_history_before_and_after_a_correction_ends_in_two_ratings(
    call: Call,
) -> None:
    changes = _changes(call, "trafford-2021")
    corrected = next(
        change
        for change in changes
        if change["kind"] == "rating"
        and change["answer_before"] is not None
        and None not in {change["value_before"], change["value_after"]}
    )
    part, position = corrected["part"], corrected["position"]

    before = _changes(call, "trafford-2021", part, "--as-of", str(position - 1))
    after = _changes(call, "trafford-2021", part, "--as-of", str(position))

    assert before == after[: len(before)]
    assert before[-1]["value_after"] == corrected["value_before"]
    assert corrected in after


def test_history_up_to_a_time_includes_what_was_recorded_then(call: Call) -> None:
    changes = _changes(call, "trafford-2021")
    at = changes[10]["recorded_at"]

    shown = _changes(call, "trafford-2021", "--as-of", at)

    assert shown == [change for change in changes if change["recorded_at"] <= at]


@pytest.mark.parametrize("as_of", ["yesterday", "2026-11-22T15:00:00"])
def test_a_point_in_time_must_be_clear(as_of: str, call: Call) -> None:
    code, _, said = call("history", "trafford-2021", "--as-of", as_of)

    assert code == 2
    assert said == (
        f"adjudge: bad-as-of: `{as_of}` is neither a position nor a time with its "
        "offset; write 412 or 2026-11-22T15:30:00Z\n"
    )


def test_an_unknown_inspection_is_named(call: Call) -> None:
    code, _, said = call("history", "trafford-2012")

    assert code == 1
    assert said.startswith(
        "adjudge: not-found: there is no inspection `trafford-2012` in this ledger; "
    )


@pytest.mark.parametrize(
    "arguments", [("history", "trafford-2021"), ("rebuild",)], ids=lambda it: it[0]
)
def test_asking_about_a_ledger_that_is_not_there_makes_none(
    arguments: tuple[str, ...], call: Call, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere.db"

    code, _, said = call(*arguments, database=nowhere)

    assert code == 3
    assert said.startswith(f"adjudge: no-such-store: there is no ledger at `{nowhere}`")
    assert not nowhere.exists()


@pytest.mark.parametrize("command", ["rebuild", "serve"])
def test_a_file_that_is_no_ledger_is_refused(
    command: str, call: Call, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(b"not a database at all" * 100)

    code, _, said = call(command, database=other)

    assert code == 3
    assert said.startswith("adjudge: store-unavailable: ")
    assert len(said.splitlines()) == 1


def test_a_rebuild_finds_nothing_that_differs(call: Call) -> None:
    code, shown, _ = call("rebuild", "--json")

    rebuilt = json.loads(shown)
    assert code == 0
    assert rebuilt["rows"]["rating_history"] > 100
    assert set(rebuilt["differed"].values()) == {0}


def test_a_rebuild_mends_one_read_model_that_was_tampered_with(
    ledger: Path, call: Call
) -> None:
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute(
            "UPDATE current_ratings SET value = 'Outstanding' "
            "WHERE inspection = 'trafford-2021' AND part = 'overall'"
        )

    code, shown, _ = call("rebuild", "current_ratings")

    assert code == 0
    assert shown.splitlines()[0].endswith(" rows, 1 differed")
    assert "rating_history" not in shown


def test_the_demonstration_leaves_a_ledger_of_others_alone(
    call: Call, ledger: Path, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs.db"
    with (
        closing(sqlite3.connect(ledger)) as source,
        closing(sqlite3.connect(theirs)) as copy,
    ):
        source.backup(copy)
        with copy:
            copy.execute(
                "UPDATE inspections SET inspection = 'leeds-2026' "
                "WHERE inspection = 'brent-2019'"
            )
    events = _events(theirs)

    code, _, said = call("demo", "--once", database=theirs)

    assert code == 2
    assert said.startswith("adjudge: foreign-ledger: the ledger holds `leeds-2026`; ")
    assert _events(theirs) == events
