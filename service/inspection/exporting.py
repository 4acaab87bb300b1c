"""Taking away the words of many cases: one person asks, governance agrees, once (F7).

What is approved is named by its hash and by nothing else, and taken from the record as
it stood when it was asked for; so nothing that comes later is in it (F8).
"""

from collections.abc import Sequence
from typing import assert_never

from msgspec import Struct

from events.exporting import (
    ExportApproved,
    ExportMade,
    ExportRejected,
    ExportRequested,
)
from events.recorded import NewEvent
from projections import Export, RatingBook
from service.inspection import about
from service.inspection.asker import Asker
from service.inspection.commands import (
    ApproveExport,
    ExportCommand,
    MakeExport,
    RejectExport,
    RequestExport,
)
from service.inspection.panel.lapse import has_lapsed, refuse_lapsed
from service.refusal import Refused


def take_away(
    command: ExportCommand, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    """The events that follow from a command about taking words away."""
    match command:
        case RequestExport():
            requested = ExportRequested(
                as_of=command.as_of,
                cases=command.cases,
                content_hash=command.content_hash,
                reason=command.reason,
                part=command.part,
                actor=command.actor,
                since=command.since,
                until=command.until,
            )
            return (NewEvent(requested, about.EXPORTS),)
        case ApproveExport(request=request, content_hash=told):
            _require_same(_waiting(book, request, asker), told)
            approved = ExportApproved(request=request, content_hash=told)
            return (NewEvent(approved, about.EXPORTS),)
        case RejectExport(request=request, reason=reason):
            _waiting(book, request, asker)
            rejected = ExportRejected(request=request, reason=reason)
            return (NewEvent(rejected, about.EXPORTS),)
        case MakeExport(request=request, content_hash=told):
            _require_same(_approved(book, request, asker), told)
            made = ExportMade(request=request, content_hash=told)
            return (NewEvent(made, about.EXPORTS),)
        case _:
            assert_never(command)


def export_at(book: RatingBook, request: int) -> Export:
    """The request at a position; raises Refused where there is none."""
    export = book.exports.get(request)
    if export is None:
        raise Refused("not-found", f"there is no request {request} to take words away")
    return export


def state_of(export: Export, asker: Asker) -> str:
    """How far it has come, as people call it."""
    if export.made is not None:
        return "made"
    if export.settled is not None and isinstance(export.settled.fact, ExportRejected):
        return "rejected"
    if has_lapsed((export.settled or export.asked).at, asker):
        return "lapsed"
    return "waiting" if export.settled is None else "approved"


def not_own_export(command: Struct, asker: Asker, book: RatingBook) -> Refused | None:
    """Whoever asked does not settle it, whatever roles they have."""
    if isinstance(command, ApproveExport | RejectExport):
        export = book.exports.get(command.request)
        if export is not None and export.asked.by == asker.person:
            return Refused(
                "four-eyes",
                "you asked for this; another person with the role `governance` settles "
                "it",
                roles=("governance",),
            )
    return None


def only_own_export(command: Struct, asker: Asker, book: RatingBook) -> Refused | None:
    """Nobody takes away what somebody else was allowed to."""
    if isinstance(command, MakeExport):
        export = book.exports.get(command.request)
        if export is not None and export.asked.by != asker.person:
            return Refused("forbidden", "only whoever asked for these words takes them")
    return None


def _waiting(book: RatingBook, request: int, asker: Asker) -> Export:
    export = export_at(book, request)
    state = state_of(export, asker)
    if state == "lapsed":
        refuse_lapsed(f"request {request}")
    if state != "waiting":
        raise Refused("export-closed", f"request {request} is {state} already")
    return export


def _approved(book: RatingBook, request: int, asker: Asker) -> Export:
    export = export_at(book, request)
    state = state_of(export, asker)
    if state == "lapsed":
        refuse_lapsed(f"request {request}")
    if state == "waiting":
        raise Refused(
            "export-not-approved",
            f"nobody approved request {request} yet",
            roles=("governance",),
        )
    if state != "approved":
        raise Refused("export-closed", f"request {request} is {state} already")
    return export


def _require_same(export: Export, told: str) -> None:
    if export.asked.fact.content_hash != told:
        raise Refused(
            "content-moved",
            "these are not the words that were asked for; read it again",
        )
