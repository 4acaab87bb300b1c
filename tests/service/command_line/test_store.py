"""Commands over a store, on a ledger that the demonstration filled."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from service.command_line.adjudge import run
from service.demo.published import IDS
from tests.service.command_line.conftest import copy_of, keys_in, surrounded, url_of

ROOT = Path(__file__).parents[3]
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def ledger(demonstrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with the five published inspections, with its keys beside it."""
    return copy_of(demonstrated, tmp_path_factory.mktemp("demo"))


@pytest.fixture
def call(ledger: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command on that ledger: exit code, output, errors."""

    def called(
        *arguments: str,
        database: Path = ledger,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[int, str, str]:
        code = run(
            [*arguments, "--database", url_of(database)],
            surrounded(database.parent, environment),
        )
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return called


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

    before, after = (
        [
            change["value_after"]
            for change in _changes(call, "trafford-2021", part, "--as-of", str(at))
            if change["kind"] == "rating"
        ]
        for at in (position - 1, position)
    )

    assert before[-1] == corrected["value_before"]
    assert after == [*before, corrected["value_after"]]


def test_history_up_to_a_time_includes_what_was_recorded_then(call: Call) -> None:
    changes = _changes(call, "trafford-2021")
    at = changes[10]["recorded_at"]

    shown = _changes(call, "trafford-2021", "--as-of", at)

    assert shown == [change for change in changes if change["recorded_at"] <= at]


@pytest.mark.parametrize(
    "as_of",
    ["yesterday", "2026-11-22T15:00:00", "9" * 4400, "0001-01-01T00:00:00+23:59"],
)
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


@pytest.mark.parametrize(
    ("command", "options"),
    [("serve", ["--host", "127.0.0.1"]), ("demo", ["--once"])],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_a_port_that_is_taken_gets_one_sentence(
    command: str, options: list[str], call: Call, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        code, _, said = call(
            command, *options, "--port", str(port), database=tmp_path / "a.db"
        )

    assert code == 2
    assert f"adjudge: port-taken: `127.0.0.1:{port}` cannot be listened on" in said


def test_people_that_cannot_be_read_keep_the_service_from_starting(
    call: Call, tmp_path: Path
) -> None:
    code, _, said = call(
        "serve",
        database=tmp_path / "a.db",
        environment={
            "ADJUDGE_ENVIRONMENT": "development",
            "ADJUDGE_IDENTITIES": str(tmp_path / "nobody.json"),
        },
    )

    assert code == 2
    assert said.startswith("adjudge: bad-identities: `")


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
    again, _, _ = call("rebuild", "current_ratings")

    assert (code, again) == (1, 0)
    assert shown.splitlines()[0].endswith(" rows, 1 differed")
    assert "rating_history" not in shown


def test_a_rebuild_refuses_a_ledger_that_was_tampered_with(
    ledger: Path, call: Call, tmp_path: Path
) -> None:
    tampered = tmp_path / "tampered.db"
    shutil.copy(ledger, tampered)
    read = "SELECT * FROM rating_history ORDER BY position, ordinal"
    with closing(sqlite3.connect(tampered)) as connection, connection:
        (position,) = connection.execute(
            "SELECT min(position) FROM events WHERE type = 'answer-given'"
        ).fetchone()
        connection.execute(
            "UPDATE events SET actor = 'nobody' WHERE position = ?", (position,)
        )
        before = connection.execute(read).fetchall()

    code, shown, said = call("rebuild", database=tampered)

    with closing(sqlite3.connect(tampered)) as connection:
        after = connection.execute(read).fetchall()
    assert (code, shown) == (3, "")
    assert f"the hash chain is broken at position {position}" in said
    assert after == before


def test_the_demonstration_stays_up_until_it_is_stopped(
    demonstrated: Path, tmp_path: Path
) -> None:
    database = url_of(copy_of(demonstrated, tmp_path))
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        [sys.executable, "-m", "service", "demo", "--database", database],
        cwd=ROOT,
        env=os.environ | keys_in(tmp_path) | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if " history trafford-2021 2.1" in line:
            break
    token = next(line for line in said if "TOKEN=" in line).strip()
    call = next(line for line in said if line.endswith("/ratings\n")).strip()

    answered = subprocess.run(  # noqa: S603 - the call that was printed
        ["/bin/bash", "-c", f"{token}; {call} --silent --fail"],
        check=True,
        capture_output=True,
    )
    process.terminate()
    _, errors = process.communicate(timeout=60)

    assert json.loads(answered.stdout)["overall"]["rating"] == "Good"
    assert (process.returncode, errors) == (0, "")


def test_the_demonstration_leaves_a_ledger_of_others_alone(
    call: Call, ledger: Path, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs.db"
    shutil.copy(ledger.with_name("signing.key"), tmp_path)  # it was signed with
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
    for key in ("keys.db", "master.key"):
        shutil.copyfile(ledger.with_name(key), theirs.with_name(key))
    events = _events(theirs)

    code, _, said = call("demo", "--once", database=theirs)

    assert code == 2
    assert said.startswith("adjudge: foreign-ledger: the ledger holds `leeds-2026`; ")
    assert _events(theirs) == events
