"""Resolves everything an author wrote by name: a version becomes a framework."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from dsl.bind.binding import Binding
from dsl.bind.conditions import Terms
from dsl.bind.facts import bind_facts, bind_groups
from dsl.bind.parts import bind_domains, bind_questions, bind_standards
from dsl.bind.rates import Scale, bind_rates, most_scored
from dsl.bind.rules import (
    bind_caps,
    bind_discretion,
    bind_guidance,
    bind_warnings,
)
from dsl.bind.samples import bind_samples
from dsl.bind.scale import bind_answers, bind_bandings, bind_ratings
from dsl.framework import Framework, NoFieldwork
from dsl.text.nodes import DocumentNode, FrameworkNode, Statement
from dsl.text.reading import MONTHS


def bind(
    binding: Binding, node: FrameworkNode, statement: Statement, family: tuple[str, ...]
) -> Framework:
    """The framework, not yet hashed; sound only if the binding found no error."""
    version = binding.version
    documents = {each.name.text: each.title for each, _ in version.each(DocumentNode)}
    _check_sources(binding, documents)
    binding.once(node.again)
    ratings, ratings_rule = bind_ratings(binding)
    answers, answers_rule = bind_answers(binding)
    facts = bind_facts(binding)
    groups = bind_groups(binding, facts)
    samples = bind_samples(binding, facts)
    bandings = bind_bandings(binding, ratings, most_scored(binding, ratings))
    terms = Terms(binding, ratings, facts)
    rates = bind_rates(Scale(terms, answers, bandings))
    applies_from, applies_until = _dates(binding, node)
    return Framework(
        id=statement.file.removesuffix(".rules"),
        name=node.name.text,
        hash="",
        canonical="",
        applies_from=applies_from,
        applies_until=applies_until,
        family=family,
        words={kind: word.text for kind, word in node.words},
        documents=documents,
        ratings=ratings,
        answers=answers,
        facts=facts,
        groups=groups,
        domains=bind_domains(binding),
        standards=bind_standards(binding),
        questions=bind_questions(binding, groups, samples.values()),
        bandings=bandings,
        rates=rates,
        caps=bind_caps(terms),
        guidance=bind_guidance(terms),
        discretion=bind_discretion(binding, rates),
        samples=samples,
        rule=binding.rule(statement, node.notes),
        ratings_rule=ratings_rule,
        answers_rule=answers_rule,
        no_fieldwork=_gaps(binding, node),
        case_checks=bind_warnings(binding),
    )


def _check_sources(binding: Binding, documents: Mapping[str, str]) -> None:
    for notes in binding.version.notes():
        for source in notes.sources:
            binding.knows("document", source.document, documents)


def _dates(binding: Binding, node: FrameworkNode) -> tuple[date | None, date | None]:
    for first, last in node.applies:
        days = [first, *([last] if last else [])]
        for day in days:
            if day.value is None:
                binding.found.error(
                    "not-a-day",
                    f"`{day.text}` is not a day",
                    day.span,
                    _as_a_day(day.text),
                )
        start, end = first.value, last.value if last else None
        if last and start and end and end < start:
            binding.found.error(
                "dates-order",
                f"`{last.text}` comes before `{first.text}`",
                last.span,
                "The last day cannot come before the first.",
            )
        return start, end
    return None, None


def _as_a_day(text: str) -> str:
    """What to make of a day that is none."""
    _, month, year = text.split()
    if month not in MONTHS or int(year) < 1:
        return "Write the month in full, as in: 1 September 2020"
    _, days = monthrange(int(year), MONTHS.index(month) + 1)
    return f"{month} {year} has {days} days."


def _gaps(binding: Binding, node: FrameworkNode) -> tuple[NoFieldwork, ...]:
    gaps = []
    for gap in node.gaps:
        first, last = gap.first.value, gap.last.value
        if first is None or last is None:
            bad = gap.first if first is None else gap.last
            binding.found.error(
                "not-a-day",
                f"`{bad.text}` is not a day",
                bad.span,
                _as_a_day(bad.text),
            )
        elif last < first:
            binding.found.error(
                "dates-order",
                f"`{gap.last.text}` comes before `{gap.first.text}`",
                gap.last.span,
                "The last day cannot come before the first.",
            )
        else:
            gaps.append(NoFieldwork(first, last, gap.because))
    return tuple(gaps)
