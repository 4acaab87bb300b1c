"""Audit packs to take away: made when they are asked for, and kept by nobody here."""

import asyncio
from collections.abc import AsyncIterator
from tempfile import TemporaryFile
from typing import IO, Annotated

from aiohttp import web
from msgspec import Meta, Struct

from service.api.wire.context import CHECKPOINTS, DESK, IDENTITY, PAGES, PROOFS, STORE
from service.api.wire.parameter import KEY_REQUIRED
from service.api.wire.reading import command_id, read
from service.api.wire.route import Contract, Routes
from service.api.wire.viewing import OF_INSPECTION
from service.limits import Pace
from service.permission import Action
from service.proof.export_pack import Sources, Wanted, export_pack
from service.refusal import Refused

routes = Routes("audit")

EXPORTING = web.AppKey("exporting", asyncio.Lock)  # one at a time
RUNNING = web.AppKey("running", set[tuple[str, str | None]])  # who, under which key

_ZIP = "application/zip"
_CHUNK = 256 * 1024  # bytes
_MOST = 100  # checkpoints

Size = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class ExportBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes into the pack: one inspection, or everything.

    `checkpoints` are sizes of checkpoints kept elsewhere, so that the pack can be held
    against them; the newest is in every pack.
    """

    inspection: Annotated[str, Meta(max_length=63)] | None = None
    checkpoints: Annotated[tuple[Size, ...], Meta(max_length=_MOST)] = ()


@routes.post(
    "/v1/exports",
    Contract(
        may=Action.EXPORT,
        takes=ExportBody,
        gives={200: None},
        asks=(KEY_REQUIRED,),
        media=(_ZIP,),
        pace=Pace.EXPORTS,
        refuses=("not-found", "nothing-signed", "request-in-progress"),
    ),
)
async def export_audit_pack(request: web.Request) -> web.Response:
    """Make an audit pack, which proves what it says without this service."""
    app, asked = request.app, (request[IDENTITY].person, command_id(request))
    if asked in app[RUNNING]:
        raise Refused(
            "request-in-progress", "the pack asked for under this key is being made"
        )
    body = await read(request, ExportBody)
    sources = Sources(app[STORE], app[DESK], app[PAGES], app[PROOFS], app[CHECKPOINTS])
    wanted = Wanted(body.inspection, frozenset(body.checkpoints))
    if body.inspection is not None:
        request[OF_INSPECTION] = body.inspection
    file = await asyncio.to_thread(TemporaryFile)
    app[RUNNING].add(asked)
    try:
        async with app[EXPORTING]:
            position = await export_pack(sources, wanted, file)
    except BaseException:
        file.close()
        raise
    finally:
        app[RUNNING].discard(asked)
    name = f"adjudge-{body.inspection or 'ledger'}-{position}.zip"
    return web.Response(
        body=_chunks(file),
        content_type=_ZIP,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Record-Position": str(position),
        },
    )


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        file.seek(0)
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
