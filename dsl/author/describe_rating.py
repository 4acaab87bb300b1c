"""How parts are rated, in plain English: rules, bands, caps, discretion, guidance."""

from collections.abc import Iterable, Iterator, Sequence

from dsl.author.page import Block, Bullets, Heading, Paragraph, Table
from dsl.framework import (
    CaseCheck,
    FirstRule,
    Framework,
    Percentage,
    Rate,
    Rule,
    Total,
)
from dsl.rating.wording import called, counted, listed
from dsl.text import say


def said_rating(framework: Framework, within: Iterable[str]) -> Iterator[Block]:
    """The rule of each part, one paragraph a rule, with its source."""
    yield Heading(2, "How each part is rated")
    chosen = set(within)
    blocks: dict[tuple[str, int], list[Rate]] = {}
    for rate in framework.rates.values():
        if rate.part in chosen:
            blocks.setdefault((rate.rule.file, rate.rule.line), []).append(rate)
    for rates in blocks.values():
        parts = [rate.part for rate in rates]
        verb = "is" if len(parts) == 1 else "are"
        one = len(parts) == 1
        who = say.part(framework, parts[0]) if one else say.parts(framework, parts)
        method = rates[0].method
        how = _method(framework, rates)
        yield Paragraph(f"{who[:1].upper()}{who[1:]} {verb} rated {how}.")
        if isinstance(method, FirstRule):
            rows = [say.row(framework, row) for row in method.rows]
            last = ["otherwise the panel decides"] * method.panel_decides
            yield Bullets((*rows, *last), numbered=True)
        yield from _because(rates[0].rule)


def _method(framework: Framework, rates: Sequence[Rate]) -> str:
    """The method of several parts at once: each of them by its own questions."""
    method = rates[0].method
    if isinstance(method, FirstRule):
        return "by the first of these rules that applies"
    if len(rates) > 1 and say.method(framework, method) != say.method(
        framework, rates[1].method
    ):
        questions = say.plural(called(framework, "question"))
        aside = ", leaving out those not rated"
        tail = aside if say.method(framework, method).endswith(aside) else ""
        return f"by the lowest rating of their {questions}{tail}"
    return say.method(framework, method)


def said_bands(framework: Framework, within: Iterable[str]) -> Iterator[Block]:
    """A table for each banding that these parts use."""
    methods = [
        framework.rates[each].method for each in within if each in framework.rates
    ]
    names = [each.banding for each in methods if isinstance(each, Percentage | Total)]
    if framework.ratings and names:
        yield Heading(2, "Bands")
    for name in dict.fromkeys(names):
        banding = framework.bandings[name]
        unit = "Per cent" if banding.percentages else "Score"
        rows = [
            (say.band(band), band.rating, band.called or "") for band in banding.bands
        ]
        columns = (unit, "Rating", "Called")
        yield Table(f"Bands of “{name}”", columns, tuple(rows))
        if banding.percentages:
            yield Paragraph(
                "Percentages are rounded to whole numbers, halves up, before banding."
            )
        yield from _because(banding.rule)


def said_caps(framework: Framework, within: Iterable[str]) -> Iterator[Block]:
    """What holds these parts down, and when."""
    chosen = set(within)
    caps = [cap for cap in framework.caps if cap.part in chosen]
    if caps:
        yield Heading(2, "Caps")
    for cap in caps:
        who = say.part(framework, cap.part)
        when = say.condition(framework, cap.when)
        yield Paragraph(f"No better than '{cap.at}' for {who} when {when}.")
        yield from _because(cap.rule)


def said_discretion(framework: Framework, within: Iterable[str]) -> Iterator[Block]:
    """When a panel may look again, and on what terms."""
    chosen = [
        framework.discretion[each] for each in within if each in framework.discretion
    ]
    if chosen:
        yield Heading(2, "Professional discretion")
    blocks = {(each.rule.file, each.rule.line): each for each in chosen}
    for (file, line), rule in blocks.items():
        alike = [
            each.standard
            for each in chosen
            if (each.rule.file, each.rule.line) == (file, line)
        ]
        who = say.parts(framework, alike)
        yield Paragraph(f"For {who}, {rule.by} may look again when:")
        yield Bullets(say.grounds(rule))
        most = counted(rule.most_bands, "band")
        yield Paragraph(
            f"It may move a rating at most {most}, with its reason recorded."
        )
        if rule.considers:
            yield Paragraph(f"It considers {listed(rule.considers)}.")
        yield from _because(rule.rule)


def said_guidance(framework: Framework, within: Iterable[str]) -> Iterator[Block]:
    """What is expected of a part that people judge."""
    chosen = [framework.guidance[each] for each in within if each in framework.guidance]
    if chosen:
        yield Heading(2, "Guidance")
    for guidance in chosen:
        yield Paragraph(
            f"{say.part(framework, guidance.part).capitalize()} is usually:"
        )
        yield Bullets(tuple(say.row(framework, row) for row in guidance.rows))
        needs = "needs a reason" if guidance.needs_reason else "needs no reason"
        yield Paragraph(f"Departing from this {needs}.")
        yield from _because(guidance.rule)


def said_warnings(framework: Framework, within: Iterable[str]) -> Iterator[Block]:
    """What in the answers of one case deserves a second look."""
    blocks: dict[tuple[str, int], list[CaseCheck]] = {}
    for each in within:
        if each in framework.case_checks:
            check = framework.case_checks[each]
            blocks.setdefault((check.rule.file, check.rule.line), []).append(check)
    if blocks:
        yield Heading(2, "Warnings on a case")
        yield Paragraph("A warning stops nobody and changes no answer and no rating.")
    for checks in blocks.values():
        who = say.parts(framework, [each.question for each in checks])
        yield Paragraph(f"An answer to {who} deserves a second look when:")
        yield Bullets(say.signs(checks[0]))
        yield from _because(checks[0].rule)


def _because(rule: Rule) -> Iterator[Block]:
    if rule.says:
        yield Paragraph(f"In the words of the rule's author: {rule.says}")
    if rule.sources:
        cited = "; ".join(map(say.citation, rule.sources))
        yield Paragraph(f"Source: {cited}.")
