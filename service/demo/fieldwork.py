"""Who assessed which case on which day, and when they put right what was wrong."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import zip_longest
from random import Random

from dsl.framework import Framework
from service.demo.plan import (
    LEAD,
    Accept,
    Allocate,
    Answer,
    Case,
    Join,
    Learn,
    Step,
    Submission,
    Submit,
    Withdraw,
)
from service.demo.published import Fieldwork
from service.demo.slip import facts_on_record, visit_cases

_OPENS = time(9, tzinfo=UTC)
_MONDAY_TO_FRIDAY = timedelta(days=3)
_WORKING_SECONDS = 8 * 60 * 60


def join_cases(
    cases: Sequence[Case], framework: Framework, fieldwork: Fieldwork
) -> Sequence[Submission]:
    """The samples as the lead enters them, on the Friday before fieldwork."""
    steps: list[Step] = [
        Join(
            case.ref,
            case.sample,
            {fact: case.facts[fact] for fact in facts_on_record(case, framework)},
        )
        for case in cases
    ]
    friday = fieldwork.starts_on - _MONDAY_TO_FRIDAY
    return through_the_day(friday, [(LEAD, step) for step in steps])


def allocate_cases(
    assessed: Sequence[Submission], fieldwork: Fieldwork
) -> Sequence[Submission]:
    """The lead gives each case to the inspector who will assess it, the same day."""
    friday = fieldwork.starts_on - _MONDAY_TO_FRIDAY
    closes = datetime.combine(friday, _OPENS) + timedelta(seconds=_WORKING_SECONDS)
    return [Submission(closes, LEAD, Allocate(inspectors_of(assessed)))]


def inspectors_of(assessed: Sequence[Submission]) -> Mapping[str, str]:
    """Who assessed which case."""
    return {
        submission.step.case: submission.by
        for submission in assessed
        if isinstance(submission.step, Learn | Answer | Withdraw)
    }


def check_cases(assessed: Sequence[Submission]) -> Sequence[tuple[str, Step]]:
    """Every inspector submits their cases, and the next one accepts them."""
    inspectors = inspectors_of(assessed)
    people = sorted({*inspectors.values()})
    colleagues = dict(zip(people, [*people[1:], people[0]], strict=True))
    if len(people) == 1:
        colleagues = dict.fromkeys(people, LEAD)
    submitted: list[tuple[str, Step]] = [
        (person, Submit(case)) for case, person in inspectors.items()
    ]
    accepted = [
        (colleagues[person], Accept(case)) for case, person in inspectors.items()
    ]
    return [*submitted, *accepted]


def assess_cases(
    cases: Sequence[Case],
    framework: Framework,
    fieldwork: Fieldwork,
    inspectors: int,
    rng: Random,
) -> Sequence[Submission]:
    """Facts and answers of all cases, day by day; inspectors work side by side."""
    visits = visit_cases(cases, framework, rng)
    order = rng.sample(cases, len(cases))
    days = [fieldwork.starts_on + timedelta(days=day) for day in range(fieldwork.days)]
    revisits = [fieldwork.second_week_on] if fieldwork.second_week_on else []
    work: dict[date, dict[str, list[Step]]] = {day: {} for day in [*days, *revisits]}
    for turn, case in enumerate(order):
        person = f"inspector-{turn % inspectors + 1}"
        visited = turn // inspectors % (len(days) - 1)
        again = rng.choice(revisits or days[visited + 1 :])
        visit = visits[case.ref]
        work[days[visited]].setdefault(person, []).extend(visit.first)
        work[again].setdefault(person, []).extend(visit.later)
    return [
        submission
        for day, queues in work.items()
        for submission in through_the_day(day, list(_side_by_side(queues)))
    ]


def through_the_day(
    day: date, steps: Sequence[tuple[str, Step]]
) -> Sequence[Submission]:
    """Spread a day's steps evenly over its working hours, in the order given."""
    opens = datetime.combine(day, _OPENS)
    return [
        Submission(
            opens + timedelta(seconds=_WORKING_SECONDS * turn // len(steps)),
            person,
            step,
        )
        for turn, (person, step) in enumerate(steps)
    ]


def _side_by_side(queues: Mapping[str, Sequence[Step]]) -> Iterator[tuple[str, Step]]:
    people = sorted(queues)
    for turn in zip_longest(*(queues[person] for person in people)):
        for person, step in zip(people, turn, strict=True):
            if step is not None:
                yield person, step
