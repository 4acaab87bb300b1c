"""The canonical text of a framework, which is what gets hashed.

It is itself a rule file: read again, it gives the same framework. One block a line,
sorted by kind and then by part, one space between tokens; neither comments nor what
the rules say in words nor tests.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256

from dsl.framework import (
    OVERALL,
    Band,
    Banding,
    Clause,
    Condition,
    Counted,
    CountsOnly,
    Discretion,
    Domain,
    Fact,
    FactTest,
    FirstRule,
    Framework,
    Group,
    Judgement,
    Lowest,
    Method,
    NotInspected,
    Percentage,
    Quantity,
    Question,
    Rounding,
    Rule,
    RuleRow,
    Sample,
    Scope,
    Standard,
    Total,
)
from dsl.text import say
from dsl.text.reading import MONTHS
from dsl.text.split import HEADER

_OF = {
    Scope.CASE: "a case",
    Scope.SERVICE: "the service",
    Scope.INSPECTION: "the inspection",
}


def hash_of(canonical: str) -> str:
    """`sha256:…`"""
    return f"sha256:{sha256(canonical.encode()).hexdigest()}"


def flatten(framework: Framework) -> str:
    """The canonical text, ending in a line feed."""
    lines = (HEADER, *(" ".join(line) for line in _lines(framework)))
    return "\n".join(lines) + "\n"


def _lines(framework: Framework) -> Iterator[Iterable[str]]:
    yield _framework(framework)
    for name in sorted(framework.documents):
        yield "document", _name(name), "is", _name(framework.documents[name])
    yield from _scale(framework)
    yield from (_fact(fact) for _, fact in sorted(framework.facts.items()))
    yield from (_group(group) for _, group in sorted(framework.groups.items()))
    yield from (_domain(domain) for domain in framework.domains.values())
    yield from (_standard(standard) for standard in framework.standards.values())
    yield from (_question(question) for question in framework.questions.values())
    yield from (_banding(banding) for _, banding in sorted(framework.bandings.items()))
    yield from _rules(framework)
    yield from (_sample(sample) for _, sample in sorted(framework.samples.items()))


def _scale(framework: Framework) -> Iterator[Iterable[str]]:
    if framework.ratings_rule:
        scores = [
            f"{_rating(each.name)} scores {each.score}" for each in framework.ratings
        ]
        yield "ratings", *scores, *_notes(framework.ratings_rule)
    if framework.answers_rule:
        effects = [
            f"{_rating(name)} is {does}" for name, does in framework.answers.items()
        ]
        yield "answers", *effects, *_notes(framework.answers_rule)


def _rules(framework: Framework) -> Iterator[Iterable[str]]:
    def part(id_: str) -> str:
        return _parts(framework, (id_,))

    for rate in framework.rates.values():
        method = _method(framework, rate.method)
        yield "rate", part(rate.part), "by", *method, *_notes(rate.rule)
    for cap in framework.caps:
        row = RuleRow(cap.at, cap.when, 0)
        yield "cap", part(cap.part), "at", _row(framework, row), *_notes(cap.rule)
    for guidance in framework.guidance.values():
        rows = [f"usually {_row(framework, row)}" for row in guidance.rows]
        departing = ["departing from this needs a reason"] * guidance.needs_reason
        notes = _notes(guidance.rule)
        yield "guidance for", part(guidance.part), *rows, *departing, *notes
    for discretion in framework.discretion.values():
        yield _discretion(discretion, part(discretion.standard))
    for check in framework.case_checks.values():
        signs = " or when ".join(say.signs(check))
        yield f"warning for {part(check.question)} when", signs, *_notes(check.rule)


def _framework(framework: Framework) -> Iterator[str]:
    yield f"framework {_name(framework.name)}"
    if framework.applies_from:
        yield f"applies to fieldwork from {_day(framework.applies_from)}"
    if framework.applies_until:
        yield f"until {_day(framework.applies_until)}"
    for gap in sorted(framework.no_fieldwork, key=lambda gap: gap.first):
        yield f"no fieldwork from {_day(gap.first)} until {_day(gap.last)}"
        yield f"because {_name(gap.because)}"
    for kind, word in sorted(framework.words.items()):
        yield f"calls a {kind} {_name(word)}"
    yield from _notes(framework.rule)


def _fact(fact: Fact) -> Iterator[str]:
    yield f"fact {_name(fact.name)} of {_OF[fact.scope]} is"
    yes_no = fact.values == ("yes", "no")
    yield "yes or no" if yes_no else f"one of {_names(fact.values)}"
    yield from _notes(fact.rule)


def _group(group: Group) -> Iterator[str]:
    where = f"cases where {_tests(group.where)}" if group.where else "all cases"
    yield f"group {_name(group.name)} is {where}"
    yield from _notes(group.rule)


def _domain(domain: Domain) -> Iterator[str]:
    yield f"domain {domain.id} {_name(domain.title)}"
    yield from _notes(domain.rule)


def _standard(standard: Standard) -> Iterator[str]:
    yield f"standard {standard.id} {_name(standard.title)}"
    if standard.aim is not None:
        yield f"aim {_name(standard.aim)}"
    yield from _notes(standard.rule)


def _question(question: Question) -> Iterator[str]:
    yield f"question {question.id} {_name(question.title)}"
    if not question.asked_of_cases:
        yield "not asked of cases"
    if question.group is not None:
        yield f"for group {_name(question.group)}"
    for prompt in question.prompts:
        yield f"prompt {prompt.id.rpartition('.')[2]} {_name(prompt.title)}"
        if prompt.where_applicable:
            yield "where applicable"
        if prompt.group is not None:
            yield f"for group {_name(prompt.group)}"
    yield from _notes(question.rule)


def _banding(banding: Banding) -> Iterator[str]:
    yield f"banding {_name(banding.name)} of"
    if banding.percentages:
        yield "whole percentages, halves rounded up"
    else:
        yield f"scores from 0 to {banding.top}"
    for band in banding.bands:
        yield from _band(band)
    yield from _notes(banding.rule)


def _band(band: Band) -> Iterator[str]:
    yield f"{band.low} to {band.high} is {_rating(band.rating)}"
    if band.called is not None:
        yield f"called {_name(band.called)}"


def _method(framework: Framework, method: Method) -> Iterator[str]:
    match method:
        case Judgement(by):
            yield "judgement" if by is None else f"judgement of {_name(by)}"
        case Percentage(answer, banding):
            yield f"the percentage of relevant cases answered {_rating(answer)}"
            yield f"using banding {_name(banding)}"
        case Lowest(of, leaving_out):
            yield f"the lowest rating of {_parts(framework, of)}"
            if leaving_out:
                yield "leaving out those not rated"
        case Total(of, in_proportion, banding):
            yield f"the total score of {_parts(framework, of)}"
            if in_proportion:
                yield "in proportion"
            if framework.bandings[banding].percentages:
                yield "as a percentage"
            yield f"using banding {_name(banding)}"
        case CountsOnly():
            yield "counts only"
        case FirstRule(rows=rows, panel_decides=panel_decides):
            yield "the first rule that applies"
            yield from (_row(framework, row) for row in rows)
            if panel_decides:
                yield "otherwise the panel decides"


def _row(framework: Framework, row: RuleRow) -> str:
    return f"{_rating(row.rating)} when {_condition(framework, row.when)}"


def _condition(framework: Framework, condition: Condition) -> str:
    return " and ".join(_clause(framework, clause) for clause in condition)


def _clause(framework: Framework, clause: Clause) -> str:
    match clause:
        case FactTest():
            return _tests((clause,))
        case NotInspected(domain):
            return f"domain {domain} is not inspected"
        case Counted(quantity, number, of, ratings):
            many = str(quantity)
            if quantity in (Quantity.OR_MORE, Quantity.OR_FEWER):
                many = f"{number} {quantity}"
            whose = "the rest" if of is None else _parts(framework, of)
            scale = [each.name for each in framework.ratings if each.name in ratings]
            return f"{many} of {whose} are {' or '.join(map(_rating, scale))}"


def _discretion(discretion: Discretion, part: str) -> Iterator[str]:
    grounds = []
    if discretion.near_points is not None:
        within = f"within {discretion.near_points} points of a boundary"
        grounds.append(f"the lowest percentage is {within}")
    if discretion.one_case:
        grounds.append("one case judged differently would change the rating")
    if discretion.few_cases is not None:
        grounds.append(f"the rating rests on {discretion.few_cases} cases or fewer")
    yield f"discretion for {part} may be considered when {' or when '.join(grounds)}"
    yield f"moves the rating at most {discretion.most_bands} bands up or down"
    yield f"decided by {_name(discretion.by)} with a rationale"
    if discretion.considers:
        yield f"considers {_names(discretion.considers)}"
    yield from _notes(discretion.rule)


def _sample(sample: Sample) -> Iterator[str]:
    yield f"sample {_name(sample.name)} for domains {', '.join(sample.domains)}"
    if sample.where:
        yield f"is cases where {_tests(sample.where)}"
    if sample.started_months is not None:
        first, last = sample.started_months
        yield f"started {first} to {last} months before fieldwork"
    if sample.share_per_cent is not None:
        yield f"makes up {sample.share_per_cent} per cent of all cases"
    if sample.confidence_per_cent is not None:
        yield f"sized for {sample.confidence_per_cent} per cent confidence"
        yield f"and a margin of {sample.margin_points} points"
    if sample.rounding is not Rounding.UP:
        yield f"size {sample.rounding.value}"
    if sample.matched_on:
        yield f"matched to the caseload on {_names(sample.matched_on)}"
    yield from _notes(sample.rule)


def _parts(framework: Framework, parts: tuple[str, ...]) -> str:
    if parts == (OVERALL,):
        return OVERALL
    kind = "question" if parts[0] in framework.questions else "standard"
    return f"{kind} {', '.join(parts)}"


def _tests(tests: Iterable[FactTest]) -> str:
    return " and ".join(
        f"{_name(test.fact)} is {'not ' * test.negated}{_values(test)}"
        for test in tests
    )


def _values(test: FactTest) -> str:
    values = sorted(test.values)
    if len(values) > 1:
        return f"one of {_names(values)}"
    return values[0] if values[0] in ("yes", "no") else _name(values[0])


def _notes(rule: Rule) -> Iterator[str]:
    for source in rule.sources:
        place = "" if source.place is None else f", {_name(source.place)}"
        yield f"source {_name(source.document)}{place}"
    for guess in rule.assumes:
        yield f"assumes {_name(guess)}"


def _name(name: str) -> str:
    return f'"{name}"'


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(_name, names))


def _rating(name: str) -> str:
    return f"'{name}'"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
