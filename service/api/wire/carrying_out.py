"""From a request to a command carried out, and from its reply to a response."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote

import msgspec
from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from events.recorded import Origin
from events.store import CommandKey
from service.api.wire.bodies import Body
from service.api.wire.context import (
    CHECKPOINTS,
    CLOCK,
    DESK,
    IDENTITY,
    REQUEST_ID,
    STORE,
)
from service.api.wire.problems import etag
from service.api.wire.reading import (
    NO_VERSION,
    asked,
    command_id,
    expects_nothing,
    observed,
    seen,
)
from service.api.wire.route import JSON
from service.api.wire.worded import told_in
from service.api.wire.words import fingerprint, key_of
from service.desk import Errand
from service.inspection.commands import AnnounceInspection, InspectionCommand
from service.inspection.panel.commands import ApprovePublication


class Task(Struct, frozen=True, kw_only=True):
    """A command, where it goes, and the versioned thing it changes, if there is one."""

    inspection: str
    command: InspectionCommand
    thing: str | None = None
    withdraws: bool = False  # nothing is on record afterwards
    key: str | None = (
        None  # its repeats are known by; otherwise its case's or inspection's
    )


class _Marks(Struct):
    """The few fields of a stored reply that become status and headers."""

    position: int
    version: int
    created: bool


_MARKS = msgspec.json.Decoder(_Marks)


async def carry_out(
    request: web.Request,
    task: Task,
    body: Body | None,
    *,
    location: str | Callable[[int], str] | None = None,
) -> web.Response:
    """Run a command and answer with its reply; a repeat gets the first one's.

    What a PUT records lies at its own address; `location` is that of what a POST makes,
    or makes it from the position where it is on record.
    """
    request.app[CHECKPOINTS].require_sound()
    command = await _signed_for(request, task.command)
    errand = errand_of(
        request,
        Sent(
            key=await _command_key(request, task, body),
            thing=task.thing,
            seen=await _seen_version(request, task),
            first=expects_nothing(request),
            observed_at=None if body is None else body.observed_at,
            may_identify=told_in(body),
        ),
    )
    reply, replayed = await request.app[DESK].run(task.inspection, command, errand)
    marks = _MARKS.decode(reply)
    headers = {"Record-Position": str(marks.position)}
    if task.thing is not None and not task.withdraws:
        headers["ETag"] = etag(marks.version)
    if marks.created and request.method == "PUT":
        headers["Location"] = request.rel_url.raw_path
    elif marks.created and location is not None:
        headers["Location"] = (
            location if isinstance(location, str) else location(marks.position)
        )
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return web.Response(
        body=reply,
        status=201 if marks.created else 200,
        content_type=JSON,
        headers=headers,
    )


class Sent(Struct, frozen=True, kw_only=True):
    """What a command brings along: its key, what it changes, what was seen of it."""

    key: CommandKey | None
    observed_at: datetime | None
    thing: str | None = None
    seen: int | None = None
    first: bool = False
    may_identify: tuple[str, ...] = ()


def errand_of(request: web.Request, sent: Sent) -> Errand:
    """A command on its way to the desk, in the name of whoever asks."""
    now = request.app[CLOCK]()
    at = sent.observed_at
    return Errand(
        origin=Origin(
            actor=request[IDENTITY].person,
            observed_at=now if at is None else observed(at),
            command_id=None if sent.key is None else sent.key.id,
            correlation_id=request[REQUEST_ID],
        ),
        key=sent.key,
        thing=sent.thing,
        seen=sent.seen,
        first=sent.first,
        may_identify=sent.may_identify,
        roles=request[IDENTITY].roles,
        strength=request[IDENTITY].strength,
        at=now,
    )


async def _signed_for(
    request: web.Request, command: InspectionCommand
) -> InspectionCommand:
    """The command itself; nothing is published that no checkpoint covers."""
    if not isinstance(command, ApprovePublication):
        return command
    head = await request.app[STORE].head()
    checkpoint = await request.app[CHECKPOINTS].covering(head.position)
    return replace(command, signed=checkpoint.size)


async def _command_key(
    request: web.Request, task: Task, body: Body | None
) -> CommandKey | None:
    id_ = command_id(request)
    if id_ is None:
        return None
    said, inspection = asked(request, body), task.inspection
    if isinstance(task.command, AnnounceInspection):  # it has no words, nor a key yet
        return CommandKey(id_, sha256(said).digest())
    key = task.key or key_of(inspection, request.match_info.get("case"))
    return CommandKey(
        id_, await fingerprint(request, said, inspection=inspection, key=key)
    )


async def _seen_version(request: web.Request, task: Task) -> int | None:
    """The one version the asker has seen, of those they name the one on record."""
    named, thing = seen(request), task.thing
    if named is None or thing is None:
        return None
    if len(named.versions) == 1:
        return named.versions[0]
    entry = await request.app[DESK].read(
        task.inspection, lambda book: book.entry(thing)
    )
    if entry is not None and (named.any or entry.version in named.versions):
        return entry.version
    return NO_VERSION


def location(*steps: str) -> str:
    """The address of something under `/v1`."""
    return "/v1/" + "/".join(quote(step, safe="") for step in steps)
