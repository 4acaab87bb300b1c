"""Verifying a pack, or a store as it lies: the proofs, and the ratings worked out anew.

What the proofs show is that the events are those that were signed; what the rules show
is that ratings and history follow from them. Where the events differ, only those before
the first difference are rated.
"""

from collections.abc import AsyncIterator, Iterable, Sequence

from events.pack.audit import audit_pack
from events.pack.form import Pack, PackError
from events.proof.audit import DiffersError, Finding, Report, audit_ledger
from events.proof.key_ring import KeyRing
from events.proof.notary import StoredPages
from events.proof.note import Note
from events.stored import StoredEvent
from projections.changes import strays
from projections.ratings_check import RatingsCheck, claimed
from projections.row_check import RowCheck
from service.records.records import Lying

_PAGE = 1000
_TOLD = 20  # events that are told one by one


def verify_pack(pack: Pack, outside: Sequence[Note], ring: KeyRing | None) -> Report:
    """Check everything a pack says; `ring` has the keys known from elsewhere."""
    report = audit_pack(pack, outside, ring)
    before = _first(report.findings)
    stated = [one for one in claimed(pack.claims) if _is_before(one.as_of, before)]
    check = RatingsCheck(stated)
    findings = _followed(check, pack.events, before)
    if check.later and not findings:
        again = RatingsCheck(check.later, reads_events=False)
        findings += _followed(again, pack.events, before)
        check.agreed += again.agreed
    return _joined(report, findings, _agreed(check), before)


async def verify_store(store: Lying, ring: KeyRing, outside: Sequence[Note]) -> Report:
    """Check a ledger, its tree, its checkpoints, and every row of its read models."""
    check, rows = RatingsCheck(), RowCheck(store.engine)
    await rows.begin()
    report = await audit_ledger(store.pages, store.proofs, ring, outside)
    before = _first(report.findings)
    until = rows.head if before is None else min(rows.head, before - 1)
    findings: list[Finding] = []
    try:
        async for page in _pages(store.pages, until):
            for event in page:
                rows.take(check.take(event))
            await rows.page(page[-1].position)
        findings += await _looked_back(store.pages, check, until)
        if before is None:
            await rows.finish((await store.pages.tail()).position)
    except DiffersError as error:
        findings.append(error.finding)
        before = error.finding.position
    findings += check.findings
    findings += rows.findings()
    if not (findings or report.findings):  # it is held against the history
        findings += await _indexed(store)
    proven = (*_agreed(check), f"{rows.followed:,} rows of ratings follow from them")
    return _joined(report, findings, proven, before)


async def _indexed(store: Lying) -> list[Finding]:
    """Where the index of changes says something else than the history."""
    found = await strays(store.engine)
    says = "`changes` does not say what the history says"
    told = [Finding(position, says) for position in found[:_TOLD]]
    if len(found) > _TOLD:
        told.append(Finding(None, f"nor for {len(found) - _TOLD} more events"))
    return told


async def _looked_back(
    ledger: StoredPages, check: RatingsCheck, until: int
) -> list[Finding]:
    """Compare what reports say of moments that were over when they were published."""
    if not check.later:
        return []
    again = RatingsCheck(check.later, reads_events=False)
    async for page in _pages(ledger, until):
        for event in page:
            again.take(event)
    again.finish()
    check.agreed += again.agreed
    return again.findings


def _followed(
    check: RatingsCheck, events: Iterable[StoredEvent], before: int | None
) -> list[Finding]:
    try:
        for event in events:
            if not _is_before(event.position, before):
                break
            check.take(event)
    except DiffersError as error:
        return [*check.findings, error.finding]
    except PackError:  # told by the audit
        return check.findings
    check.finish()
    return check.findings


async def _pages(
    ledger: StoredPages, until: int
) -> AsyncIterator[Sequence[StoredEvent]]:
    """The events up to a position, page by page."""
    after = 0
    while after < until:
        rows = await ledger.page(after=after, limit=min(_PAGE, until - after))
        page = tuple(map(StoredEvent._make, rows))
        if not page:
            return
        yield page
        after = page[-1].position


def _is_before(position: int, before: int | None) -> bool:
    return before is None or position < before


def _first(findings: Iterable[Finding]) -> int | None:
    """The first event that differs."""
    places = (one.position for one in findings if one.position is not None)
    return min(places, default=None)


def _agreed(check: RatingsCheck) -> tuple[str, ...]:
    if not check.agreed:
        return ()
    counted = "1 time" if check.agreed == 1 else f"{check.agreed} times"
    return (
        f"ratings stated {counted} follow from the events and the rule texts in them",
    )


def _joined(
    report: Report,
    findings: Sequence[Finding],
    proven: tuple[str, ...],
    before: int | None,
) -> Report:
    unproven = report.unproven
    if before is not None:
        unproven += (f"ratings from event {before} on: what they follow from differs",)
    return Report(
        (*report.findings, *findings),
        report.proven + (() if findings else proven),
        unproven,
    )
