"""What is submitted of each case, with the slips that get put right on a later day.

A fact unknown at first, a fact first recorded wrongly, a wrong answer, an answer taken
back: each is chosen at random and ends in the published state. Under a wrong fact an
inspector leaves out questions that matter, or answers some that turn out not to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from dsl.framework import Effect, Framework
from service.demo.allot import is_asked
from service.demo.plan import Answer, Case, Learn, Step, Withdraw
from service.demo.wording import SECOND_LOOK, TAKEN_BACK, note

_UNKNOWN_FACTS = 2
_WRONG_FACTS = 2
_WITHDRAWN_ANSWERS = 2
_ONE_WRONG_ANSWER_IN = 25
_ONE_NOTE_IN = 6

_OPPOSITE = {
    Effect.SUFFICIENT: Effect.NOT_SUFFICIENT,
    Effect.NOT_SUFFICIENT: Effect.SUFFICIENT,
}

Place = tuple[str, str]
"""A case and one of its facts or questions."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What is submitted for one case: on the day, and later to put it right."""

    first: tuple[Step, ...]
    later: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Slips:
    unknown: frozenset[Place]  # facts
    mistaken: Mapping[Place, str]  # fact → value recorded at first
    wrong: frozenset[Place]  # questions
    withdrawn: frozenset[Place]  # questions


def visit_cases(
    cases: Sequence[Case], framework: Framework, rng: Random
) -> Mapping[str, Visit]:
    """Every case's visit, by reference."""
    slips = _choose_slips(cases, framework, rng)
    return {case.ref: _visit(case, framework, slips, rng) for case in cases}


def facts_on_record(case: Case, framework: Framework) -> Sequence[str]:
    """Facts that the service holds and the case was chosen by."""
    sample = framework.samples[case.sample]
    chosen_by = {*sample.matched_on, *(test.fact for test in sample.where)}
    return [fact for fact in case.facts if fact in chosen_by]


def facts_to_find(case: Case, framework: Framework) -> Sequence[str]:
    """Facts that the inspector establishes."""
    on_record = facts_on_record(case, framework)
    return [fact for fact in case.facts if fact not in on_record]


def _choose_slips(cases: Sequence[Case], framework: Framework, rng: Random) -> _Slips:
    facts = [
        (case.ref, fact) for case in cases for fact in facts_to_find(case, framework)
    ]
    slipped = rng.sample(facts, min(len(facts), _UNKNOWN_FACTS + _WRONG_FACTS))
    known = {
        (case.ref, fact): value for case in cases for fact, value in case.facts.items()
    }
    mistaken = {
        (ref, fact): rng.choice(
            [it for it in framework.facts[fact].values if it != known[ref, fact]]
        )
        for ref, fact in slipped[_UNKNOWN_FACTS:]
    }
    unsettled = {ref for ref, _ in slipped}
    questions = [
        (case.ref, code)
        for case in cases
        if case.ref not in unsettled
        for code, word in case.answers.items()
        if code in framework.questions and framework.answers[word] in _OPPOSITE
    ]
    answers = rng.sample(
        questions, _WITHDRAWN_ANSWERS + len(questions) // _ONE_WRONG_ANSWER_IN
    )
    return _Slips(
        unknown=frozenset(slipped[:_UNKNOWN_FACTS]),
        mistaken=mistaken,
        wrong=frozenset(answers[_WITHDRAWN_ANSWERS:]),
        withdrawn=frozenset(answers[:_WITHDRAWN_ANSWERS]),
    )


def _visit(case: Case, framework: Framework, slips: _Slips, rng: Random) -> Visit:
    facts = _find_facts(case, framework, slips)
    seen = {**case.facts, **{step.fact: step.value for step in facts.first}}
    first: list[Step] = [*facts.first]
    later: list[Step] = [*facts.later]
    for code in framework.questions:
        appears_asked = is_asked(framework, code, case.sample, seen)
        answers = _answer_question(case, code, framework, slips, rng)
        if answers.first and not appears_asked:
            later += [*answers.first, *answers.later]
        elif answers.first:
            first += answers.first
            later += answers.later
        elif appears_asked:
            word = rng.choice([*framework.answers])
            first.append(Answer(case.ref, code, word))
    return Visit(tuple(first), tuple(later))


@dataclass(frozen=True, slots=True)
class _Findings:
    first: tuple[Learn, ...]
    later: tuple[Learn, ...]


def _find_facts(case: Case, framework: Framework, slips: _Slips) -> _Findings:
    first: list[Learn] = []
    later: list[Learn] = []
    for fact in facts_to_find(case, framework):
        place, learned = (case.ref, fact), Learn(case.ref, fact, case.facts[fact])
        if place in slips.mistaken:
            first.append(Learn(case.ref, fact, slips.mistaken[place]))
        is_settled = place not in slips.mistaken and place not in slips.unknown
        (first if is_settled else later).append(learned)
    return _Findings(tuple(first), tuple(later))


def _answer_question(
    case: Case, code: str, framework: Framework, slips: _Slips, rng: Random
) -> Visit:
    """Its prompts, then the question they are evidence for; nothing where not asked."""
    if code not in case.answers:
        return Visit((), ())
    word = case.answers[code]
    effect = framework.answers[word]
    prompts = [
        Answer(case.ref, prompt.id, case.answers[prompt.id])
        for prompt in framework.questions[code].prompts
        if prompt.id in case.answers
    ]
    place = (case.ref, code)
    if place in slips.wrong or place in slips.withdrawn:
        taken_back = [Withdraw(*place, TAKEN_BACK)] if place in slips.withdrawn else []
        wrong = Answer(
            *place, _opposite(effect, framework), note(_OPPOSITE[effect], rng)
        )
        right = Answer(*place, word, SECOND_LOOK)
        return Visit((*prompts, wrong), (*taken_back, right))
    has_note = rng.randrange(_ONE_NOTE_IN) == 0
    answer = Answer(*place, word, note(effect, rng) if has_note else None)
    return Visit((*prompts, answer), ())


def _opposite(effect: Effect, framework: Framework) -> str:
    return next(
        word for word, other in framework.answers.items() if other is _OPPOSITE[effect]
    )
