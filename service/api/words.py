"""Words on their way in and out: sealed before a command carries them, opened to show.

Each case has a key of its own, and each inspection one for what is not about a case, so
that the words of one can be erased without touching another's. Words are bound to the
thing they are about and open nowhere else.
"""

from aiohttp import web
from msgspec import Struct

from events.inspection import CATEGORY
from events.recorded import RecordedEvent, StreamName
from events.sealed import SealedText
from events.vault import Vault
from projections import Entry, instant
from service.api.context import IDENTITY
from service.api.looking import event_of
from service.permission import Action, may


class ReasonView(Struct, frozen=True, kw_only=True):
    """Why something was done, who said so and when.

    The reason is null to those who may not read cases, and once it is erased.
    """

    reason: str | None
    erased: bool
    actor: str
    recorded_at: str
    version: int
    position: int


VAULT: web.AppKey[Vault] = web.AppKey("vault")


async def seal(
    request: web.Request,
    text: str,
    *,
    inspection: str,
    thing: str,
    case: str | None = None,
) -> SealedText:
    """Seal what was said about a thing: of a case, or of the inspection as a whole."""
    context = _context(StreamName(CATEGORY, inspection), thing)
    return await request.app[VAULT].seal(_key(inspection, case), text, context)


async def fingerprint(
    request: web.Request, said: bytes, *, inspection: str, case: str | None
) -> bytes:
    """What a repeated command is known by; its words cannot be guessed from it."""
    return await request.app[VAULT].fingerprint(_key(inspection, case), said)


async def words_of(
    request: web.Request, event: RecordedEvent, name: str
) -> tuple[str | None, bool]:
    """The words an event keeps sealed in a field, and whether they were erased.

    None to those who may not read cases, whatever else they may see of the event.
    """
    sealed: SealedText | None = getattr(event.data, name, None)
    if sealed is None or not may(request[IDENTITY], Action.READ_CASES):
        return None, False
    context = _context(event.stream, event.about)
    words = await request.app[VAULT].open(sealed, context)
    return words, words is None


async def reason_of(request: web.Request, entry: Entry | None) -> ReasonView | None:
    """Why a thing is on record as it is; None where no reason was asked for."""
    if entry is None:
        return None
    event = await event_of(request, entry)
    if getattr(event.data, "reason", None) is None:
        return None
    reason, erased = await words_of(request, event, "reason")
    return ReasonView(
        reason=reason,
        erased=erased,
        actor=event.origin.actor,
        recorded_at=instant(event.recorded_at),
        version=event.version,
        position=event.position,
    )


def _key(inspection: str, case: str | None) -> str:
    whole = f"inspection/{inspection}"
    return whole if case is None else f"{whole}/case/{case}"


def _context(stream: StreamName, thing: str | None) -> str:
    return f"{stream} {thing}"
