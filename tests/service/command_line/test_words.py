"""Asking to take words away, approving and rejecting it, from the command line."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.service.keeping import Place, filled

ASK = ("words", "--inspection", "brent", "--reason", "A review of practice.")
LIST = ("words", "--inspection", "brent", "--list")


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    return filled(tmp_path, capsys)


def test_one_asks_and_another_approves(place: Place) -> None:
    code, asked, _ = place.call(*ASK, person="greta")
    position = asked.split()[1]
    _, waiting, _ = place.call(*LIST)

    alone = place.call("words", "--approve", position, person="greta")
    done, approved, _ = place.call("words", "--approve", position, person="both")
    again = place.call("words", "--approve", position, person="both")

    assert (code, done) == (0, 0)
    assert asked == (
        f"request {position} is for the words of 2 cases; another person approves it: "
        f"adjudge words --approve {position}\n"
    )
    assert waiting.endswith("waiting\n1 asked for\n")
    assert (alone[0], alone[2].split(": ")[1]) == (1, "four-eyes")
    assert approved == "approved: greta takes the words away, once\n"
    assert (again[0], again[2].split(": ")[1]) == (1, "export-closed")
    (listed,) = place.told(*LIST)["exports"]
    assert (listed["state"], listed["requested_by"]) == ("approved", "greta")


def test_a_request_is_turned_down_or_lapses(place: Place) -> None:
    some = (*ASK, "--part", "2.1", "--actor", "rosa")
    first, second = (place.told(*some, person="greta")["export"] for _ in range(2))
    why_not = ("words", "--reject", str(first), "--reason", "Too much.")

    _, rejected, _ = place.call(*why_not, person="both")
    place.now += timedelta(days=15)
    code, _, late = place.call("words", "--approve", str(second), person="both")

    assert rejected == f"request {first} is rejected\n"
    assert (code, late.split(": ")[1]) == (1, "request-lapsed")
    assert [each["state"] for each in place.told(*LIST)["exports"]] == [
        "rejected",
        "lapsed",
    ]


@pytest.mark.parametrize(
    ("said", "person", "code"),
    [
        (("--approve", "1"), "greta", "not-found"),
        (("--inspection", "brent"), "greta", "bad-call"),
        (("--reject", "1"), "greta", "bad-call"),
        (("--list",), "greta", "bad-call"),
        (("--inspection", "elsewhere", "--list"), None, "not-found"),
        (("--inspection", "elsewhere", "--reason", "so"), "greta", "not-found"),
        (ASK[1:], "adam", "forbidden"),
    ],
)
def test_what_cannot_be_is_refused(
    said: tuple[str, ...], person: str | None, code: str, place: Place
) -> None:
    ended, _, error = place.call("words", *said, person=person)

    assert ended != 0
    assert error.startswith(f"adjudge: {code}: ")
