"""Words on their way in and out: sealed before a command carries them, opened to show.

Each case has a key of its own, and each inspection one for what is not about a case, so
that the words of one can be erased without touching another's. Words are bound to the
thing they are about and open nowhere else.
"""

from typing import Any

from aiohttp import web
from msgspec import Struct

from events.inspection import CATEGORY
from events.recorded import RecordedEvent, StreamName
from events.sealed import SealedText
from events.vault.vault import Vault, VaultError
from projections import Done, Entry, Filed, instant
from service.api.wire.context import DESK, IDENTITY, LOGGER
from service.api.wire.looking import event_of
from service.api.wire.viewing import OPENED, require_reason
from service.inspection import keys
from service.permission import Action, may
from service.refusal import Refused


class ReasonView(Struct, frozen=True, kw_only=True):
    """Why something was done, who said so and when.

    The reason is null to those who may not read cases, where its key cannot be read,
    and once it is erased.
    """

    reason: str | None
    erased: bool
    unreadable: bool
    actor: str
    recorded_at: str
    version: int
    position: int


class RemarkView(Struct, frozen=True, kw_only=True):
    """What somebody said, or did without a word, and when.

    The text is null where nothing was said, to those who may not read cases, where its
    key cannot be read, and once it is erased.
    """

    text: str | None
    erased: bool
    unreadable: bool
    actor: str
    recorded_at: str
    position: int


VAULT: web.AppKey[Vault] = web.AppKey("vault")


class Words(Struct, frozen=True):
    """Words to show, or why there are none; neither: nothing was said."""

    text: str | None = None
    erased: bool = False
    unreadable: bool = False  # their key is lost or damaged, and nobody erased it


async def seal(
    request: web.Request,
    text: str,
    *,
    inspection: str,
    thing: str,
    case: str | None = None,
) -> SealedText:
    """Seal what was said about a thing: of a case, or of the inspection as a whole."""
    key = key_of(inspection, case)
    return await seal_under(request, key, text, inspection=inspection, thing=thing)


async def seal_under(
    request: web.Request, key: str, text: str, *, inspection: str, thing: str
) -> SealedText:
    """Seal what was said about a thing under a key of its own."""
    await _require_known(request, key, inspection)
    context = keys.context(StreamName(CATEGORY, inspection), thing)
    return await request.app[VAULT].seal(key, text, context)


async def fingerprint(
    request: web.Request, said: bytes, *, inspection: str, key: str
) -> bytes:
    """What a repeated command is known by; its words cannot be guessed from it."""
    await _require_known(request, key, inspection)
    return await request.app[VAULT].fingerprint(key, said)


async def words_of(
    request: web.Request,
    event: RecordedEvent,
    name: str,
    *,
    needs: Action = Action.READ_CASES,
) -> Words:
    """The words an event keeps sealed in a field, as far as they can be shown.

    None to those who may not read them, whatever else they may see of the event. A
    key that is lost or damaged hides its words and nothing else; the log tells.
    """
    sealed: SealedText | None = getattr(event.data, name, None)
    if sealed is None or not may(request[IDENTITY], needs):
        return Words()
    await require_reason(
        request,
        needs,
        inspection=event.stream.id,
        case=getattr(event.data, "case", None),
    )
    context = keys.context(event.stream, event.about)
    try:
        text = await request.app[VAULT].open(sealed, context)
    except VaultError as error:
        request.app[LOGGER].error(
            "words_unreadable", position=event.position, reason=str(error)
        )
        return Words(unreadable=True)
    request[OPENED] = text is not None or request.get(OPENED, False)
    return Words(text, erased=text is None)


async def _require_known(request: web.Request, key: str, inspection: str) -> None:
    """Refuse words about what is not on record, before a key is made for them."""
    if request.app[VAULT].knows(key):
        return
    case = keys.case_of(key)
    known = await request.app[DESK].read(
        inspection, lambda book: case is None or case in book.samples
    )
    if not known:
        raise Refused("not-found", f"there is no case `{case}` in this inspection")


async def reason_of(request: web.Request, entry: Entry | None) -> ReasonView | None:
    """Why a thing is on record as it is; None where no reason was asked for."""
    if entry is None:
        return None
    event = await event_of(request, entry)
    if getattr(event.data, "reason", None) is None:
        return None
    reason = await words_of(request, event, "reason")
    return ReasonView(
        reason=reason.text,
        erased=reason.erased,
        unreadable=reason.unreadable,
        actor=event.origin.actor,
        recorded_at=instant(event.recorded_at),
        version=event.version,
        position=event.position,
    )


async def remark(
    request: web.Request, done: Done | Filed[Any], field: str = "reason"
) -> RemarkView:
    """What was said by the event that did something."""
    said = await words_of(request, await event_of(request, done), field)
    return RemarkView(
        text=said.text,
        erased=said.erased,
        unreadable=said.unreadable,
        actor=done.by,
        recorded_at=instant(done.at),
        position=done.position,
    )


def key_of(inspection: str, case: str | None) -> str:
    """Whose key: that of a case, or of the inspection."""
    return (
        keys.of_inspection(inspection)
        if case is None
        else keys.of_case(inspection, case)
    )
