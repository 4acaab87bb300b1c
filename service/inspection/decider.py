"""What follows from a command, given what is on record: facts, or a refusal.

Everything is decided from the rating book and the framework it is held to. Work that
does not count is accepted; only what makes no sense under the framework is refused.
"""

from collections.abc import Sequence
from typing import assert_never

from dsl import Framework, Scope
from events.inspection import (
    AnswerGiven,
    AnswerWithdrawn,
    CaseExcluded,
    CaseRestored,
    DomainSetAside,
    DomainTakenUp,
    FactRecorded,
    FactWithdrawn,
    InspectionAnnounced,
)
from events.recorded import NewEvent
from projections import Edition, RatingBook, Shelf
from service.identity import PER_INSPECTION
from service.inspection import about
from service.inspection.answering import legal_answer, legal_question, status_of
from service.inspection.belonging import misfit
from service.inspection.break_glass import break_glass
from service.inspection.commands import (
    AddCase,
    AnnounceInspection,
    BreakGlassCommand,
    DepartFromGuidance,
    ExcludeCase,
    ExportCommand,
    GiveAnswer,
    InspectionCommand,
    ProposeJudgement,
    RatingCommand,
    RecordFact,
    RestoreCase,
    RetentionCommand,
    SetDomainAside,
    TakeDomainUp,
    WithdrawAnswer,
    WithdrawFact,
    WithdrawJudgement,
)
from service.inspection.exporting import take_away
from service.inspection.fieldwork import decide as fieldwork
from service.inspection.fieldwork.commands import FieldworkCommand
from service.inspection.fieldwork.locks import (
    require_not_replaced,
    require_open_case,
    require_open_fieldwork,
)
from service.inspection.joining import joined
from service.inspection.judging import (
    depart_from_guidance,
    propose_judgement,
    withdraw_judgement,
)
from service.inspection.panel import decide as panel
from service.inspection.panel.commands import PanelCommand
from service.inspection.panel.lock import require_unlocked
from service.inspection.record import changeable, known, removable
from service.inspection.retention import keep_or_erase
from service.inspection.situation import Situation
from service.refusal import Refused


def decide(command: InspectionCommand, situation: Situation) -> Sequence[NewEvent]:
    """The events that follow from a command; none if it changes nothing."""
    if isinstance(command, AnnounceInspection):
        return _announce(command, situation)
    if situation.book is None:
        raise Refused("not-found", f"there is no inspection `{situation.inspection}`")
    events = _follow(command, situation, situation.book)
    require_unlocked(events, situation.book)
    return events


def _follow(
    command: InspectionCommand, situation: Situation, book: RatingBook
) -> Sequence[NewEvent]:
    if isinstance(command, RatingCommand):  # the busiest first: there are many kinds
        return _decide(command, book, seen=situation.seen)
    if isinstance(command, RetentionCommand):
        return keep_or_erase(command, situation.inspection, book, situation.asker)
    if isinstance(command, BreakGlassCommand):
        return break_glass(command, book, situation.asker)
    if isinstance(command, ExportCommand):
        return take_away(command, book, situation.asker)
    if isinstance(command, FieldworkCommand):
        return fieldwork.decide(command, book, situation.asker)
    if isinstance(command, PanelCommand):
        return panel.decide(command, situation, book)
    assert_never(command)


def _decide(
    command: RatingCommand, book: RatingBook, *, seen: bool
) -> Sequence[NewEvent]:
    _require_unlocked(command, book)
    match command:
        case GiveAnswer():
            return _answer(command, book, seen=seen)
        case WithdrawAnswer(case=case, question=question, reason=reason):
            status_of(book, case)
            thing = about.answer(case, question)
            version = removable(book, thing, seen=seen)
            withdrawn = AnswerWithdrawn(
                case=case, question=question, replaces=version, reason=reason
            )
            return (NewEvent(withdrawn, thing),)
        case RecordFact():
            return _record_fact(command, book, seen=seen)
        case WithdrawFact(case=case, fact=fact):
            thing = about.fact(case, fact)
            version = removable(book, thing, seen=seen)
            return (
                NewEvent(FactWithdrawn(case=case, fact=fact, replaces=version), thing),
            )
        case AddCase():
            return _add_case(command, book)
        case ExcludeCase(case=case, reason=reason):
            if status_of(book, case) == "excluded":
                return ()
            return (NewEvent(CaseExcluded(case=case, reason=reason), about.case(case)),)
        case RestoreCase(case=case, reason=reason):
            if status_of(book, case) == "included":
                return ()
            require_not_replaced(book, case)
            return (NewEvent(CaseRestored(case=case, reason=reason), about.case(case)),)
        case SetDomainAside(domain=domain, reason=reason):
            known("domain", domain, book.framework.domains)
            if book.entry(about.domain(domain)) is not None:
                return ()
            aside = DomainSetAside(domain=domain, reason=reason)
            return (NewEvent(aside, about.domain(domain)),)
        case TakeDomainUp(domain=domain, reason=reason):
            known("domain", domain, book.framework.domains)
            if book.entry(about.domain(domain)) is None:
                return ()
            taken_up = DomainTakenUp(domain=domain, reason=reason)
            return (NewEvent(taken_up, about.domain(domain)),)
        case ProposeJudgement():
            return propose_judgement(command, book, seen=seen)
        case WithdrawJudgement():
            return withdraw_judgement(command, book, seen=seen)
        case DepartFromGuidance():
            return depart_from_guidance(command, book)
        case AnnounceInspection():
            raise Refused(
                "inspection-exists", "an inspection has this id; choose another"
            )
        case _:
            assert_never(command)


