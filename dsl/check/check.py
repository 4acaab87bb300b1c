"""Checks what only a whole framework can show: circles, dead rows, things unused."""

from collections.abc import Iterator, Mapping, Sequence

from dsl.bind.binding import Binding
from dsl.bind.reads import inputs_of, parts_of
from dsl.check.rows import check_rows
from dsl.findings import Findings, join
from dsl.framework import CountsOnly, FactTest, FirstRule, Framework
from dsl.source import Span
from dsl.text.nodes import (
    BandingNode,
    CapNode,
    FactNode,
    GroupNode,
    RateNode,
    SampleNode,
    Statement,
)
from dsl.text.phrases import Notes


def check(binding: Binding, framework: Framework) -> None:
    """Reports every mistake of the whole; notes only where there is none."""
    _check_circles(binding, framework)
    _check_inputs(binding, framework)
    if framework.ratings:
        check_rows(binding, framework)
    if not binding.found.faulty:
        _note_unused(binding, framework)
        _note_unfounded(binding, framework)


# ---- what rests on what


def _check_circles(binding: Binding, framework: Framework) -> None:
    below: dict[str, tuple[str, ...]] = {
        part: inputs_of(rate.method) for part, rate in framework.rates.items()
    }
    for cap in framework.caps:
        below[cap.part] = (*below.get(cap.part, ()), *parts_of([cap.when]))
    clear: set[str] = set()
    for part in below:
        circle = _circle(part, below, clear, ())
        if circle:
            clear.update(circle)
            binding.found.error(
                "circular-rating",
                f"`{circle[0]}` is rated from itself",
                _rate_span(binding, circle[0]),
                f"The circle is {' → '.join(f'`{each}`' for each in circle)}.",
            )
    for guidance in framework.guidance.values():
        if guidance.part in guidance.reads:
            binding.found.error(
                "circular-rating",
                f"guidance for `{guidance.part}` reads `{guidance.part}` itself",
                _span_of(binding, guidance.rule.file, guidance.rule.line),
                "Leave it out of the set.",
            )


def _circle(
    part: str,
    below: Mapping[str, Sequence[str]],
    clear: set[str],
    path: tuple[str, ...],
) -> tuple[str, ...]:
    """The first way from a part back to itself, or nothing."""
    if part in path:
        return (*path[path.index(part) :], part)
    if part in clear:
        return ()
    for each in below.get(part, ()):
        circle = _circle(each, below, clear, (*path, part))
        if circle:
            return circle
    clear.add(part)
    return ()


def _check_inputs(binding: Binding, framework: Framework) -> None:
    """A rating can only be taken from parts that get one."""
    reported: set[int] = set()
    for part, rate in framework.rates.items():
        if not framework.ratings and not isinstance(rate.method, CountsOnly):
            if not binding.in_doubt(("rating", "")) and rate.rule.line not in reported:
                reported.add(rate.rule.line)
                binding.found.error(
                    "no-ratings",
                    "there are no ratings to give",
                    _rate_span(binding, part),
                    "Add a `ratings` rule, worst first, or rate by counts only.",
                )
            continue
        counted = [
            each
            for each in inputs_of(rate.method)
            if each in framework.rates
            and isinstance(framework.rates[each].method, CountsOnly)
        ]
        if counted and rate.rule.line not in reported:
            reported.add(rate.rule.line)
            one = len(counted) == 1
            binding.found.error(
                "input-not-rated",
                f"{join(counted)} {'is' if one else 'are'} counted only, "
                f"so `{part}` cannot be rated from {'it' if one else 'them'}",
                _rate_span(binding, part),
                "Rate what it is taken from, or leave it out with `except`.",
            )


def _rate_span(binding: Binding, part: str) -> Span:
    """Where a part is rated, or capped if nothing rates it."""
    quiet = Findings()
    return next(
        rule.node.parts.span
        for kind in (RateNode, CapNode)
        for rule in binding.version.rules
        if isinstance(rule.node, kind) and part in rule.covers(binding.structure, quiet)
    )


def _span_of(binding: Binding, file: str, line: int) -> Span:
    return next(
        rule.node.parts.span
        for rule in binding.version.rules
        if (rule.statement.file, rule.statement.line) == (file, line)
    )


# ---- notes


def _own(binding: Binding, framework: Framework) -> Iterator[Statement]:
    """The statements of this very file that are still in force."""
    for statement in binding.version.blocks.values():
        if statement.file == framework.rule.file:
            yield statement


def _note_unused(binding: Binding, framework: Framework) -> None:
    tests = [test for group in framework.groups.values() for test in group.where]
    tests += [test for sample in framework.samples.values() for test in sample.where]
    used = {test.fact for test in tests}
    used.update(
        each for sample in framework.samples.values() for each in sample.matched_on
    )
    used.update(clause.fact for clause in _clauses(framework))
    questions = framework.questions.values()
    asked = {question.group for question in questions}
    asked.update(prompt.group for each in questions for prompt in each.prompts)
    for statement in _own(binding, framework):
        match statement.node:
            case FactNode(name=name) if name.text not in used:
                kind = "fact"
            case GroupNode(name=name) if name.text not in asked:
                kind = "group"
            case _:
                continue
        binding.found.note(
            f"unused-{kind}",
            f"nothing uses {kind} `{name.text}`",
            name.span,
            "Leave it out, if nothing is meant to.",
        )


def _clauses(framework: Framework) -> Iterator[FactTest]:
    conditions = [cap.when for cap in framework.caps]
    for guidance in framework.guidance.values():
        conditions += [row.when for row in guidance.rows]
    for rate in framework.rates.values():
        if isinstance(rate.method, FirstRule):
            conditions += [row.when for row in rate.method.rows]
    for condition in conditions:
        yield from (clause for clause in condition if isinstance(clause, FactTest))


def _note_unfounded(binding: Binding, framework: Framework) -> None:
    """Cite or own up: a rule with numbers or choices in it rests on something."""
    for statement in _own(binding, framework):
        if isinstance(statement.node, BandingNode | SampleNode):
            _note(binding, statement.node.notes, statement.span)
    for rule in binding.version.rules:
        if rule.statement.file == framework.rule.file:
            _note(binding, rule.node.notes, rule.statement.span)


def _note(binding: Binding, notes: Notes, span: Span) -> None:
    if not notes.sources and not notes.assumes:
        binding.found.note(
            "unfounded",
            "this rule names no source and owns up to no assumption",
            span,
            'Add a line: source "…", or: assumes "…"',
        )
