"""Changes as tables to take away, with what was written where a reason is given."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import islice

from aiohttp import web
from msgspec.structs import replace

from events.inspection import CATEGORY
from events.recorded import RecordedEvent, StreamName
from projections import RatingBook
from service.api.wire.context import DESK, IDENTITY, SHELF, STORE
from service.api.wire.pacing import keep_pace
from service.api.wire.parameter import REASON, SINCE, UNTIL
from service.api.wire.problems import Fault, Unfit
from service.api.wire.reading import moment, number
from service.api.wire.route import Parameter
from service.api.wire.table import CSV, LINES, SHEET, Rows, table
from service.api.wire.viewing import EXPORTED, note, reason_given
from service.api.wire.words import Words, words_of
from service.authority import may_within
from service.change_rows import Asked, ChangeRow, change_rows
from service.limits import Pace
from service.permission import Action
from service.refusal import Refused
from service.scope import EVIDENCE, WHY, Scope, scope_of

WORDS = Parameter(
    name="words",
    place="query",
    says="`true`: a table says what was written as well, and why; the header "
    f"`{REASON.name}` says what for. Only tables have it: where `Accept` names "
    "none, lines of JSON come.",
    schema={"type": "string", "enum": ["true", "false"], "default": "false"},
)
FILTERS = (
    Parameter(name="actor", place="query", says="Only what this person caused."),
    Parameter(
        name="part",
        place="query",
        says="Only this part, and what is below it: 2.1 and 2.1.3.",
    ),
    SINCE,
    UNTIL,
)
"""Which changes are asked for."""

_AT_ONCE = 200  # rows
TABLES = (LINES, CSV, SHEET)
"""The first is what words come as where `Accept` likes none of them."""


def asked_changes(request: web.Request) -> Asked:
    """The changes that a request asks for."""
    if request.query.get(WORDS.name, "false") not in {"true", "false"}:
        fault = Fault(parameter=WORDS.name, detail="must be `true` or `false`")
        raise Unfit((fault,))
    return Asked(
        after=number(request, "after", default=0),
        actor=request.query.get("actor"),
        part=request.query.get("part"),
        since=moment(request, "since"),
        until=moment(request, "until"),
    )


def words_asked(request: web.Request) -> bool:
    """Whether what was written is asked for: only tables have it."""
    return request.query.get(WORDS.name) == "true"


async def changes_of_one(
    request: web.Request, inspection: str, *, form: str, until: int, asked: Asked
) -> web.Response:
    """Every change of an inspection up to a position, as a table."""
    identity = request[IDENTITY]
    keep_pace(request, Pace.EXPORTS, identity.person)

    def reads_cases(book: RatingBook) -> bool:
        return may_within(identity.person, identity.roles, Action.READ_CASES, book)

    open_to_them = await request.app[DESK].read(inspection, reads_cases)
    stream = StreamName(CATEGORY, inspection)
    events = await request.app[STORE].read(stream, until=until)
    request[EXPORTED] = True
    rows = _rows(request, (stream,), until, asked, cases=open_to_them)
    if words_asked(request):
        scope = scope_of(events, request.app[SHELF], asked)
        await _allow_words(request, scope, reads_cases=open_to_them)
        rows = with_words(request, events, asked)
    return table(rows, ChangeRow, form=form, name=f"changes-{inspection}-{until}")


async def changes_of_all(
    request: web.Request,
    streams: Sequence[StreamName],
    *,
    form: str,
    until: int,
    asked: Asked,
) -> web.Response:
    """Every change of these inspections up to a position, one after the other."""
    keep_pace(request, Pace.EXPORTS, request[IDENTITY].person)
    request[EXPORTED] = True
    rows = _rows(request, streams, until, asked, cases=True)
    return table(rows, ChangeRow, form=form, name=f"changes-{until}")


async def _rows(
    request: web.Request,
    streams: Sequence[StreamName],
    until: int,
    asked: Asked,
    *,
    cases: bool,
) -> Rows:
    for stream in streams:
        events = await request.app[STORE].read(stream, until=until)
        if not events:
            continue  # announced since
        async for some in _some(change_rows(events, request.app[SHELF], asked)):
            rows = [row for _, row in some]
            yield rows if cases else [_without_cases(row) for row in rows]


async def with_words(
    request: web.Request, events: Sequence[RecordedEvent], asked: Asked
) -> Rows:
    """The rows with what was written."""
    async for some in _some(change_rows(events, request.app[SHELF], asked)):
        yield [
            replace(
                row,
                why=await _said(request, recorded, WHY),
                evidence=await _said(request, recorded, EVIDENCE),
            )
            for recorded, row in some
        ]


async def _some(
    rows: Iterable[tuple[RecordedEvent, ChangeRow]],
) -> AsyncIterator[Sequence[tuple[RecordedEvent, ChangeRow]]]:
    """Some rows at a time, so that others have their turn between."""
    rest = iter(rows)
    while some := tuple(islice(rest, _AT_ONCE)):
        yield some
        await asyncio.sleep(0)


async def _allow_words(
    request: web.Request, scope: Scope, *, reads_cases: bool
) -> None:
    """Raise Refused where these words may not be taken away; note whose they are."""
    if not reads_cases:
        raise Refused(
            "forbidden", "only those who may read cases take their words away"
        )
    if not reason_given(request):
        raise Refused(
            "reason-required",
            f"say what you take these words away for in the header `{REASON.name}`",
        )
    alone = request.app[DESK].choices.cases_alone
    if len(scope.cases) > alone:
        raise Refused(
            "too-many-cases",
            f"these are words about {len(scope.cases)} cases, and one person takes "
            f"away those of {alone} at most; ask for a part or a time, or ask "
            f"governance at `/v1/inspections/{scope.inspection}/exports`",
            roles=("governance",),
        )
    await note_words(request, "list_changes", scope)


async def note_words(request: web.Request, operation: str, scope: Scope) -> None:
    """Note every case whose words are taken away."""
    cases = (*((None,) if scope.of_inspection else ()), *scope.cases)
    if cases:
        await note(request, operation, "words", cases=cases)


async def _said(
    request: web.Request, recorded: RecordedEvent, names: Sequence[str]
) -> str | None:
    for name in names:
        if getattr(recorded.data, name, None) is not None:
            return _shown(await words_of(request, recorded, name))
    return None


def _shown(words: Words) -> str | None:
    if words.erased:
        return "(erased)"
    return "(cannot be read)" if words.unreadable else words.text


def _without_cases(row: ChangeRow) -> ChangeRow:
    """For those who may not read cases: what moved, not what was judged."""
    return replace(row, about=None, case=None, answer_before=None, answer_after=None)
