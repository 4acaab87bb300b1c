"""What the service answers with, as far as inspectors' tools read it.

Fields that are not named here are passed over, so that a service may say more later.
"""

from msgspec import Struct


class Figures(Struct, frozen=True, kw_only=True):
    """The numbers a rating rested on; what does not apply to a part is None."""

    yes: int | None = None
    relevant: int | None = None
    missing: int | None = None
    percentage: int | None = None
    score: int | None = None
    maximum: int | None = None
    decided_by: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()


class RatingEffect(Struct, frozen=True, kw_only=True):
    """A rating, an expectation or a discretion state that one write moved."""

    part: str
    kind: str
    before: str | None
    after: str | None
    unrated: str | None
    provisional: bool
    figures_before: Figures
    figures_after: Figures
    rule_file: str
    rule_line: int


class Accepted(Struct, frozen=True, kw_only=True):
    """What was recorded; `version` is what the next change must have seen."""

    inspection: str
    position: int
    version: int
    created: bool
    recorded_at: str | None  # None: nothing changed
    counted: bool | None
    not_counted_because: str | None
    outside_sample: str | None
    effects: tuple[RatingEffect, ...]
    may_identify: tuple[str, ...] = ()  # what in the words may tell who somebody is


class WordsView(Struct, frozen=True, kw_only=True):
    """Words, or why there are none: erased, unreadable, or not for the asker."""

    text: str | None
    erased: bool


class FiledView(Struct, frozen=True, kw_only=True):
    """Who brought something about, and where it is on record."""

    actor: str
    recorded_at: str
    version: int
    position: int


class RemarkView(Struct, frozen=True, kw_only=True):
    """What somebody said, or did without a word, and when."""

    text: str | None
    erased: bool
    actor: str
    recorded_at: str
    position: int


class ReasonView(Struct, frozen=True, kw_only=True):
    """Why something was done, who said so and when."""

    reason: str | None
    erased: bool
    actor: str
    recorded_at: str
    version: int
    position: int


class IdentityView(Struct, frozen=True, kw_only=True):
    """Who the token belongs to, and what they may do."""

    person: str
    kind: str
    name: str | None
    roles: tuple[str, ...]
    may: tuple[str, ...]


class InspectionSummary(Struct, frozen=True, kw_only=True):
    """An inspection in the register."""

    inspection: str
    service: str
    programme: str
    framework: str
    revision: int
    fieldwork_starts_on: str
    announced_at: str
    overall: str | None


class InspectionsView(Struct, frozen=True, kw_only=True):
    """A page of the register."""

    as_of: int
    inspections: tuple[InspectionSummary, ...]
    next: str | None


class InspectionView(Struct, frozen=True, kw_only=True):
    """One inspection and where it stands."""

    inspection: str
    service: str
    programme: str
    framework: str
    revision: int
    framework_hash: str
    fieldwork_starts_on: str
    announced_at: str
    as_of: int
    version: int
    not_inspected: tuple[str, ...]
    set_aside_because: dict[str, ReasonView]
    cases: int
    follows: str | None
    fieldwork_submitted: bool
    overall: str | None
    provisional: bool
    agreed: bool
    published: int


class AssignmentView(Struct, frozen=True, kw_only=True):
    """One person's parts."""

    person: str
    roles: tuple[str, ...]


class AssignmentsView(Struct, frozen=True, kw_only=True):
    """Everybody who has a part in an inspection."""

    inspection: str
    as_of: int
    people: tuple[AssignmentView, ...]


class CaseSummary(Struct, frozen=True, kw_only=True):
    """A case, its sample, and whether it counts."""

    case: str
    sample: str
    status: str


class CasesView(Struct, frozen=True, kw_only=True):
    """All cases of an inspection."""

    inspection: str
    as_of: int
    cases: tuple[CaseSummary, ...]
    next: str | None


class EntryView(Struct, frozen=True, kw_only=True):
    """What is on record about one thing, and at which version."""

    value: str
    version: int
    position: int


class StandingView(Struct, frozen=True, kw_only=True):
    """An answer on record, and whether it counts."""

    answer: str
    version: int
    position: int
    counted: bool | None
    not_counted_because: str | None


