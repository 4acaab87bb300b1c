"""The settings of one process: from a TOML file, and the environment above it.

Every setting has a name here, a default that is safe, and a variable `ADJUDGE_…`.
Mistakes are reported all at once, with the name of the setting and what would be right.
"""

import tomllib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from service.identity import roles_by_name
from service.limits import Pace, Rate, Rates

PREFIX = "ADJUDGE_"
CONFIG_VARIABLE = "ADJUDGE_CONFIG"
_KEY = 32  # characters of a secret that nobody can guess
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_FROM_FILE = "_FILE"  # ADJUDGE_DATABASE_FILE names a file that holds the value


_ACR = r"^[!#-\[\]-~]+( [!#-\[\]-~]+)*\Z"  # as it stands in a header
_Often = Annotated[int, Meta(ge=1, le=100_000_000)]


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be chosen about a process; times in seconds, sizes in bytes."""

    environment: Literal["development", "production"] = "production"
    database: str = "sqlite+aiosqlite:///adjudge.db"
    vault: str = "adjudge-keys.db"  # the file of keys; apart from the database
    master_key: str = "adjudge-master.key"  # the file that opens the vault
    accept_lost_vault: bool = False  # begin a new one; what the old one kept is lost
    signing_key: str = "adjudge-signing.key"  # the file that signs checkpoints
    ledger_name: str | None = None  # on checkpoints, when the signing key is made
    checkpoint_seconds: Annotated[int, Meta(ge=1, le=86_400)] = 60
    witness_path: str | None = None  # where checkpoints are kept out of reach
    witness_url: str | None = None  # who is told of each checkpoint
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8080
    identities: str | None = None  # the file of local identities
    openid_issuer: str | None = None  # the identity provider
    openid_audience: str | None = None  # whom its access tokens are for: us
    openid_roles_claim: str = "roles"
    openid_roles: str | None = None  # `their name=our role, …` where they differ
    openid_person_key: str | None = None  # secret: makes people's ids of subjects
    openid_opaque_subjects: bool = False  # subjects are opaque ids themselves
    openid_client_id: str | None = None  # for signing in with a browser
    openid_client_secret: str | None = None  # secret
    public_url: str | None = None  # where browsers reach the service
    session_idle_seconds: Annotated[int, Meta(ge=60, le=86_400)] = 900
    session_seconds: Annotated[int, Meta(ge=60, le=86_400)] = 8 * 3600
    step_up_acr: Annotated[str, Meta(pattern=_ACR)] | None = None  # spaces between
    step_up_seconds: Annotated[int, Meta(ge=1, le=86_400)] | None = None
    metrics_host: str = "127.0.0.1"
    metrics_port: Annotated[int, Meta(ge=0, le=65535)] | None = None  # None: nowhere
    traces_endpoint: str | None = None  # where spans are collected; None: nowhere
    body_limit: Annotated[int, Meta(ge=1024, le=16 * 1024 * 1024)] = 64 * 1024
    body_seconds: Annotated[int, Meta(ge=1, le=300)] = 30
    keep_alive_seconds: Annotated[int, Meta(ge=1, le=3600)] = 75
    access_log_days: Annotated[int, Meta(ge=30, le=3_660)] = 396
    reply_days: Annotated[int, Meta(ge=1, le=366)] = 7
    header_seconds: Annotated[int, Meta(ge=1, le=300)] = 10
    position_seconds: Annotated[int, Meta(ge=0, le=60)] = 2
    stream_seconds: Annotated[int, Meta(ge=0, le=86_400)] = 900
    streams_each: Annotated[int, Meta(ge=1, le=100)] = 4
    writes_per_minute: _Often = 600
    writes_at_once: _Often = 1_200
    reads_per_minute: _Often = 300
    reads_at_once: _Often = 600
    searches_per_minute: _Often = 30
    exports_per_hour: _Often = 6
    strangers_per_minute: _Often = 600  # from one address, without a known token
    drain_seconds: Annotated[int, Meta(ge=0, le=300)] = 30
    retention_case_days: Annotated[int, Meta(ge=0, le=36_500)] = 1_096
    retention_inspection_days: Annotated[int, Meta(ge=0, le=36_500)] = 2_557
    erasure_wait_days: Annotated[int, Meta(ge=0, le=365)] = 7
    approval_lapses_after_days: Annotated[int, Meta(ge=1, le=365)] = 14
    export_cases_alone: Annotated[int, Meta(ge=0, le=1_000_000)] = 50
    panel_quorum: Annotated[int, Meta(ge=1, le=20)] = 2
    public_counts_from: Annotated[int, Meta(ge=0, le=100)] = 3
    break_glass_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60
    every_case_checked: bool = True  # by a colleague, before fieldwork is submitted
    log_level: Literal["debug", "info", "warning", "error"] = "info"


def rates(settings: Settings) -> Rates:
    """How often each person may ask."""
    minute, hour = 60, 3_600
    return {
        Pace.WRITES: Rate(
            settings.writes_per_minute, minute, burst=settings.writes_at_once
        ),
        Pace.READS: Rate(
            settings.reads_per_minute, minute, burst=settings.reads_at_once
        ),
        Pace.SEARCHES: _at_once(settings.searches_per_minute, minute),
        Pace.EXPORTS: _at_once(settings.exports_per_hour, hour),
        Pace.STRANGERS: _at_once(settings.strangers_per_minute, minute),
    }


def _at_once(requests: int, seconds: int) -> Rate:
    return Rate(requests, seconds, burst=requests)


SECRETS = frozenset({"openid_person_key", "openid_client_secret"})
"""Settings that are never shown; give them as files."""


class SettingsError(Exception):
    """Settings that cannot be used; `faults` has one sentence for each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def load(environment: Mapping[str, str]) -> Settings:
    """Settings from a process's variables and the file they may name."""
    named = environment.get(CONFIG_VARIABLE)
    values = _from_toml(Path(named)) if named else {}
    values |= _from_environment(environment)
    return checked(values)


