"""Sessions of people who signed in with a browser, kept where every process sees them.

A session is known by 256 random bits that only the browser has; what is kept is their
hash. It ends after a while without a request, at the latest after a working day, and
when somebody signs out. What a person may do stays as it was when they signed in,
until the provider is heard to say otherwise: then their sessions end.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from service.identity import Identity, Role
from service.sign_in.session_table import SESSIONS
from service.strength import Strength

_NOTED_SECONDS = 60  # a request is noted so often, so that reads are seldom writes
_ID_BYTES = 32
_HEARD = 4096  # people


class Lifetime(Struct, frozen=True, kw_only=True):
    """How long a session lasts, in seconds."""

    idle: int = 900
    at_most: int = 8 * 3600


class Sessions:
    """All sessions of one store; `engine` must be able to write."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        now: Callable[[], datetime],
        random: Callable[[int], bytes],
        lifetime: Lifetime,
    ) -> None:
        self._engine = engine
        self._now = now
        self._random = random
        self._lifetime = lifetime
        self._heard: dict[str, float] = {}  # person → when their last token was issued

    async def begin(self, identity: Identity, *, instead_of: str | None) -> str:
        """A session with a new id, always; the one it replaces and those over go.

        So do the person's others, if they were begun with other roles.
        """
        id_ = urlsafe_b64encode(self._random(_ID_BYTES)).rstrip(b"=").decode()
        now = self._milliseconds()
        gone = or_(self._over(now), _of_other_roles(identity))
        if instead_of is not None:
            gone = or_(gone, SESSIONS.c.id_hash == _hash(instead_of))
        row = {
            "id_hash": _hash(id_),
            "person": identity.person,
            "roles": _roles(identity),
            "began_at": now,
            "seen_at": now,
            "acr": identity.strength.acr,
            "signed_in_at": identity.strength.at,
        }
        async with self._engine.begin() as connection:
            await connection.execute(delete(SESSIONS).where(gone))
            await connection.execute(insert(SESSIONS), row)
        return id_

    async def identity(self, id_: str) -> Identity | None:
        """Whose session it is; None if there is none, or none any more."""
        now = self._milliseconds()
        mine = SESSIONS.c.id_hash == _hash(id_)
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(SESSIONS).where(mine))).one_or_none()
        if row is None or self._is_over(row.began_at, row.seen_at, now):
            return None
        if now - row.seen_at >= _NOTED_SECONDS * 1000:
            async with self._engine.begin() as connection:
                await connection.execute(
                    update(SESSIONS).where(mine).values(seen_at=now)
                )
        return Identity(
            row.person,
            frozenset(map(Role, row.roles.split())),
            strength=Strength(acr=row.acr, at=row.signed_in_at),
        )

    async def end(self, id_: str) -> None:
        """Nobody is signed in with this id any more."""
        async with self._engine.begin() as connection:
            gone = SESSIONS.c.id_hash == _hash(id_)
            await connection.execute(delete(SESSIONS).where(gone))

    async def end_all(self, person: str | None = None) -> int:
        """Sign a person out everywhere, or everybody; gives how many sessions ended."""
        gone = delete(SESSIONS)
        if person is not None:
            gone = gone.where(SESSIONS.c.person == person)
        async with self._engine.begin() as connection:
            return (await connection.execute(gone)).rowcount

    async def hear(self, identity: Identity) -> None:
        """Let a newer token's roles end the sessions that were begun with others.

        The store is asked once for each token, not for each request.
        """
        issued = identity.issued_at
        if issued is None or issued <= self._heard.get(identity.person, 0.0):
            return
        older = SESSIONS.c.began_at < int(issued * 1000)
        gone = and_(_of_other_roles(identity), older)
        async with self._engine.connect() as connection:
            found = await connection.execute(select(SESSIONS.c.id_hash).where(gone))
            is_any = found.first() is not None
        if is_any:
            async with self._engine.begin() as connection:
                await connection.execute(delete(SESSIONS).where(gone))
        if len(self._heard) >= _HEARD:
            self._heard.clear()
        self._heard[identity.person] = issued

    def _is_over(self, began_at: int, seen_at: int, now: int) -> bool:
        idle, at_most = self._lifetime.idle * 1000, self._lifetime.at_most * 1000
        return seen_at <= now - idle or began_at <= now - at_most

    def _over(self, now: int) -> ColumnElement[bool]:
        idle, at_most = self._lifetime.idle * 1000, self._lifetime.at_most * 1000
        return or_(
            SESSIONS.c.seen_at <= now - idle, SESSIONS.c.began_at <= now - at_most
        )

    def _milliseconds(self) -> int:
        return int(self._now().timestamp() * 1000)


def _of_other_roles(identity: Identity) -> ColumnElement[bool]:
    return and_(
        SESSIONS.c.person == identity.person, SESSIONS.c.roles != _roles(identity)
    )


def _roles(identity: Identity) -> str:
    return " ".join(sorted(identity.roles))


def form_token(id_: str) -> str:
    """What a request that changes something must carry beside its cookie.

    It follows from the session's id, which no other site can read, and tells nothing
    of it.
    """
    digest = hmac.digest(id_.encode(), b"adjudge form token", "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _hash(id_: str) -> bytes:
    # a cookie may hold bytes that are no text: they open nothing, and break nothing
    return sha256(id_.encode(errors="surrogateescape")).digest()
