"""A framework, or one part of it, as plain-English pages to sign off."""

from collections.abc import Iterable, Iterator, Sequence

from dsl.author.describe_rating import (
    said_bands,
    said_caps,
    said_discretion,
    said_guidance,
    said_rating,
    said_warnings,
)
from dsl.author.describe_sources import founded, rules_of, rules_with_parts
from dsl.author.describe_structure import (
    inspected,
    said_cases,
    said_domain,
    said_questions,
    said_standard,
)
from dsl.author.page import Block, Heading, Paragraph, Table
from dsl.framework import OVERALL, Framework, Rule
from dsl.rating.wording import counted, listed
from dsl.rule_test import RuleTest
from dsl.text import say


def describe(framework: Framework, tests: Sequence[RuleTest]) -> tuple[Block, ...]:
    """Everything: what is inspected, how it is rated, and what all of it rests on."""
    return (
        Heading(1, framework.name),
        *_preamble(framework),
        *inspected(framework),
        *said_rating(framework, framework.rates),
        *said_bands(framework, framework.rates),
        *said_caps(framework, framework.rates),
        *said_discretion(framework, framework.discretion),
        *said_guidance(framework, framework.guidance),
        *said_warnings(framework, framework.case_checks),
        *said_cases(framework),
        *_tests(tests),
        *founded(framework, [*rules_of(framework), *_rules_of_tests(tests)]),
    )


def describe_part(framework: Framework, part: str) -> tuple[Block, ...]:
    """One standard, question, domain or the overall rating; KeyError for another."""
    within = _within(framework, part)
    about = [
        (name, rule)
        for name, rule, parts in rules_with_parts(framework)
        if set(parts) & set(within)
    ]
    structure: Iterable[Block] = ()
    if part in framework.standards:
        structure = said_standard(framework, framework.standards[part])
    elif part in framework.domains:
        structure = said_domain(framework, framework.domains[part])
    elif part in framework.questions:
        structure = [said_questions(framework, part, [framework.questions[part]])]
    return (
        Heading(1, f"{_titled(framework, part)}: {framework.name}"),
        *structure,
        *said_rating(framework, within),
        *said_bands(framework, within),
        *said_caps(framework, within),
        *said_discretion(framework, within),
        *said_guidance(framework, within),
        *said_warnings(framework, within),
        *founded(framework, about),
    )


def _rules_of_tests(tests: Sequence[RuleTest]) -> Iterator[tuple[str, Rule]]:
    for test in tests:
        yield f"Test “{test.name}”", test.rule


def _within(framework: Framework, part: str) -> tuple[str, ...]:
    if part == OVERALL and OVERALL in framework.rates:
        return (OVERALL,)
    if part in framework.domains:
        domain = framework.domains[part]
        return (*domain.standards, *domain.questions)
    if part in framework.standards:
        return (part, *framework.standards[part].questions)
    return (framework.questions[part].id,)


def _titled(framework: Framework, part: str) -> str:
    if part == OVERALL:
        return "The overall rating"
    for parts in (framework.domains, framework.standards, framework.questions):
        if part in parts:
            return f"{part} {parts[part].title}"
    raise KeyError(part)


def _preamble(framework: Framework) -> Iterator[Block]:
    first, last = framework.applies_from, framework.applies_until
    if first is not None:
        until = f" until {say.day(last)}" if last else ""
        yield Paragraph(f"For fieldwork from {say.day(first)}{until}.")
    for gap in framework.no_fieldwork:
        stretch = f"from {say.day(gap.first)} until {say.day(gap.last)}"
        yield Paragraph(f"There was no fieldwork {stretch}: {gap.because}.")
    if framework.family:
        yield Paragraph(f"Based on {listed(framework.family)}; shown here whole.")
    yield Paragraph(f"Framework {framework.id}, {framework.hash}.")


def _tests(tests: Sequence[RuleTest]) -> Iterator[Block]:
    if tests:
        yield Heading(2, "Tests")
        rows = tuple(
            (
                test.name,
                counted(len(test.expects), "expectation"),
                "; ".join(map(say.citation, test.rule.sources)) or "made up",
            )
            for test in tests
        )
        columns = ("Test", "What it holds", "From")
        yield Table("Inspections these rules are held to", columns, rows)
