"""Compiles a framework into the index arrays of its plan, once for each hash."""

from collections.abc import Iterable, Mapping
from typing import assert_never

from dsl.framework import (
    Banding,
    Condition,
    Counted,
    CountsOnly,
    Discretion,
    FirstRule,
    Framework,
    Judgement,
    Lowest,
    Percentage,
    Question,
    Scope,
    Total,
)
from dsl.live.plan import (
    EFFECTS,
    ByCount,
    ByFirstRule,
    ByJudgement,
    ByLowest,
    ByTotal,
    Ceiling,
    CountedRanks,
    Expectation,
    Opening,
    Plan,
    Test,
    Way,
)
from dsl.rating.banding import band_of, in_proportion, lower_edges
from dsl.rating.order import bottom_up, inputs, parts_read

_PLANS: dict[str, Plan] = {}


def plan_of(framework: Framework) -> Plan:
    """The plan of a framework, kept by its hash: it holds nothing of files or lines."""
    if framework.hash not in _PLANS:
        _PLANS[framework.hash] = _compile(framework)
    return _PLANS[framework.hash]


def _compile(framework: Framework) -> Plan:
    others = [each for each in bottom_up(framework) if each not in framework.questions]
    cells = (*framework.questions, *others)
    cell = {part: index for index, part in enumerate(cells)}
    slots = tuple(_slots(framework.questions.values()))
    groups = tuple(_groups(question, name) for question, name in slots)
    ranks = {each.name: rank for rank, each in enumerate(framework.ratings)}
    question_of = tuple(cell[question.id] for question, _ in slots)
    return Plan(
        ranks=ranks,
        cells=cells,
        cell=cell,
        questions=len(framework.questions),
        ways=tuple(_way(framework, part, cell) for part in cells),
        domains=tuple(_domain(framework, part) for part in cells),
        ceilings=tuple(_ceilings(framework, part, cell) for part in cells),
        above=_above(framework, cells, cell),
        openings={
            cell[part]: _opening(framework, rule, cell)
            for part, rule in framework.discretion.items()
        },
        guidance={
            part: Expectation(
                cell[part],
                tuple(cell[each] for each in rule.reads),
                tuple(
                    (ranks[row.rating], _test(row.when, ranks, cell))
                    for row in rule.rows
                ),
            )
            for part, rule in framework.guidance.items()
        },
        slots=tuple(name for _, name in slots),
        slot={name: index for index, (_, name) in enumerate(slots)},
        question_of=question_of,
        groups=groups,
        moved_by=_moved_by(framework, groups),
        asks={
            name: bytes(
                question.asked_of_cases and question.domain in sample.domains
                for question, _ in slots
            )
            for name, sample in framework.samples.items()
        },
        effects={
            answer: EFFECTS[effect] for answer, effect in framework.answers.items()
        },
    )


def _slots(questions: Iterable[Question]) -> list[tuple[Question, str]]:
    asked = list(questions)
    prompts = [(each, prompt.id) for each in asked for prompt in each.prompts]
    return [*((question, question.id) for question in asked), *prompts]


def _groups(question: Question, slot: str) -> tuple[str, ...]:
    """A prompt is relevant within the cases of its question, or fewer of them."""
    own = [prompt.group for prompt in question.prompts if prompt.id == slot]
    return tuple(dict.fromkeys(filter(None, (question.group, *own))))


def _domain(framework: Framework, part: str) -> str | None:
    if part in framework.questions:
        return framework.questions[part].domain
    if part in framework.standards:
        return framework.standards[part].domain
    return None


