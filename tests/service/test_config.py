"""Settings come from a file and the environment, and mistakes are named all at once."""

from pathlib import Path

import pytest

from service.choices import choices_of
from service.config import Settings, SettingsError, checked, load, remarks
from service.strength import StepUp


def test_without_anything_said_the_settings_are_those_of_production() -> None:
    assert load({}) == Settings()
    assert load({}).environment == "production"


def test_a_variable_outranks_the_file(tmp_path: Path) -> None:
    file = tmp_path / "adjudge.toml"
    file.write_text('port = 9000\nhost = "::1"\n')

    settings = load({"ADJUDGE_CONFIG": str(file), "ADJUDGE_PORT": "9001"})

    assert (settings.host, settings.port) == ("::1", 9001)


def test_a_value_can_come_from_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "database"
    secret.write_text("sqlite+aiosqlite:///elsewhere.db\n")

    settings = load({"ADJUDGE_DATABASE_FILE": str(secret)})

    assert settings.database == "sqlite+aiosqlite:///elsewhere.db"


def test_other_programs_variables_are_left_alone() -> None:
    assert load({"PATH": "/bin", "ADJUDGEMENT": "x"}) == Settings()


def test_every_mistake_is_reported_at_once() -> None:
    with pytest.raises(SettingsError) as raised:
        load(
            {
                "ADJUDGE_PORT": "high",
                "ADJUDGE_BODY_LIMIT": "1",
                "ADJUDGE_DRAIN_SECONDS": "301",
                "ADJUDGE_ENVIRONMENT": "test",
                "ADJUDGE_PROT": "8080",
            }
        )

    faults = "\n".join(raised.value.faults)
    assert "`port` is of the wrong kind" in faults
    assert "`body_limit` must be at least 1024" in faults
    assert "`drain_seconds` must be at most 300" in faults
    assert "`environment` cannot be 'test'" in faults
    assert "`prot` is no setting; settings are `environment`" in faults


@pytest.mark.parametrize("variable", ["ADJUDGE_CONFIG", "ADJUDGE_VAULT_FILE"])
def test_a_file_that_cannot_be_read_is_named(variable: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere` cannot be read"):
        load({variable: str(tmp_path / "nowhere")})


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    file = tmp_path / "adjudge.toml"
    file.write_text("port: 9000")

    with pytest.raises(SettingsError, match="is not TOML"):
        load({"ADJUDGE_CONFIG": str(file)})


def test_local_identities_are_refused_outside_development() -> None:
    with pytest.raises(SettingsError, match="is for development"):
        load({"ADJUDGE_IDENTITIES": "people.json"})


def test_local_identities_are_taken_in_development() -> None:
    said = {"ADJUDGE_ENVIRONMENT": "development", "ADJUDGE_IDENTITIES": "people.json"}

    assert load(said).identities == "people.json"


OPENID = {
    "openid_issuer": "https://id.example.org",
    "openid_audience": "https://adjudge.example.org",
    "openid_person_key": "x" * 32,
}
BROWSERS = OPENID | {
    "openid_client_id": "adjudge",
    "openid_client_secret": "secret",
    "public_url": "https://adjudge.example.org",
}


@pytest.mark.parametrize(
    "said",
    [
        OPENID,
        BROWSERS,
        OPENID | {"openid_roles": "hmip staff=inspector, audit=governance"},
        OPENID
        | {"openid_issuer": "http://127.0.0.1:9000", "environment": "development"},
        {name: value for name, value in OPENID.items() if name != "openid_person_key"}
        | {"openid_opaque_subjects": "true"},
    ],
)
def test_an_identity_provider_can_be_named(said: dict[str, str]) -> None:
    assert checked(said).openid_issuer == said["openid_issuer"]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (OPENID | {"openid_issuer": "http://id.example.org"}, "an https address"),
        (OPENID | {"openid_issuer": "http://127.0.0.1:9000"}, "an https address"),
        (OPENID | {"openid_issuer": "https://[id"}, "an https address"),
        (OPENID | {"openid_issuer": "https://x?a=b"}, "an https address"),
        (OPENID | {"openid_audience": None}, "`openid_audience` must say"),
        (OPENID | {"openid_person_key": None}, "set `openid_person_key`, or"),
        (OPENID | {"openid_opaque_subjects": "true"}, "and not both"),
        (OPENID | {"openid_person_key": "short"}, "at least 32 characters"),
        (OPENID | {"openid_roles": "staff=emperor"}, "`openid_roles` must read"),
        (OPENID | {"openid_roles": "inspector"}, "`openid_roles` must read"),
        (BROWSERS | {"openid_client_secret": None}, "`openid_client_id` needs"),
        (BROWSERS | {"public_url": None}, "`openid_client_id` needs"),
        (BROWSERS | {"public_url": "https://x.example/"}, "without a path"),
        (BROWSERS | {"public_url": "http://x.example"}, "`public_url` must be"),
        (
            OPENID | {"identities": "people.json", "environment": "development"},
            "exclude each other",
        ),
        ({"step_up_acr": "urn:two"}, "need `openid_issuer`"),
        ({"step_up_seconds": "300"}, "need `openid_issuer`"),
        (OPENID | {"step_up_acr": 'two"factors'}, "`step_up_acr` is of the wrong"),
    ],
)
def test_what_cannot_be_of_a_provider_is_said_in_one_sentence(
    said: dict[str, str | None], fault: str
) -> None:
    given = {name: value for name, value in said.items() if value is not None}
    with pytest.raises(SettingsError, match=fault) as error:
        checked(given)
    assert len(error.value.faults) == 1


def test_a_setting_and_its_file_exclude_each_other(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")

    with pytest.raises(SettingsError, match="are both set; keep one of them"):
        load({"ADJUDGE_VAULT": "a", "ADJUDGE_VAULT_FILE": str(secret)})


@pytest.mark.parametrize(
    ("endpoint", "is_good"),
    [
        ("http://127.0.0.1:4318/v1/traces", True),
        ("https://collector.example/v1/traces", True),
        ("http://collector.example/v1/traces", False),
        ("collector", False),
        ("https://[", False),
    ],
)
def test_spans_travel_where_nobody_can_listen(endpoint: str, is_good: bool) -> None:  # noqa: FBT001 - a table
    variables = {"ADJUDGE_TRACES_ENDPOINT": endpoint}
    if is_good:
        assert load(variables).traces_endpoint == endpoint
        return
    with pytest.raises(SettingsError) as refused:
        load(variables)
    assert "`traces_endpoint` must be an https address" in refused.value.faults[0]


def test_production_is_told_that_any_sign_in_will_do() -> None:
    strong = OPENID | {"step_up_acr": "urn:two urn:card"}

    assert len(remarks(checked(OPENID))) == 2
    (remark,) = remarks(checked(strong))
    assert remark.startswith("`step_up_seconds` is not set: votes, adoptions, ")
    assert remarks(checked(strong | {"step_up_seconds": "300"})) == ()
    assert remarks(checked({"environment": "development"})) == ()
    chosen = choices_of(checked({**OPENID, "step_up_seconds": "300"})).step_up
    assert chosen == StepUp(seconds=300)
