"""Who is asking: a person and their roles, found by the token they present.

An identity provider answers behind `Identities` (`service.sign_in.openid`). In
development and in the demo `LocalIdentities` stands in; it keeps hashes of tokens,
never tokens.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta, Struct

from service.strength import UNKNOWN, Strength


class Role(StrEnum):
    """What a person is to the service; what each may do is in `service.permission`."""

    INSPECTOR = "inspector"
    LEAD_INSPECTOR = "lead-inspector"
    LOCAL_ASSESSOR = "local-assessor"  # of another service, assessing like inspectors
    PARTNER_ASSESSOR = "partner-assessor"  # police, health, social care, education
    QUALITY_LEAD = "quality-lead"
    OPERATIONS = "operations"  # samples and allocates
    PANEL_MEMBER = "panel-member"
    HEAD = "head"  # of inspections: approves what is published
    INSPECTED_SERVICE = "inspected-service"
    GOVERNANCE = "governance"
    RULE_AUTHOR = "rule-author"
    ADMIN = "admin"


class Kind(StrEnum):
    """Who it is that asks: somebody, or a program on nobody's behalf."""

    PERSON = "person"
    MACHINE = "machine"


PER_INSPECTION = frozenset(
    {
        Role.INSPECTOR,
        Role.LEAD_INSPECTOR,
        Role.LOCAL_ASSESSOR,
        Role.PARTNER_ASSESSOR,
        Role.INSPECTED_SERVICE,
    }
)
"""Roles that hold only in the inspections to which their holder is assigned."""


class Identity(Struct, frozen=True):
    """A person as the ledger knows them: an opaque id, never a name."""

    person: str
    roles: frozenset[Role]
    name_hint: str | None = None  # to greet them with; goes into no event and no log
    kind: Kind = Kind.PERSON
    granted: frozenset[str] = frozenset()  # actions, for one request, by no role
    strength: Strength = UNKNOWN
    issued_at: float | None = None  # when their token was; None: it does not say


class Identities(Protocol):
    """Whoever can tell a person by a token."""

    async def identify(self, token: str) -> Identity | None:
        """Whom this token belongs to; None, or Refused with why, if it is not good."""
        ...


class LocalPerson(Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the file of local identities."""

    person: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,62}\Z")]
    roles: frozenset[Role]
    token_hash: Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]
    name: str | None = None


class IdentitiesError(Exception):
    """The file of local identities cannot be used; the message says why."""


class LocalIdentities:
    """People from a file; enough where everybody who can reach the service is known."""

    def __init__(self, people: Sequence[LocalPerson]) -> None:
        self._by_hash: Mapping[str, Identity] = {
            entry.token_hash: Identity(entry.person, entry.roles, entry.name)
            for entry in people
        }
        if len(self._by_hash) < len(people):
            raise IdentitiesError("two people share one token")

    @classmethod
    def read(cls, path: Path) -> "LocalIdentities":
        """From a JSON file, a list of people; raises IdentitiesError."""
        try:
            people = msgspec.json.decode(path.read_bytes(), type=list[LocalPerson])
        except OSError as error:
            raise IdentitiesError(
                f"`{path}` cannot be read: {error.strerror}"
            ) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise IdentitiesError(
                f"`{path}` is not a list of people, each with `person`, `roles` and "
                f"`token_hash`"
            ) from error
        return cls(people)

    async def identify(self, token: str) -> Identity | None:
        """Found by the token's hash, so that comparing takes no telling time."""
        return self._by_hash.get(token_hash(token))


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return f"sha256:{sha256(token.encode()).hexdigest()}"


def roles_by_name(said: str) -> Mapping[str, Role] | None:
    """From `staff=inspector, their audit=governance`; None if it cannot be read."""
    pairs = [entry.rpartition("=") for entry in said.split(",")]
    try:
        roles = {name.strip(): Role(role.strip()) for name, _, role in pairs}
    except ValueError:
        return None
    return None if "" in roles else roles