def checked(values: Mapping[str, Any]) -> Settings:
    """Settings of these values, or SettingsError with everything wrong with them."""
    known = {field.name: field for field in msgspec.structs.fields(Settings)}
    faults = [
        f"`{name}` is no setting; settings are {', '.join(f'`{n}`' for n in known)}"
        for name in values
        if name not in known
    ]
    good: dict[str, Any] = {}
    for name, field in known.items():
        if name in values:
            try:
                good[name] = msgspec.convert(values[name], field.type, strict=False)
            except msgspec.ValidationError as error:
                faults.append(f"`{name}` {_in_words(str(error))}")
    settings = Settings(**good)
    faults += _contradictions(settings)
    if faults:
        raise SettingsError(tuple(faults))
    return settings


def _contradictions(settings: Settings) -> list[str]:
    """What each setting allows and together they do not, a sentence each."""
    issuer, name = settings.openid_issuer, settings.openid_roles
    rules = (
        (
            settings.identities is not None and settings.environment == "production",
            (
                "`identities` is for development; in production name an identity "
                "provider with `openid_issuer`"
            ),
        ),
        (
            settings.identities is not None and issuer is not None,
            "`identities` and `openid_issuer` exclude each other",
        ),
        (
            issuer is not None and not _is_safe(issuer, settings),
            "`openid_issuer` must be an https address",
        ),
        (
            issuer is not None and settings.openid_audience is None,
            "`openid_audience` must say whom access tokens are meant for",
        ),
        (
            issuer is not None
            and (settings.openid_person_key is None) != settings.openid_opaque_subjects,
            (
                "set `openid_person_key`, or `openid_opaque_subjects` where the "
                "provider's subjects are opaque ids, and not both"
            ),
        ),
        (
            len(settings.openid_person_key or "x" * _KEY) < _KEY,
            f"`openid_person_key` must have at least {_KEY} characters",
        ),
        (
            name is not None and roles_by_name(name) is None,
            "`openid_roles` must read like `their name=inspector, other=governance`",
        ),
        (
            settings.openid_client_id is not None
            and None in {issuer, settings.openid_client_secret, settings.public_url},
            (
                "`openid_client_id` needs `openid_issuer`, `openid_client_secret` and "
                "`public_url`"
            ),
        ),
        (
            issuer is None
            and (settings.step_up_acr, settings.step_up_seconds) != (None, None),
            "`step_up_acr` and `step_up_seconds` need `openid_issuer`",
        ),
        (
            settings.public_url is not None
            and (
                not _is_safe(settings.public_url, settings)
                or urlsplit(settings.public_url).path != ""
            ),
            "`public_url` must be an https address without a path",
        ),
        (
            settings.traces_endpoint is not None
            and not _stays_private(settings.traces_endpoint),
            "`traces_endpoint` must be an https address, or http on this machine",
        ),
        (
            settings.traces_endpoint is not None and find_spec("opentelemetry") is None,
            "`traces_endpoint` needs the packages of `deploy/requirements-traces.txt`",
        ),
    )
    return [fault for holds, fault in rules if holds]


def remarks(settings: Settings) -> tuple[str, ...]:
    """What can be used, and an operator should know of, a sentence each."""
    if settings.environment != "production":
        return ()
    taken = "votes, adoptions, publications and erasures take a sign-in"
    rules = (
        (settings.step_up_acr, f"`step_up_acr` is not set: {taken} of any strength"),
        (settings.step_up_seconds, f"`step_up_seconds` is not set: {taken} of any age"),
    )
    return tuple(remark for setting, remark in rules if setting is None)


def _is_safe(address: str, settings: Settings) -> bool:
    """Whether nobody can listen in: https, or this machine in development."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    here = settings.environment == "development" and host in _HERE
    plain = not (parts.query or parts.fragment or parts.username)
    return (
        plain
        and bool(host)
        and (parts.scheme == "https" or (here and parts.scheme == "http"))
    )


def _stays_private(address: str) -> bool:
    """Whether what is sent there is readable to nobody on the way."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and host in _HERE)
    )


def _from_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError((f"`{path}` cannot be read: {error.strerror}",)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError((f"`{path}` is not TOML: {error}",)) from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables with our prefix; one that ends in `_FILE` is read from that file."""
    values: dict[str, str] = {}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or variable == CONFIG_VARIABLE:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if variable.endswith(_FROM_FILE):
            plain = variable.removesuffix(_FROM_FILE)
            if plain in environment:
                fault = f"`{plain}` and `{variable}` are both set; keep one of them"
                raise SettingsError((fault,))
            values[name.removesuffix(_FROM_FILE.lower())] = _secret(Path(value))
        else:
            values[name] = value
    return values


def _secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError((f"`{path}` cannot be read: {error.strerror}",)) from error


def _in_words(message: str) -> str:
    """A converter's message without type names."""
    for ours, theirs in (
        ("must be at least ", "Expected `int` >= "),
        ("must be at most ", "Expected `int` <= "),
    ):
        if message.startswith(theirs):
            return message.replace(theirs, ours)
    if message.startswith("Invalid enum value"):
        return f"cannot be {message.removeprefix('Invalid enum value ')}"
    return "is of the wrong kind"