_MovesFigures = (
    AddCase
    | ExcludeCase
    | RestoreCase
    | SetDomainAside
    | TakeDomainUp
    | RecordFact
    | WithdrawFact
    | GiveAnswer
    | WithdrawAnswer
)
_ChangesCase = GiveAnswer | WithdrawAnswer | RecordFact | WithdrawFact


def _require_unlocked(command: RatingCommand, book: RatingBook) -> None:
    """Refuse what changes a submitted case, or any figure once all is submitted."""
    if isinstance(command, _MovesFigures):
        require_open_fieldwork(book)
    if isinstance(command, _ChangesCase) and command.case is not None:
        require_open_case(book, command.case)


def _announce(command: AnnounceInspection, situation: Situation) -> Sequence[NewEvent]:
    if situation.book is not None:
        raise Refused(
            "inspection-exists",
            f"`{situation.inspection}` is the id of another inspection; ids are never "
            f"used twice",
        )
    for role in command.team.values():
        known("role", role, PER_INSPECTION)
    edition = _edition(command, situation.shelf)
    announced = InspectionAnnounced(
        service=command.service,
        programme=command.programme,
        framework=edition.id,
        revision=edition.revision,
        framework_hash=edition.framework.hash,
        fieldwork_starts_on=command.fieldwork_starts_on,
        follows=command.follows,
        team=command.team,
    )
    return (NewEvent(announced),)


def _edition(command: AnnounceInspection, shelf: Shelf) -> Edition:
    """The rules in force on the first day of fieldwork, never by publication."""
    day = command.fieldwork_starts_on
    in_force = {edition.id: edition for edition in shelf.in_force(day)}
    choices = ", ".join(in_force) or "none"
    if command.framework is None:
        if len(in_force) == 1:
            return next(iter(in_force.values()))
        raise Refused(
            "framework-not-chosen",
            f"say which framework: in force on {day} are {choices}",
            accepted=tuple(in_force),
        )
    known("framework", command.framework, shelf.ids())
    if command.framework not in in_force:
        raise Refused(
            "framework-not-in-force",
            f"`{command.framework}` is not in force on {day}; in force are {choices}",
            accepted=tuple(in_force),
        )
    if command.revision is None:
        return in_force[command.framework]
    for edition in shelf.revisions(command.framework):
        if edition.revision == command.revision and shelf.is_usable(edition):
            return edition
    raise Refused(
        "framework-not-in-force",
        f"`{command.framework}` has no revision {command.revision} to be used",
    )


def _answer(command: GiveAnswer, book: RatingBook, *, seen: bool) -> Sequence[NewEvent]:
    question = legal_question(book, command.case, command.question)
    legal_answer(book, command.answer)
    thing = about.answer(command.case, question)
    replaces = changeable(book, thing, seen=seen)
    if command.evidence is None and _is(book, thing, command.answer):
        return ()
    given = AnswerGiven(
        case=command.case,
        question=question,
        answer=command.answer,
        replaces=replaces,
        evidence=command.evidence,
    )
    return (NewEvent(given, thing),)


def _record_fact(
    command: RecordFact, book: RatingBook, *, seen: bool
) -> Sequence[NewEvent]:
    _legal_fact(book.framework, command.case, command.fact, command.value)
    if command.case is not None:
        status_of(book, command.case)
    thing = about.fact(command.case, command.fact)
    replaces = changeable(book, thing, seen=seen)
    if _is(book, thing, command.value):
        return ()
    recorded = FactRecorded(
        case=command.case, fact=command.fact, value=command.value, replaces=replaces
    )
    return (NewEvent(recorded, thing),)


def _legal_fact(framework: Framework, case: str | None, name: str, value: str) -> None:
    of_case = case is not None
    scope = "a case" if of_case else "the service or the inspection"
    facts = {
        fact.name: fact
        for fact in framework.facts.values()
        if (fact.scope is Scope.CASE) == of_case
    }
    fact = facts[known("fact", name, facts, of=f" of {scope}")]
    known("value", value, fact.values, of=f" of “{name}”")


def _add_case(command: AddCase, book: RatingBook) -> Sequence[NewEvent]:
    samples = book.framework.samples
    sample = samples[known("sample", command.sample, samples)]
    for name, value in command.facts.items():
        _legal_fact(book.framework, command.case, name, value)
    if (stray := misfit(sample, command.facts)) is not None:
        raise Refused("outside-sample", stray.says, pointer=f"/facts/{stray.fact}")
    return joined(book, command.case, sample.name, command.facts)


def _is(book: RatingBook, thing: str, value: str) -> bool:
    entry = book.entry(thing)
    return entry is not None and entry.value == value
