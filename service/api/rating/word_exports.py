"""The words of many cases, taken away once governance agreed, by whoever asked."""

from aiohttp import web
from msgspec import Struct

from events.exporting import ExportRequested
from events.inspection import CATEGORY
from events.recorded import RecordedEvent, StreamName
from events.sealed import SealedText
from projections import Export, Filed, RatingBook, instant
from service.api.rating.change_tables import note_words, with_words
from service.api.wire.bodies import (
    DoneBody,
    ReasonBody,
    SeenContentBody,
    WordsExportBody,
)
from service.api.wire.carrying_out import Task, carry_out, location
from service.api.wire.context import CLOCK, DESK, IDENTITY, SHELF, STORE
from service.api.wire.looking import event_of, look
from service.api.wire.parameter import AFTER_POSITION, AS_OF, KEY_REQUIRED, LIMIT
from service.api.wire.reading import number, observed, path, read
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import limit_of, paged, shown
from service.api.wire.table import CSV, LINES, SHEET, form_asked, table
from service.api.wire.viewing import EXPORTED, WHY
from service.api.wire.words import RemarkView, remark, seal_under, words_of
from service.change_rows import Asked, ChangeRow
from service.desk import Accepted
from service.inspection import about, keys
from service.inspection.asker import Asker
from service.inspection.commands import (
    ApproveExport,
    ExportCommand,
    MakeExport,
    RejectExport,
    RequestExport,
)
from service.inspection.exporting import export_at, state_of
from service.limits import Pace
from service.permission import Action
from service.scope import Scope, scope_of

routes = Routes("changes")

_EXPORTS = "/v1/inspections/{inspection}/exports"
_EXPORT = f"{_EXPORTS}/{{export}}"
_FORMS = (CSV, LINES, SHEET)


class ExportView(Struct, frozen=True, kw_only=True):
    """Words that somebody asked to take away; `content_hash` is what is approved."""

    export: int  # position of the request, and its name in addresses
    state: str  # "waiting", "approved", "rejected", "made" or "lapsed"
    as_of: int  # position of the last event that the words are taken from
    part: str | None
    actor: str | None
    since: str | None
    until: str | None
    cases: int  # how many the words are about
    content_hash: str
    requested_by: str
    requested_at: str
    settled_by: str | None
    settled_at: str | None
    made_at: str | None
    lapses_at: str | None  # null once nothing is waited for


class ExportsView(Struct, frozen=True, kw_only=True):
    """A page of requests, oldest first; `next` is the address of what follows."""

    inspection: str
    as_of: int
    exports: tuple[ExportView, ...]
    next: str | None


class ExportWithReasonView(Struct, frozen=True, kw_only=True):
    """A request with the reason it was made for, and the one it was rejected for."""

    inspection: str
    as_of: int
    export: ExportView
    reason: str | None
    rejected: RemarkView | None


@routes.get(
    _EXPORTS,
    Contract(
        may=Action.TAKE_WORDS,
        gives={200: ExportsView},
        asks=(AS_OF, AFTER_POSITION, LIMIT),
    ),
)
async def list_exports(request: web.Request) -> web.Response:
    """List what was asked to be taken away: how many cases, by whom, and its state."""
    after, asker = number(request, "after", default=0), _asker(request)

    def view(book: RatingBook) -> tuple[tuple[ExportView, ...], int]:
        some = tuple(
            _view(position, export, asker)
            for position, export in book.exports.items()
            if position > after
        )
        return some[: limit_of(request) + 1], book.position

    found, at = await look(request, view)
    page, following = paged(request, found, lambda each: each.export)
    inspection = path(request, "inspection")
    seen = ExportsView(inspection=inspection, as_of=at, exports=page, next=following)
    return shown(seen, at=at)


@routes.get(
    _EXPORT,
    Contract(
        may=Action.TAKE_WORDS,
        gives={200: ExportWithReasonView},
        asks=(AS_OF,),
        refuses=("reason-required",),
    ),
)
async def show_export(request: web.Request) -> web.Response:
    """Show one request with its reason."""
    position, asker = int(path(request, "export")), _asker(request)

    def view(book: RatingBook) -> tuple[Export, ExportView, int]:
        export = export_at(book, position)
        return export, _view(position, export, asker), book.position

    export, said, at = await look(request, view)
    reason = await words_of(request, await event_of(request, export.asked), "reason")
    rejected = None
    if export.settled is not None and said.state == "rejected":
        rejected = await remark(request, export.settled)
    seen = ExportWithReasonView(
        inspection=path(request, "inspection"),
        as_of=at,
        export=said,
        reason=reason.text,
        rejected=rejected,
    )
    return shown(seen, at=at)


@routes.post(
    _EXPORTS,
    Contract(
        may=Action.TAKE_WORDS,
        takes=WordsExportBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("not-found",),
    ),
)
async def request_export(request: web.Request) -> web.Response:
    """Ask to take words away as they stand now; another person must approve it.

    What was written later is not in them, however late they are taken.
    """
    inspection, body = path(request, "inspection"), await read(request, WordsExportBody)
    at = await request.app[DESK].read(inspection, lambda book: book.position)
    since = None if body.since is None else observed(body.since, "since")
    until = None if body.until is None else observed(body.until, "until")
    asked = Asked(actor=body.actor, part=body.part, since=since, until=until)
    _, scope = await _scope(request, at, asked)
    command = RequestExport(
        as_of=scope.as_of,
        cases=len(scope.cases),
        content_hash=scope.content_hash,
        reason=await _sealed(request, body.reason),
        part=body.part,
        actor=body.actor,
        since=since,
        until=until,
    )
    return await carry_out(
        request,
        _task(inspection, command),
        body,
        location=lambda at: location("inspections", inspection, "exports", str(at)),
    )


