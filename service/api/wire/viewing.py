"""Noting who has seen what, before it is handed out."""

from collections.abc import Sequence

from aiohttp import web

from service.access_log.access_log import Access, AccessLog, Kind
from service.api.wire.context import DESK, IDENTITY, REQUEST_ID
from service.api.wire.parameter import REASON
from service.authority import works_with
from service.identity import PER_INSPECTION
from service.permission import Action
from service.refusal import Refused

ACCESS_LOG = web.AppKey("access_log", AccessLog)
OPENED = web.RequestKey("opened", bool)  # whether sealed words were opened
EXPORTED = web.RequestKey("exported", bool)  # whether a table is taken away
OPENED_AS = web.RequestKey("opened_as", str)  # the emergency it was seen in
WHY = web.RequestKey("why", str)  # words are taken away, where the service knows it
OF_INSPECTION = web.RequestKey("of_inspection", str)  # where the path does not say

_NOTED: dict[Action, Kind] = {Action.READ_CASES: "case", Action.EXPORT: "export"}
_MOST = 200  # characters of a reason
_EXPLAINED = web.RequestKey("explained", set)  # what nobody needs to ask why of again


def require_fit_reason(request: web.Request) -> None:
    """Raise Refused where the reason given is none that can be kept."""
    reason = _reason(request)
    if reason is not None and len(reason) > _MOST:
        raise Refused(
            "reason-required", f"`{REASON.name}` has at most {_MOST} characters"
        )


async def require_reason(
    request: web.Request, action: Action, *, inspection: str, case: str | None
) -> None:
    """Raise Refused where they must say why they look at this, and do not.

    Called before cases are shown and wherever words are opened: no operation opens
    words in another way, so none can forget to ask.
    """
    identity = request[IDENTITY]
    if _why(request) is not None or identity.roles <= _WITH_PART:
        return
    explained = request.setdefault(_EXPLAINED, set())
    if (action, inspection, case) in explained:
        return
    if not await request.app[DESK].read(
        inspection, lambda book: works_with(identity, action, book, case=case)
    ):
        raise Refused(
            "reason-required",
            f"say why you look at this in the header `{REASON.name}`; a reference will "
            f"do, names do not belong there",
        )
    explained.add((action, inspection, case))


_WITH_PART = PER_INSPECTION
"""Those whose part in an inspection the door has looked at already."""


async def note_view(request: web.Request, operation: str, action: Action) -> None:
    """Note what this request has seen, if it is of the kind that is noted."""
    kind = "words" if request.get(OPENED) else _NOTED.get(action)
    if request.get(EXPORTED):
        kind = "export"
    if kind is not None:
        await note(request, operation, kind, cases=(request.match_info.get("case"),))


async def note(
    request: web.Request, operation: str, kind: Kind, *, cases: Sequence[str | None]
) -> None:
    """Note a look, or an export, for each of the cases it is of; None: of none."""
    identity = request[IDENTITY]
    await request.app[ACCESS_LOG].note(
        *(
            Access(
                person=identity.person,
                roles=tuple(sorted(identity.roles)),
                kind=kind,
                operation=operation,
                inspection=request.match_info.get("inspection")
                or request.get(OF_INSPECTION),
                case=case,
                reason=_why(request),
                request_id=request[REQUEST_ID],
            )
            for case in cases
        )
    )


def reason_given(request: web.Request) -> bool:
    """Whether the asker says why they look."""
    return _reason(request) is not None


def _why(request: web.Request) -> str | None:
    """Why they look: as the service knows it, as they say, or in what emergency."""
    return request.get(WHY) or _reason(request) or request.get(OPENED_AS)


def _reason(request: web.Request) -> str | None:
    said = request.headers.get(REASON.name, "").strip()
    if not said.isprintable():  # bytes that are no text among them
        raise Refused("reason-required", f"`{REASON.name}` is plain text, on one line")
    return said or None
