"""What is agreed with a provider: whom tokens are for, and how claims become a person.

A person in the ledger is an opaque id that stays the same for as long as the record
stands. A subject is often a login name or an address, so it is hashed with a key that
only we hold; one that the provider made opaque itself may be taken as it is.
"""

import hmac
import re
from base64 import b32encode
from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from msgspec import Struct

from service.identity import Identity, Kind, Role
from service.refusal import Refused
from service.strength import UNKNOWN, Strength

_OPAQUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}", re.ASCII)
_CLIENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", re.ASCII)
_HASHED_BYTES = 15  # of SHA-256, 24 letters: no two of a million people meet


class Terms(Struct, frozen=True, kw_only=True):
    """Whose word is taken, for whom it must be meant, and how it is read."""

    issuer: str
    audience: str  # of access tokens
    roles_claim: str = "roles"
    roles: Mapping[str, Role] = MappingProxyType({role.value: role for role in Role})
    person_key: bytes | None = None  # None: subjects are opaque already

    def person(self, subject: str, claims: Mapping[str, object]) -> Identity:
        """A person and their roles."""
        return Identity(
            self._opaque(subject), self._roles(claims), strength=_strength(claims)
        )

    def machine(self, client: str, claims: Mapping[str, object]) -> Identity:
        """A program that has a token of its own; its name is nobody's."""
        if not _CLIENT.fullmatch(client):
            raise invalid_token("the client's id holds characters that cannot be used")
        return Identity(f"machine:{client}", self._roles(claims), kind=Kind.MACHINE)

    def _opaque(self, subject: str) -> str:
        if self.person_key is None:
            if not _OPAQUE.fullmatch(subject):
                raise invalid_token("its subject is no opaque id")
            return subject
        said = f"{self.issuer}\n{subject}".encode()
        digest = hmac.digest(self.person_key, said, "sha256")[:_HASHED_BYTES]
        return f"p-{b32encode(digest).decode().lower()}"

    def _roles(self, claims: Mapping[str, object]) -> frozenset[Role]:
        """Names of other programs' roles, which a provider may send too, are left."""
        names = _names(_claim(claims, self.roles_claim))
        return frozenset(self.roles[name] for name in names if name in self.roles)


def invalid_token(why: str) -> Refused:
    """The refusal of a token, in words that tell nothing of what is in it."""
    return Refused("not-authenticated", f"this token is not good: {why}", token=False)


def _strength(claims: Mapping[str, object]) -> Strength:
    """What is said in another form is not known, and so never strong enough."""
    try:
        return msgspec.convert(
            {"acr": claims.get("acr"), "at": claims.get("auth_time")}, Strength
        )
    except msgspec.ValidationError:
        return UNKNOWN


def _claim(claims: Mapping[str, object], path: str) -> object:
    """A claim by its name, or by the way to it: `realm_access.roles`."""
    if path in claims:
        return claims[path]
    found: object = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _names(said: object) -> list[str]:
    if isinstance(said, str):
        return said.split()
    if isinstance(said, list):
        return [name for name in said if isinstance(name, str)]
    return []
