"""Erasing and holding: what two people must agree on, and what stands in the way.

Between asking and approving lies a wait, in which a hold can be placed; and a request
nobody approves lapses.
"""

from collections.abc import Sequence
from typing import assert_never

from msgspec import Struct

from events.inspection import EvidenceErased
from events.recorded import NewEvent
from events.retention import (
    ErasureRequested,
    HoldPlaced,
    HoldReleased,
    HoldReleaseRequested,
)
from projections import Agreed, Erasure, Hold, RatingBook
from service.inspection import about, keys
from service.inspection.asker import Asker
from service.inspection.commands import (
    ApproveErasure,
    ApproveRelease,
    PlaceHold,
    RequestErasure,
    RequestRelease,
    RetentionCommand,
)
from service.refusal import Refused


def keep_or_erase(
    command: RetentionCommand, inspection: str, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    """The events that follow from a command about erasing or holding."""
    match command:
        case RequestErasure():
            return _request_erasure(command, inspection, book, asker)
        case ApproveErasure(request=request):
            return _approve_erasure(request, book, asker)
        case PlaceHold(case=case, reason=reason):
            _present(book, case)
            return (NewEvent(HoldPlaced(case=case, reason=reason), about.hold(case)),)
        case RequestRelease(hold=hold, reason=reason):
            standing = _standing(book, hold)
            if _is_open(standing.release_requested, asker):
                raise Refused(
                    "already-requested",
                    f"the release of hold {hold} was requested already; somebody else "
                    f"approves it",
                )
            wanted = HoldReleaseRequested(hold=hold, reason=reason)
            return (NewEvent(wanted, about.hold(standing.case)),)
        case ApproveRelease(hold=hold):
            standing = _standing(book, hold)
            requested = standing.release_requested
            if requested is None:
                raise Refused("not-found", f"nobody asked for the release of {hold}")
            _agree(requested, asker)
            released = HoldReleased(
                hold=hold, requested_by=requested.by, approved_by=asker.person
            )
            return (NewEvent(released, about.hold(standing.case)),)
        case _:
            assert_never(command)


def not_own_request(command: Struct, asker: Asker, book: RatingBook) -> Refused | None:
    """F6: whoever asked does not approve, whatever roles they have."""
    requested = None
    match command:
        case ApproveErasure(request=request) if request in book.retention.erasures:
            requested = book.retention.erasures[request].requested
        case ApproveRelease(hold=hold) if hold in book.retention.holds:
            requested = book.retention.holds[hold].release_requested
    if requested is None or requested.by != asker.person:
        return None
    return Refused(
        "four-eyes",
        "whoever asked for this cannot approve it; another person with the role "
        "`governance` can",
        roles=("governance",),
    )


def _request_erasure(
    command: RequestErasure, inspection: str, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    wanted = _wanted(command, inspection, book)
    erased = book.retention.erased
    left = tuple(key for key in wanted if key not in erased)
    if not left:
        raise Refused("erased", "all of these words were erased already")
    _not_held(book, left)
    for erasure in book.retention.erasures.values():
        pending = erasure.approved is None and _is_open(erasure.requested, asker)
        if pending and not set(left).isdisjoint(erasure.keys):
            raise Refused(
                "already-requested",
                f"erasure {erasure.position} asks for this already; somebody else "
                f"approves it",
            )
    requested = ErasureRequested(
        keys=left, reason_code=command.reason_code, reason=command.reason
    )
    return (NewEvent(requested, about.erasure(command.case)),)


def _wanted(
    command: RequestErasure, inspection: str, book: RatingBook
) -> Sequence[str]:
    if command.case is not None:
        _present(book, command.case)
        return (keys.of_case(inspection, command.case),)
    cases = [keys.of_case(inspection, case) for case in book.samples]
    if book.casework.caseload is not None:
        cases.append(keys.of_caseload(inspection))
    return cases if command.cases_only else (*cases, keys.of_inspection(inspection))


def _approve_erasure(
    request: int, book: RatingBook, asker: Asker
) -> Sequence[NewEvent]:
    erasure = book.retention.erasures.get(request)
    if erasure is None:
        raise Refused("not-found", f"there is no request {request} to erase anything")
    if erasure.approved is not None:
        raise Refused("erased", f"erasure {request} was approved and carried out")
    _agree(erasure.requested, asker)
    _not_held(book, erasure.keys)
    return tuple(_erased(erasure, key, asker) for key in erasure.keys)


def _erased(erasure: Erasure, key: str, asker: Asker) -> NewEvent:
    erased = EvidenceErased(
        key=key,
        reason_code=erasure.reason_code,
        requested_by=erasure.requested.by,
        approved_by=asker.person,
    )
    return NewEvent(erased, about.erasure(keys.case_of(key)))


def _agree(requested: Agreed, asker: Asker) -> None:
    """Refuse before the wait is over, and once it lapsed."""
    due = requested.at + asker.choices.erasure_wait
    if asker.at < due:
        raise Refused(
            "approval-waits",
            f"this can be approved from {due:%Y-%m-%d %H:%M} UTC, so that there is "
            f"time to object",
        )
    if not _is_open(requested, asker):
        raise Refused(
            "request-lapsed", "nobody approved this in time; it must be asked for anew"
        )


def _is_open(requested: Agreed | None, asker: Asker) -> bool:
    choices = asker.choices
    open_for = choices.erasure_wait + choices.approval_lapses_after
    return requested is not None and asker.at < requested.at + open_for


def _not_held(book: RatingBook, wanted: Sequence[str]) -> None:
    for key in wanted:
        hold = book.retention.hold_on(keys.case_of(key))
        if hold is not None:
            whole = "the inspection" if hold.case is None else f"case `{hold.case}`"
            raise Refused(
                "legal-hold",
                f"hold {hold.position} on {whole} keeps its words from being erased",
            )


def _standing(book: RatingBook, position: int) -> Hold:
    hold = book.retention.holds.get(position)
    if hold is None:
        raise Refused("not-found", f"there is no hold {position}")
    if hold.released is not None:
        raise Refused("not-found", f"hold {position} was released already")
    return hold


def _present(book: RatingBook, case: str | None) -> None:
    if case is not None and case not in book.samples:
        raise Refused("not-found", f"there is no case `{case}` in this inspection")