class GapView(Struct, frozen=True, kw_only=True):
    """One thing that is still open, in a sentence."""

    kind: str
    case: str | None
    question: str | None
    says: str


class WarningView(Struct, frozen=True, kw_only=True):
    """One reason for a second look; it blocks nothing and changes no rating."""

    part: str
    sign: str
    says: str
    file: str
    line: int


class CaseWorkView(Struct, frozen=True, kw_only=True):
    """Whose a case is, how far it has come, and what is open about it."""

    state: str
    moved: RemarkView | None
    allocated_to: str | None
    worked_on_by: tuple[str, ...]
    submitted_by: str | None
    stands_in: str | None
    gaps: tuple[GapView, ...]


class CaseView(Struct, frozen=True, kw_only=True):
    """A case with its facts, its answers and the questions asked of it."""

    inspection: str
    as_of: int
    case: str
    sample: str
    status: str
    because: ReasonView | None
    outside_sample: str | None
    work: CaseWorkView
    questions: tuple[str, ...]
    facts: dict[str, EntryView]
    answers: dict[str, StandingView]
    warnings: tuple[WarningView, ...] = ()


class CorrectionView(Struct, frozen=True, kw_only=True):
    """A proposed answer beside the one it would replace."""

    correction: int
    answer: str | None
    replaces: int | None
    state: str
    evidence: str | None
    proposed: RemarkView
    settled: RemarkView | None


class AnswerView(Struct, frozen=True, kw_only=True):
    """An answer with the inspector's words, who gave it and when."""

    inspection: str
    as_of: int
    case: str
    question: str
    answer: str
    version: int
    position: int
    counted: bool | None
    not_counted_because: str | None
    evidence: str | None
    erased: bool
    actor: str
    recorded_at: str
    observed_at: str
    correction: CorrectionView | None


class RatingChange(Struct, frozen=True, kw_only=True):
    """One value that one event moved, from what to what, and by which rule."""

    position: int
    part: str
    kind: str
    value_before: str | None
    value_after: str | None
    unrated: str | None
    unrated_before: str | None
    provisional: bool
    provisional_before: bool
    figures_before: Figures
    figures_after: Figures
    event_type: str
    version: int
    about: str | None
    answer_before: str | None
    answer_after: str | None
    actor: str
    recorded_at: str
    observed_at: str
    rule_file: str
    rule_line: int


class AnswerEventView(Struct, frozen=True, kw_only=True):
    """One moment in the life of an answer, and every rating it moved."""

    position: int
    version: int
    event_type: str
    answer: str | None  # None: withdrawn
    actor: str
    recorded_at: str
    observed_at: str
    evidence: str | None
    erased: bool
    changes: tuple[RatingChange, ...]


class AnswerHistoryView(Struct, frozen=True, kw_only=True):
    """Everything that was ever answered to one question of one case."""

    inspection: str
    as_of: int
    case: str
    question: str
    events: tuple[AnswerEventView, ...]


class FactView(Struct, frozen=True, kw_only=True):
    """A fact of a case, or of the service or inspection (`case` is None)."""

    inspection: str
    as_of: int
    case: str | None
    fact: str
    value: str
    version: int
    position: int
    actor: str
    recorded_at: str
    observed_at: str


class FactEventView(Struct, frozen=True, kw_only=True):
    """One moment in the life of a fact."""

    position: int
    version: int
    event_type: str
    value: str | None  # None: withdrawn
    actor: str
    recorded_at: str
    observed_at: str


class FactHistoryView(Struct, frozen=True, kw_only=True):
    """Everything that was ever recorded of one fact of a case."""

    inspection: str
    as_of: int
    case: str
    fact: str
    events: tuple[FactEventView, ...]


class JudgementView(Struct, frozen=True, kw_only=True):
    """The proposed rating of a judged standard, with its rationale."""

    inspection: str
    as_of: int
    standard: str
    rating: str
    version: int
    position: int
    rests_on: tuple[str, ...]
    rationale: str | None
    erased: bool
    actor: str
    recorded_at: str


class ChangesView(Struct, frozen=True, kw_only=True):
    """A page of rating changes in the order they happened."""

    inspection: str
    as_of: int
    changes: tuple[RatingChange, ...]
    next: str | None