def _way(framework: Framework, part: str, cell: Mapping[str, int]) -> Way:
    method = framework.rates[part].method
    ranks = {each.name: rank for rank, each in enumerate(framework.ratings)}
    way: Way
    match method:
        case Judgement():
            way = ByJudgement()
        case Percentage(banding=banding):
            way = ByCount(_lookup(framework.bandings[banding], ranks), asked=True)
        case CountsOnly():
            question = framework.questions.get(part)
            way = ByCount(None, asked=question is not None and question.asked_of_cases)
        case Lowest(of=of, leaving_out=leaving_out):
            way = ByLowest(tuple(cell[each] for each in of), leaving_out)
        case Total():
            way = _by_total(framework, method, ranks, cell)
        case FirstRule(rows=rows, of=of, panel_decides=panel_decides):
            way = ByFirstRule(
                tuple(cell[each] for each in of),
                tuple(
                    (ranks[row.rating], _test(row.when, ranks, cell)) for row in rows
                ),
                panel_decides,
            )
        case _:
            assert_never(method)
    return way


def _lookup(banding: Banding, ranks: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(
        ranks[band_of(banding, number).rating] for number in range(banding.top + 1)
    )


def _by_total(
    framework: Framework,
    method: Total,
    ranks: Mapping[str, int],
    cell: Mapping[str, int],
) -> ByTotal:
    points = tuple(each.score for each in framework.ratings)
    banding = framework.bandings[method.banding]
    scales = tuple(
        _lookup(in_proportion(banding, max(points) * rated), ranks)
        for rated in range(1, len(method.of) + 1)
    )
    of = tuple(cell[each] for each in method.of)
    return ByTotal(of, method.in_proportion, points, ((), *scales))


def _test(
    condition: Condition, ranks: Mapping[str, int], cell: Mapping[str, int]
) -> Test:
    return tuple(
        CountedRanks(
            clause,
            None if clause.of is None else tuple(cell[each] for each in clause.of),
            frozenset(ranks[rating] for rating in clause.ratings),
        )
        if isinstance(clause, Counted)
        else clause
        for clause in condition
    )


def _ceilings(
    framework: Framework, part: str, cell: Mapping[str, int]
) -> tuple[Ceiling, ...]:
    ranks = {each.name: rank for rank, each in enumerate(framework.ratings)}
    return tuple(
        Ceiling(number, ranks[cap.at], _test(cap.when, ranks, cell))
        for number, cap in enumerate(framework.caps)
        if cap.part == part
    )


def _above(
    framework: Framework, cells: tuple[str, ...], cell: Mapping[str, int]
) -> tuple[frozenset[int], ...]:
    above: list[set[int]] = [set() for _ in cells]
    for part in cells:
        below = {*inputs(framework, part)}
        for cap in framework.caps:
            if cap.part == part:
                below.update(parts_read(cap.when))
        if part in framework.discretion:
            below.update(framework.standards[part].questions)
        for each in below:
            above[cell[each]].add(cell[part])
    return tuple(frozenset(each) for each in above)


def _opening(
    framework: Framework, rule: Discretion, cell: Mapping[str, int]
) -> Opening:
    ranks = {each.name: rank for rank, each in enumerate(framework.ratings)}
    questions: list[int] = []
    near: list[tuple[bool, ...]] = []
    lookups: list[tuple[int, ...]] = []
    for question in framework.standards[rule.standard].questions:
        method = framework.rates[question].method
        if not isinstance(method, Percentage):
            continue
        banding = framework.bandings[method.banding]
        points = -1 if rule.near_points is None else rule.near_points
        questions.append(cell[question])
        lookups.append(_lookup(banding, ranks))
        near.append(
            tuple(
                any(abs(number - edge) <= points for edge in lower_edges(banding))
                for number in range(banding.top + 1)
            )
        )
    few_cases = -1 if rule.few_cases is None else rule.few_cases
    return Opening(
        tuple(questions), tuple(near), rule.one_case, few_cases, tuple(lookups)
    )


def _moved_by(
    framework: Framework, groups: Iterable[Iterable[str]]
) -> Mapping[str, tuple[int, ...]]:
    moved: dict[str, list[int]] = {fact: [] for fact in framework.facts}
    for index, each in enumerate(groups):
        for group in each:
            for test in framework.groups[group].where:
                moved[test.fact].append(index)
    return {
        fact: tuple(dict.fromkeys(indexes))
        for fact, indexes in moved.items()
        if framework.facts[fact].scope is Scope.CASE
    }