@routes.post(
    f"{_EXPORT}/approvals",
    Contract(
        may=Action.APPROVE_EXPORT,
        takes=SeenContentBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "not-found",
            "four-eyes",
            "content-moved",
            "export-closed",
            "request-lapsed",
        ),
    ),
)
async def approve_export(request: web.Request) -> web.Response:
    """Agree that whoever asked takes exactly these words away, once."""
    inspection, position = path(request, "inspection"), int(path(request, "export"))
    body = await read(request, SeenContentBody)
    command = ApproveExport(request=position, content_hash=body.content_hash)
    here = location("inspections", inspection, "exports", str(position))
    return await carry_out(request, _task(inspection, command), body, location=here)


@routes.post(
    f"{_EXPORT}/rejections",
    Contract(
        may=Action.APPROVE_EXPORT,
        takes=ReasonBody,
        gives={200: Accepted, 201: Accepted},
        asks=(KEY_REQUIRED,),
        refuses=("not-found", "four-eyes", "export-closed", "request-lapsed"),
    ),
)
async def reject_export(request: web.Request) -> web.Response:
    """Turn a request down; the words stay where they are."""
    inspection, position = path(request, "inspection"), int(path(request, "export"))
    body = await read(request, ReasonBody)
    command = RejectExport(request=position, reason=await _sealed(request, body.reason))
    here = location("inspections", inspection, "exports", str(position))
    return await carry_out(request, _task(inspection, command), body, location=here)


@routes.post(
    f"{_EXPORT}/tables",
    Contract(
        may=Action.TAKE_WORDS,
        takes=DoneBody,
        gives={200: None},
        asks=(KEY_REQUIRED,),
        media=_FORMS,
        pace=Pace.EXPORTS,
        refuses=(
            "not-found",
            "content-moved",
            "export-not-approved",
            "export-closed",
            "request-lapsed",
        ),
    ),
)
async def make_export(request: web.Request) -> web.Response:
    """Take away what was approved, as a table: once, and only by whoever asked.

    The same request sent again, with its key, gives the same table: a line that broke
    costs nobody the approval.
    """
    inspection, position = path(request, "inspection"), int(path(request, "export"))
    body = await read(request, DoneBody)
    asked = await request.app[DESK].read(
        inspection, lambda book: export_at(book, position).asked
    )
    events, scope = await _scope(request, asked.fact.as_of, _as_asked(asked))
    command = MakeExport(request=position, content_hash=scope.content_hash)
    done = await carry_out(request, _task(inspection, command), body)
    request[EXPORTED], request[WHY] = True, f"export {position}"
    await note_words(request, "make_export", scope)
    rows = with_words(request, events, scope.asked)
    response = table(
        rows,
        ChangeRow,
        form=form_asked(request, _FORMS),
        name=f"changes-{inspection}-{scope.as_of}",
    )
    for name in ("Record-Position", "Idempotent-Replayed"):
        if name in done.headers:
            response.headers[name] = done.headers[name]
    return response


async def _scope(
    request: web.Request, at: int, asked: Asked
) -> tuple[list[RecordedEvent], Scope]:
    """The events up to a position, and what a table of them holds."""
    stream = StreamName(CATEGORY, path(request, "inspection"))
    events = list(await request.app[STORE].read(stream, until=at))
    return events, scope_of(events, request.app[SHELF], asked)


async def _sealed(request: web.Request, reason: str) -> SealedText:
    """Why words are taken away, or not; it outlives them."""
    inspection = path(request, "inspection")
    key = keys.of_retention(inspection)
    return await seal_under(
        request, key, reason, inspection=inspection, thing=about.EXPORTS
    )


def _as_asked(filed: Filed[ExportRequested]) -> Asked:
    fact = filed.fact
    return Asked(actor=fact.actor, part=fact.part, since=fact.since, until=fact.until)


def _task(
    inspection: str,
    command: ExportCommand,
) -> Task:
    key = keys.of_retention(inspection)
    return Task(inspection=inspection, command=command, key=key)


def _asker(request: web.Request) -> Asker:
    identity = request[IDENTITY]
    return Asker(
        person=identity.person,
        roles=identity.roles,
        at=request.app[CLOCK](),
        choices=request.app[DESK].choices,
    )


def _view(position: int, export: Export, asker: Asker) -> ExportView:
    asked, settled, made = export.asked, export.settled, export.made
    fact, state = asked.fact, state_of(export, asker)
    lapses = (settled or asked).at + asker.choices.approval_lapses_after
    return ExportView(
        export=position,
        state=state,
        as_of=fact.as_of,
        part=fact.part,
        actor=fact.actor,
        since=None if fact.since is None else instant(fact.since),
        until=None if fact.until is None else instant(fact.until),
        cases=fact.cases,
        content_hash=fact.content_hash,
        requested_by=asked.by,
        requested_at=instant(asked.at),
        settled_by=None if settled is None else settled.by,
        settled_at=None if settled is None else instant(settled.at),
        made_at=None if made is None else instant(made.at),
        lapses_at=None if state in _OVER else instant(lapses),
    )


_OVER = frozenset({"made", "rejected"})
