"""Words on their way in and out: sealed before a command carries them, opened to show.

Each case has a key of its own, and each inspection one for what is not about a case, so
that the words of one can be erased without touching another's.
"""

from typing import Protocol

from aiohttp import web

from events.sealed import SealedText


class Vault(Protocol):
    """Whoever keeps the keys."""

    async def seal(self, key: str, text: str) -> SealedText:
        """Seal a text under a key, which is made if it is new."""
        ...

    async def open(self, sealed: SealedText) -> str | None:
        """The text, or None once its key was destroyed."""
        ...


VAULT: web.AppKey[Vault] = web.AppKey("vault")


async def seal(
    request: web.Request, text: str, *, inspection: str, case: str | None = None
) -> SealedText:
    """Seal what was said about a case, or about the inspection as a whole."""
    key = f"inspection/{inspection}"
    if case is not None:
        key = f"{key}/case/{case}"
    return await request.app[VAULT].seal(key, text)


async def opened(request: web.Request, sealed: SealedText | None) -> str | None:
    """The words for somebody who may read them; None if there are none any more."""
    return None if sealed is None else await request.app[VAULT].open(sealed)
