"""Adopting rule texts: from a checked file to a fact in the ledger."""

from collections.abc import Sequence

from dsl import Loaded, Severity, packaged, packaged_ids, run_test
from events.framework import CATEGORY, FrameworkAdopted, RuleFile
from events.recorded import NewEvent, Origin, StreamName
from events.store import Append, EventStore
from projections import Edition, Shelf
from service.family import objections
from service.refusal import Refused


async def adopt(
    store: EventStore, shelf: Shelf, loaded: Loaded, origin: Origin, *, reviewer: str
) -> Edition:
    """Make a framework usable as its next revision; the newest if it says the same.

    Raises Refused `rule-diagnostics` or `rule-tests-failing`.
    """
    framework = loaded.framework
    if framework is None or any(
        d.severity is Severity.ERROR for d in loaded.diagnostics
    ):
        raise Refused("rule-diagnostics", "the rules have mistakes; check them first")
    for clash in objections(loaded, shelf):
        raise Refused("rule-diagnostics", clash.message)
    failures = sum(len(run_test(framework, test)) for test in loaded.tests)
    if failures:
        raise Refused(
            "rule-tests-failing", "the tests of the rules fail; mend them first"
        )

    def decide() -> Sequence[NewEvent]:
        revisions = shelf.revisions(framework.id)
        if revisions and revisions[-1].adopted.framework_hash == framework.hash:
            return ()
        adopted = FrameworkAdopted(
            framework=framework.id,
            revision=len(revisions) + 1,
            framework_hash=framework.hash,
            files=tuple(RuleFile(file.name, file.text) for file in loaded.files),
            author=origin.actor,
            reviewer=reviewer,
            effective_on=framework.applies_from,
        )
        return (NewEvent(adopted),)

    appended = await store.append(
        Append(stream=StreamName(CATEGORY, framework.id), origin=origin, decide=decide)
    )
    for recorded in appended.events:
        shelf.place(recorded)
    return shelf.revisions(framework.id)[-1]


async def adopt_packaged(store: EventStore, shelf: Shelf, origin: Origin) -> None:
    """Adopt the frameworks that come with the program and were never adopted here.

    A packaged text that changed is not adopted by itself: that takes people.
    """
    for id_ in packaged_ids():
        if not shelf.revisions(id_):
            await adopt(store, shelf, packaged(id_), origin, reviewer=origin.actor)
