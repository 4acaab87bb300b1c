"""A live store changed behind its back: what finds it, and the place it names."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from events.stored import StoredEvent
from tests.events.ledger_of import chained
from tests.service.proof.signed_ledger import SignedLedger

AT = 40
"""The event that is tampered with; it is of `brent`, and others follow."""


Verified = Callable[..., dict[str, Any]]


@pytest.fixture
def verified(ledger: SignedLedger, capsys: pytest.CaptureFixture[str]) -> Verified:
    """What `adjudge verify` says of the ledger."""

    def verify(*arguments: str) -> dict[str, Any]:
        capsys.readouterr()
        code = ledger.call("verify", "--json", *arguments)
        report: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert code == (0 if report["sound"] else 1)
        assert report["sound"] is not bool(report["findings"])
        return report

    return verify


def _flipped(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    event = events[AT - 1]
    payload = event.payload.replace(b'"Yes"', b'"Yez"').replace(b'"No"', b'"No!"')
    if payload == event.payload:
        payload = event.payload[:-3] + bytes([event.payload[-3] ^ 1, *payload[-2:]])
    return [*events[: AT - 1], event._replace(payload=payload), *events[AT:]]


def _dropped(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return [*events[: AT - 1], *events[AT:]]


def _numbered(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return [event._replace(position=n) for n, event in enumerate(events, 1)]


def _dropped_and_closed_up(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return _numbered(_dropped(events))


def _inserted(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    twin = events[AT - 1]._replace(version=1_000)
    return _numbered([*events[: AT - 1], twin, *events[AT - 1 :]])


def _reordered(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    return _numbered([*events[: AT - 1], events[AT], events[AT - 1], *events[AT + 1 :]])


def _rewritten(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """Another author from here on, with every later link made anew."""
    other = events[AT - 1]._replace(actor="mallory")
    return chained([*events[: AT - 1], other, *events[AT:]])


TAMPERINGS = {
    "a flipped byte": (_flipped, False),
    "a dropped event": (_dropped, False),
    "a dropped event, closed up": (_dropped_and_closed_up, True),
    "an inserted event": (_inserted, True),
    "a reordered pair": (_reordered, False),
    "a rewritten tail, signed for before": (_rewritten, True),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_change_is_found_at_its_event_by_both_verifiers(
    ledger: SignedLedger, verified: Verified, what: str
) -> None:
    change, head = TAMPERINGS[what]
    assert verified()["sound"]

    ledger.tamper(change, head=head)

    report = verified()
    assert report["findings"][0]["position"] == AT, report
    assert any("ratings from event" in unproven for unproven in report["unproven"])
    pack = ledger.folder / "pack.zip"
    assert ledger.call("export", "--as-it-lies", "--output", str(pack)) == 0
    stands_alone = _stand_alone(pack)
    assert stands_alone.returncode == 1
    assert f"event {AT}" in stands_alone.stdout, stands_alone.stdout


def test_a_tail_rewritten_with_everything_is_shown_by_a_checkpoint_kept_elsewhere(
    ledger: SignedLedger, verified: Verified
) -> None:
    witness = ledger.folder / "witness.txt"
    kept = ledger.folder / "kept.txt"
    witness.rename(kept)
    ledger.tamper(_rewritten, head=True)
    ledger.forget_proofs()
    ledger.sign()  # the owner has the key
    ledger.call("rebuild")

    alone = verified()
    held = verified("--checkpoint", str(kept))

    assert alone["sound"]
    assert any("no checkpoint kept elsewhere" in says for says in alone["unproven"])
    assert held["findings"][0]["position"] == 1  # no earlier one was kept that agrees
    assert "is not the one that was signed" in held["findings"][0]["says"]
    pack = ledger.folder / "pack.zip"
    assert ledger.call("export", "--output", str(pack)) == 0
    assert _stand_alone(pack).returncode == 0
    assert _stand_alone(pack, "--checkpoint", str(kept)).returncode == 1


FORGERIES = {
    "another value": (
        "UPDATE rating_history SET value_after = 'Outstanding' WHERE {place}",
        "has `value_after` 'Outstanding'",
    ),
    "another author": (
        "UPDATE rating_history SET actor = 'mallory' WHERE {place}",
        "has `actor` 'mallory'; 'rosa' follows",
    ),
    "a row too few": (
        "DELETE FROM rating_history WHERE {place}",
        "is missing",
    ),
    "a row too many": (
        "UPDATE rating_history SET ordinal = 77 WHERE {place}",
        "is missing",
    ),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_history_row_is_named_with_its_event_and_rule(
    ledger: SignedLedger, verified: Verified, what: str
) -> None:
    statement, says = FORGERIES[what]
    at = _moved(ledger)

    ledger.execute(statement.format(place=f"position = {at} AND ordinal = 1"))

    (first, *_) = verified()["findings"]
    assert first["position"] == at
    assert says in first["says"]
    assert "youth-20" in first["says"]
    assert ".rules, line" in first["says"]


def test_figures_named_in_a_ledger_rewritten_with_everything_are_held_against_it(
    ledger: SignedLedger, verified: Verified
) -> None:
    """Whoever owns database and key may say other figures; the answers do not."""

    def other_figures(events: Sequence[StoredEvent]) -> list[StoredEvent]:
        return chained(
            event._replace(payload=event.payload.replace(b"sha256:", b"sha256:0"))
            if event.type == "report-published"
            else event
            for event in events
        )

    at = int(ledger.ask("SELECT position FROM events WHERE type = 'report-published'"))
    (ledger.folder / "witness.txt").unlink()
    ledger.tamper(other_figures, head=True)
    ledger.forget_proofs()
    ledger.sign()
    ledger.call("rebuild")

    findings = verified()["findings"]

    assert {found["position"] for found in findings} == {at}
    assert "its figures are those of 'sha256:0" in findings[-1]["says"]


def test_history_of_no_event_is_found(ledger: SignedLedger, verified: Verified) -> None:
    at = _moved(ledger)
    moved = "UPDATE rating_history SET position = 5000 WHERE position = {at}"
    ledger.execute(moved.format(at=at))

    findings = verified()["findings"]

    assert findings[0]["position"] == at
    assert findings[-1]["position"] == 5000
    assert "follows from no event" in findings[-1]["says"]


def test_a_forged_current_rating_is_found(
    ledger: SignedLedger, verified: Verified
) -> None:
    ledger.execute(
        "UPDATE current_ratings SET value = 'Outstanding', position = 77"
        " WHERE inspection = 'brent' AND part = '2.1' AND kind = 'rating'"
    )
    ledger.execute("DELETE FROM inspections WHERE inspection = 'trafford'")

    findings = verified()["findings"]

    assert any(
        "the row of trafford in `inspections` is mis" in f["says"] for f in findings
    )
    assert any("brent 2.1 rating in `current_ratings`" in f["says"] for f in findings)


INDEX_FORGERIES = {
    "another author": "UPDATE changes SET actor = 'mallory' WHERE {place}",
    "a change too few": "DELETE FROM changes WHERE {place}",
    "a change too many": "UPDATE changes SET ordinal = 77 WHERE {place}",
}


@pytest.mark.parametrize("what", INDEX_FORGERIES)
def test_a_forged_row_of_the_index_of_changes_is_found_with_its_event(
    ledger: SignedLedger, verified: Verified, what: str
) -> None:
    at = _moved(ledger)
    ledger.follow()
    assert verified()["sound"]

    place = f"position = {at} AND ordinal = 1"
    ledger.execute(INDEX_FORGERIES[what].format(place=place))

    (finding,) = verified()["findings"]
    assert finding["position"] == at
    assert finding["says"] == "`changes` does not say what the history says"


def test_the_index_may_lag_behind_and_is_not_held_to_what_it_parked(
    ledger: SignedLedger, verified: Verified
) -> None:
    at = _moved(ledger)
    ledger.follow()

    missing = "DELETE FROM changes WHERE position = {at}"
    ledger.execute(missing.format(at=at))
    parked = (
        "INSERT INTO dead_letters VALUES"
        " ('changes', {at}, 'inspection-brent', 'KeyError', 1, 'then', NULL, NULL)"
    )
    ledger.execute(parked.format(at=at))
    ledger.add("later")
    ledger.sign()

    assert verified()["sound"]


def test_many_forged_rows_of_the_index_are_counted_after_the_first_twenty(
    ledger: SignedLedger, verified: Verified
) -> None:
    ledger.follow()
    ledger.execute("UPDATE changes SET actor = 'mallory'")

    findings = verified()["findings"]

    assert len(findings) == 21
    assert "more events" in findings[-1]["says"]


def test_many_forged_rows_are_counted_after_the_first_twenty(
    ledger: SignedLedger, verified: Verified
) -> None:
    ledger.execute("UPDATE rating_history SET actor = 'mallory'")

    findings = verified()["findings"]

    assert len(findings) == 21
    assert "more rows of `rating_history` do not follow" in findings[-1]["says"]


def test_an_event_behind_the_head_is_found(
    ledger: SignedLedger, verified: Verified
) -> None:
    def appended(events: Sequence[StoredEvent]) -> list[StoredEvent]:
        return chained([*events, events[-1]._replace(version=1_000)])

    ledger.tamper(appended)

    (finding,) = verified()["findings"]
    assert "stands after the head" in finding["says"]


def test_a_pack_proves_the_ratings_by_its_own_rules(
    ledger: SignedLedger, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = ledger.folder / "brent.zip"
    assert ledger.call("export", "brent", "--output", str(pack)) == 0

    code = ledger.call("verify", str(pack))

    said = capsys.readouterr().out
    assert code == 0, said
    # the pack's own claim, `ratings-agreed` and `report-published`
    assert "ratings stated 3 times follow from the events and the rule texts" in said


def test_a_claim_that_does_not_follow_is_found_in_a_pack(
    ledger: SignedLedger, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, forged = ledger.folder / "all.zip", ledger.folder / "forged.zip"
    ledger.call("export", "--output", str(pack))
    with ZipFile(pack) as one, ZipFile(forged, "w") as other:
        for entry in one.infolist():
            content = one.read(entry)
            if entry.filename == "ratings.json":
                claims = json.loads(content)
                claims[0]["ratings"]["2.1"] = "Outstanding"
                claims[0]["score"] = 99
                line = json.dumps(claims, ensure_ascii=False, separators=(",", ":"))
                content = f"{line}\n".encode()
            other.writestr(entry, content)
    capsys.readouterr()

    code = ledger.call("verify", str(forged), "--json")

    says = [found["says"] for found in json.loads(capsys.readouterr().out)["findings"]]
    assert code == 1
    assert any("the pack says 2.1 is 'Outstanding'; what follows is" in s for s in says)
    assert any("the pack says the score is '99'" in s for s in says)


def _moved(ledger: SignedLedger) -> int:
    """An event of the second inspection with rows in the history."""
    query = "SELECT max(position) FROM rating_history WHERE value_after IS NOT NULL"
    return int(ledger.ask(query))


def _stand_alone(pack: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The verifier that the pack carries, with nothing but the standard library."""
    script = pack.with_name("verify.py")
    with ZipFile(pack) as archive:
        script.write_bytes(archive.read("verify.py"))
    return subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-I", "-S", str(script), str(pack), *arguments],
        check=False,
        capture_output=True,
        text=True,
    )
