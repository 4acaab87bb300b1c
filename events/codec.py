"""The stored form of a fact: type name, schema number and payload bytes.

The names in `EVENT_TYPES` and the fields of their classes are the storage format: a
class may be renamed, a name never. Payloads are JSON with sorted maps, so the same fact
is always the same bytes. A changed field means the next schema number here, an upcaster
in `events.upcast` and a stored sample of the new form.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import Struct

from events.break_glass import BreakGlassOpened, BreakGlassReviewed
from events.exporting import (
    ExportApproved,
    ExportMade,
    ExportRejected,
    ExportRequested,
)
from events.framework import (
    DraftReviewed,
    FrameworkAdopted,
    FrameworkDrafted,
    FrameworkWithdrawn,
)
from events.inspection import (
    AccuracyPointRaised,
    AccuracyPointSettled,
    ActionPlanReceived,
    ActionPlanReviewed,
    AnswerGiven,
    AnswerWithdrawn,
    CaseAccepted,
    CaseAdded,
    CaseAllocated,
    CaseExcluded,
    CaseloadFrozen,
    CaseMarkedAgain,
    CaseReopened,
    CaseRestored,
    CaseReturned,
    CaseSubmitted,
    CorrectionApproved,
    CorrectionProposed,
    CorrectionRejected,
    DiscretionConsidered,
    DiscretionDecided,
    DomainSetAside,
    DomainTakenUp,
    DraftSent,
    EvidenceErased,
    EvidenceReceived,
    FactRecorded,
    FactWithdrawn,
    FindingRecorded,
    FrameworkRepinned,
    GuidanceDeparted,
    InspectionAnnounced,
    InspectionReopened,
    InspectionSubmitted,
    JudgementProposed,
    JudgementWithdrawn,
    MarkingSettled,
    PersonAssigned,
    PersonReleased,
    QueryAnswered,
    QueryRaised,
    QueryResolved,
    RatingsAgreed,
    RecommendationMade,
    ReportPublished,
    SampleDrawn,
)
from events.panel import (
    DiscretionProposed,
    DiscretionVoted,
    ErratumOpened,
    PublicationProposed,
    RatingsEndorsed,
    RecommendationWithdrawn,
)
from events.recorded import Origin, RecordedEvent, StreamName
from events.retention import (
    ErasureRequested,
    HoldPlaced,
    HoldReleased,
    HoldReleaseRequested,
)
from events.store import StoreError
from events.stored import StoredRow
from events.upcast import UPCASTERS, Upcasters

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class EventType(Struct, frozen=True):
    """What a stored name stands for today: its class and its current schema number."""

    data: type[Struct]
    schema: int


EVENT_TYPES: Final[Mapping[str, EventType]] = MappingProxyType(
    {
        "framework-drafted": EventType(FrameworkDrafted, 1),
        "draft-reviewed": EventType(DraftReviewed, 1),
        "framework-adopted": EventType(FrameworkAdopted, 1),
        "framework-withdrawn": EventType(FrameworkWithdrawn, 1),
        "inspection-announced": EventType(InspectionAnnounced, 1),
        "framework-repinned": EventType(FrameworkRepinned, 1),
        "domain-set-aside": EventType(DomainSetAside, 1),
        "domain-taken-up": EventType(DomainTakenUp, 1),
        "person-assigned": EventType(PersonAssigned, 1),
        "person-released": EventType(PersonReleased, 1),
        "evidence-received": EventType(EvidenceReceived, 1),
        "caseload-frozen": EventType(CaseloadFrozen, 1),
        "sample-drawn": EventType(SampleDrawn, 1),
        "case-added": EventType(CaseAdded, 1),
        "case-allocated": EventType(CaseAllocated, 1),
        "case-excluded": EventType(CaseExcluded, 1),
        "case-restored": EventType(CaseRestored, 1),
        "fact-recorded": EventType(FactRecorded, 1),
        "fact-withdrawn": EventType(FactWithdrawn, 1),
        "answer-given": EventType(AnswerGiven, 1),
        "answer-withdrawn": EventType(AnswerWithdrawn, 1),
        "correction-proposed": EventType(CorrectionProposed, 1),
        "correction-approved": EventType(CorrectionApproved, 1),
        "correction-rejected": EventType(CorrectionRejected, 1),
        "case-submitted": EventType(CaseSubmitted, 1),
        "case-accepted": EventType(CaseAccepted, 1),
        "case-returned": EventType(CaseReturned, 1),
        "case-reopened": EventType(CaseReopened, 1),
        "query-raised": EventType(QueryRaised, 1),
        "query-answered": EventType(QueryAnswered, 1),
        "query-resolved": EventType(QueryResolved, 1),
        "case-marked-again": EventType(CaseMarkedAgain, 1),
        "marking-settled": EventType(MarkingSettled, 1),
        "inspection-submitted": EventType(InspectionSubmitted, 1),
        "inspection-reopened": EventType(InspectionReopened, 1),
        "judgement-proposed": EventType(JudgementProposed, 1),
        "judgement-withdrawn": EventType(JudgementWithdrawn, 1),
        "finding-recorded": EventType(FindingRecorded, 1),
        "guidance-departed": EventType(GuidanceDeparted, 1),
        "discretion-considered": EventType(DiscretionConsidered, 1),
        "discretion-proposed": EventType(DiscretionProposed, 1),
        "discretion-voted": EventType(DiscretionVoted, 1),
        "discretion-decided": EventType(DiscretionDecided, 1),
        "ratings-endorsed": EventType(RatingsEndorsed, 1),
        "ratings-agreed": EventType(RatingsAgreed, 1),
        "recommendation-made": EventType(RecommendationMade, 1),
        "recommendation-withdrawn": EventType(RecommendationWithdrawn, 1),
        "draft-sent": EventType(DraftSent, 1),
        "accuracy-point-raised": EventType(AccuracyPointRaised, 1),
        "accuracy-point-settled": EventType(AccuracyPointSettled, 1),
        "publication-proposed": EventType(PublicationProposed, 1),
        "report-published": EventType(ReportPublished, 1),
        "erratum-opened": EventType(ErratumOpened, 1),
        "action-plan-received": EventType(ActionPlanReceived, 1),
        "action-plan-reviewed": EventType(ActionPlanReviewed, 1),
        "evidence-erased": EventType(EvidenceErased, 1),
        "erasure-requested": EventType(ErasureRequested, 1),
        "hold-placed": EventType(HoldPlaced, 1),
        "hold-release-requested": EventType(HoldReleaseRequested, 1),
        "hold-released": EventType(HoldReleased, 1),
        "break-glass-opened": EventType(BreakGlassOpened, 1),
        "break-glass-reviewed": EventType(BreakGlassReviewed, 1),
        "export-requested": EventType(ExportRequested, 1),
        "export-approved": EventType(ExportApproved, 1),
        "export-rejected": EventType(ExportRejected, 1),
        "export-made": EventType(ExportMade, 1),
    }
)


class Codec:
    """Puts facts into their stored form and takes them out again."""

    def __init__(
        self,
        types: Mapping[str, EventType] = EVENT_TYPES,
        upcasters: Upcasters = UPCASTERS,
    ) -> None:
        self._encode = msgspec.json.Encoder(order="deterministic").encode
        self._names = {
            known.data: (name, known.schema) for name, known in types.items()
        }
        self._decoders = _decoders(types, upcasters)
        self._streams: dict[str, StreamName] = {}

    def name(self, data: Struct) -> str:
        """The stored type name of a fact."""
        return self._names[type(data)][0]

    def encode(self, data: Struct) -> tuple[str, int, bytes]:
        """Type name, schema number and payload; the inverse of `decode`."""
        name, schema = self._names[type(data)]
        return name, schema, self._encode(data)

    def decode(self, name: str, schema: int, payload: bytes) -> Struct:
        """The fact as its current class, whatever schema it was stored under."""
        decode = self._decoders.get((name, schema))
        if decode is None:
            raise StoreError(
                f"event type `{name}`, schema {schema}, is newer than this program"
            )
        try:
            return decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StoreError(
                f"a stored `{name}`, schema {schema}, cannot be read: {_plain(error)}"
            ) from error

    def recorded(self, row: StoredRow) -> RecordedEvent:
        """A stored row as the event that readers and projections see."""
        (
            position,
            stream,
            version,
            name,
            schema,
            recorded_at,
            observed_at,
            actor,
            command_id,
            correlation_id,
            causation_id,
            about,
            payload,
            _,
        ) = row
        parsed = self._streams.get(stream)
        if parsed is None:
            parsed = self._streams[stream] = StreamName.parse(stream)
        return RecordedEvent(
            stream=parsed,
            version=version,
            position=position,
            recorded_at=instant(recorded_at),
            origin=Origin(
                actor=actor,
                observed_at=instant(observed_at),
                command_id=command_id,
                correlation_id=correlation_id,
                causation_id=causation_id,
            ),
            about=about,
            data=self.decode(name, schema, payload),
        )


def microseconds(at: datetime) -> int:
    """Whole microseconds since 1970; refuses a time without a zone."""
    return (at - _EPOCH) // _MICROSECOND


def instant(microseconds: int) -> datetime:
    """The inverse of `microseconds`, in UTC."""
    return _EPOCH + timedelta(0, 0, microseconds)


def _decoders(
    types: Mapping[str, EventType], upcasters: Upcasters
) -> Mapping[tuple[str, int], Callable[[bytes], Struct]]:
    decoders: dict[tuple[str, int], Callable[[bytes], Struct]] = {}
    for name, known in types.items():
        decode: Callable[[bytes], Struct] = msgspec.json.Decoder(known.data).decode
        decoders[name, known.schema] = decode
        for schema in range(known.schema - 1, 0, -1):
            decode = _upcasting(upcasters[name, schema], decode)
            decoders[name, schema] = decode
    return decoders


def _upcasting(
    upcast: Callable[[dict[str, object]], dict[str, object]],
    decode: Callable[[bytes], Struct],
) -> Callable[[bytes], Struct]:
    """Decode one schema older: raise it by one step, then decode what that gives."""

    def step(payload: bytes) -> Struct:
        return decode(msgspec.json.encode(upcast(msgspec.json.decode(payload))))

    return step


def _plain(error: Exception) -> str:
    text = str(error)
    return text[:1].lower() + text[1:]


CODEC: Final = Codec()
