"""`adjudge config check` and settings as commands find them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.command_line.adjudge import run
from service.command_line.ending import Trouble
from service.command_line.settings import settings_of
from service.command_line.surroundings import Surroundings


def _surroundings(**environment: str) -> Surroundings:
    return Surroundings(
        now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
        new_id=lambda: "id",
        environment=environment,
    )


def test_the_settings_in_force_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["config", "check"], _surroundings(ADJUDGE_PORT="9000"))

    said = capsys.readouterr()
    shown = said.out.splitlines()
    assert code == 0
    assert "port = 9000" in shown
    assert "adjudge: remark: `step_up_acr` is not set: votes, adoptions," in said.err
    assert 'database = "sqlite+aiosqlite:///adjudge.db"' in shown


def test_every_mistake_is_shown_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    faulty = _surroundings(ADJUDGE_PORT="99999", ADJUDGE_COLOUR="red")

    code = run(["config", "check"], faulty)

    said = capsys.readouterr().err.splitlines()
    assert code == 1
    assert len(said) == 2
    assert all(line.startswith("adjudge: bad-setting: `") for line in said)


def test_mistakes_are_shown_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["config", "check", "--json"], _surroundings(ADJUDGE_PORT="many"))

    shown = json.loads(capsys.readouterr().out)
    assert code == 1
    assert shown["settings"] == {}
    assert len(shown["faults"]) == 1


def test_a_password_in_the_database_address_is_not_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    secret = _surroundings(ADJUDGE_DATABASE="postgresql+asyncpg://us:hush@db/adjudge")

    run(["config", "check"], secret)

    assert "hush" not in capsys.readouterr().out


def test_an_address_that_cannot_be_read_is_a_mistake(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = run(["config", "check"], _surroundings(ADJUDGE_DATABASE="adjudge.db"))

    assert code == 1
    assert "`database`" in capsys.readouterr().err


def test_what_the_call_says_goes_above_the_environment_and_its_files(
    tmp_path: Path,
) -> None:
    secret = tmp_path / "database"
    secret.write_text("sqlite+aiosqlite:///secret.db", encoding="utf-8")
    surroundings = _surroundings(ADJUDGE_DATABASE_FILE=str(secret), ADJUDGE_PORT="1")

    chosen = settings_of(surroundings, database="sqlite+aiosqlite:///x.db", port=None)

    assert chosen.database == "sqlite+aiosqlite:///x.db"
    assert chosen.port == 1


def test_a_command_with_a_bad_setting_says_the_first_one() -> None:
    with pytest.raises(Trouble, match=r"^bad-setting: `port` ") as trouble:
        settings_of(_surroundings(), port=99999)
    assert trouble.value.exit_code == 2


def test_a_file_of_identities_that_cannot_be_used_is_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.json"
    surroundings = _surroundings(
        ADJUDGE_IDENTITIES=str(file), ADJUDGE_ENVIRONMENT="development"
    )
    assert run(["config", "check"], surroundings) == 1
    assert "`identities` cannot be used: `" in capsys.readouterr().err

    file.write_text("[7]", encoding="utf-8")
    assert run(["config", "check"], surroundings) == 1
    assert "is not a list of people" in capsys.readouterr().err

    file.write_text("[]", encoding="utf-8")
    assert run(["config", "check"], surroundings) == 0


def test_secrets_are_never_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "key"
    secret.write_text("hush" * 8, encoding="utf-8")
    surroundings = _surroundings(
        ADJUDGE_OPENID_ISSUER="https://id.example.org",
        ADJUDGE_OPENID_AUDIENCE="us",
        ADJUDGE_OPENID_PERSON_KEY_FILE=str(secret),
        ADJUDGE_OPENID_CLIENT_SECRET="hush",  # noqa: S106 - that is what is tried
    )

    assert run(["config", "check"], surroundings) == 0

    shown = capsys.readouterr().out
    assert "hush" not in shown
    assert 'openid_person_key = "***"' in shown
