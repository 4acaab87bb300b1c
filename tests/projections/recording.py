"""Facts of one inspection, recorded by hand: the shortest way to a rating book."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from msgspec import Struct

from dsl import packaged
from events.framework import FrameworkAdopted, RuleFile
from events.inspection import (
    AnswerGiven,
    AnswerWithdrawn,
    CaseAdded,
    CaseExcluded,
    CaseRestored,
    DomainSetAside,
    FactRecorded,
    FactWithdrawn,
    InspectionAnnounced,
    JudgementProposed,
)
from events.recorded import Origin, RecordedEvent, StreamName
from projections import Shelf

STREAM = StreamName("inspection", "brent-2019")
NOON = datetime(2019, 8, 5, 12, tzinfo=UTC)


def shelf_of(*frameworks: str) -> Shelf:
    """A shelf with the packaged texts of these frameworks, each as revision 1."""
    shelf = Shelf()
    for position, framework in enumerate(frameworks, start=1):
        shelf.place(
            recorded(
                adopted(framework),
                position=position,
                stream=StreamName("framework", framework),
            )
        )
    return shelf


def adopted(framework: str) -> FrameworkAdopted:
    """The fact that a packaged framework was adopted."""
    loaded = packaged(framework)
    assert loaded.framework is not None
    return FrameworkAdopted(
        framework=framework,
        revision=1,
        framework_hash=loaded.framework.hash,
        files=tuple(RuleFile(file.name, file.text) for file in loaded.files),
        author="ruth",
        reviewer="greta",
    )


def announced(
    framework: str, team: Mapping[str, str] = MappingProxyType({})
) -> InspectionAnnounced:
    """The first fact of an inspection."""
    return InspectionAnnounced(
        service="A service",
        programme="single",
        framework=framework,
        revision=1,
        framework_hash=adopted(framework).framework_hash,
        fieldwork_starts_on=date(2019, 8, 5),
        team=dict(team),
    )


def recorded(
    data: Struct,
    *,
    position: int,
    stream: StreamName = STREAM,
    version: int | None = None,
) -> RecordedEvent:
    """A fact at a place in the ledger, an hour after the one before."""
    at = NOON + timedelta(hours=position)
    return RecordedEvent(
        stream=stream,
        version=position if version is None else version,
        position=position,
        recorded_at=at,
        origin=Origin(actor="rosa", observed_at=at),
        about=_about(data),
        data=data,
    )


def record(facts: Iterable[Struct]) -> list[RecordedEvent]:
    """An inspection's facts, one after the other from position 1."""
    return [recorded(data, position=at) for at, data in enumerate(facts, start=1)]


def _about(data: Struct) -> str | None:
    match data:
        case (
            AnswerGiven(case=case, question=question)
            | AnswerWithdrawn(case=case, question=question)
        ):
            return f"answers/{case}/{question}"
        case FactRecorded(case=whose, fact=fact) | FactWithdrawn(case=whose, fact=fact):
            return f"facts/{whose or ''}/{fact}"
        case CaseAdded(case=case) | CaseExcluded(case=case) | CaseRestored(case=case):
            return f"cases/{case}"
        case DomainSetAside(domain=domain):
            return f"domains/{domain}"
        case JudgementProposed(standard=standard):
            return f"judgements/{standard}"
        case _:
            return None
