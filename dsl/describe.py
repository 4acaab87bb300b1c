"""A framework, or one part of it, as plain-English pages to sign off."""

from collections.abc import Iterable, Iterator, Sequence

from dsl import say
from dsl.framework import (
    OVERALL,
    Domain,
    FirstRule,
    Framework,
    Percentage,
    Question,
    Rate,
    Rule,
    Standard,
    Total,
)
from dsl.page import Block, Bullets, Heading, Paragraph, Table
from dsl.rule_test import RuleTest
from dsl.wording import called, counted, listed


def describe(framework: Framework, tests: Sequence[RuleTest]) -> tuple[Block, ...]:
    """Everything: what is inspected, how it is rated, and what all of it rests on."""
    return (
        Heading(1, framework.name),
        *_preamble(framework),
        *_inspected(framework),
        *_rating(framework, framework.rates),
        *_bands(framework, framework.rates),
        *_caps(framework, framework.rates),
        *_discretion(framework, framework.discretion),
        *_guidance(framework, framework.guidance),
        *_cases(framework),
        *_tests(tests),
        *_founded(framework, list(_rules(framework))),
    )


def describe_part(framework: Framework, part: str) -> tuple[Block, ...]:
    """One standard, question, domain or the overall rating; KeyError for another."""
    within = _within(framework, part)
    about = [
        (name, rule)
        for name, rule, parts in _rules_with_parts(framework)
        if set(parts) & set(within)
    ]
    structure: Iterable[Block] = ()
    if part in framework.standards:
        structure = _standard(framework, framework.standards[part])
    elif part in framework.domains:
        structure = _domain(framework, framework.domains[part])
    elif part in framework.questions:
        structure = [_questions(framework, part, [framework.questions[part]])]
    return (
        Heading(1, f"{_titled(framework, part)}: {framework.name}"),
        *structure,
        *_rating(framework, within),
        *_bands(framework, within),
        *_caps(framework, within),
        *_discretion(framework, within),
        *_guidance(framework, within),
        *_founded(framework, about),
    )


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


# ---- what is inspected


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


def _inspected(framework: Framework) -> Iterator[Block]:
    yield Heading(2, "What is inspected")
    for domain in framework.domains.values():
        yield from _domain(framework, domain)
    for standard in framework.standards.values():
        if standard.domain is None:
            yield from _standard(framework, standard)


def _domain(framework: Framework, domain: Domain) -> Iterator[Block]:
    word = called(framework, "domain").capitalize()
    yield Heading(3, f"{word} {domain.id}: {domain.title}")
    for standard in domain.standards:
        yield from _standard(framework, framework.standards[standard])
    loose = [framework.questions[each] for each in domain.questions]
    loose = [each for each in loose if each.standard is None]
    if loose:
        yield _questions(framework, domain.id, loose)


def _standard(framework: Framework, standard: Standard) -> Iterator[Block]:
    aim = f" {standard.aim}" if standard.aim else ""
    word = called(framework, "standard").capitalize()
    yield Paragraph(f"{word} {standard.id}, {standard.title}.{aim}")
    if standard.questions:
        questions = [framework.questions[each] for each in standard.questions]
        yield _questions(framework, standard.id, questions)


def _questions(framework: Framework, part: str, questions: Sequence[Question]) -> Table:
    word = say.plural(called(framework, "question"))
    rows = [
        row
        for question in questions
        for row in (
            (question.id, question.title, _asked(question)),
            *(
                (prompt.id, prompt.title, "where applicable" * prompt.where_applicable)
                for prompt in question.prompts
            ),
        )
    ]
    columns = ("Part", "What is asked", "Of which cases")
    return Table(f"{word.capitalize()} of {part}", columns, tuple(rows))


def _asked(question: Question) -> str:
    if not question.asked_of_cases:
        return "not asked of cases"
    return f"“{question.group}”" if question.group else "every case of its sample"


# ---- how it is rated


def _rating(framework: Framework, within: Iterable[str]) -> Iterator[Block]:
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


def _bands(framework: Framework, within: Iterable[str]) -> Iterator[Block]:
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


def _caps(framework: Framework, within: Iterable[str]) -> Iterator[Block]:
    chosen = set(within)
    caps = [cap for cap in framework.caps if cap.part in chosen]
    if caps:
        yield Heading(2, "Caps")
    for cap in caps:
        who = say.part(framework, cap.part)
        when = say.condition(framework, cap.when)
        yield Paragraph(f"No better than '{cap.at}' for {who} when {when}.")
        yield from _because(cap.rule)


def _discretion(framework: Framework, within: Iterable[str]) -> Iterator[Block]:
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


def _guidance(framework: Framework, within: Iterable[str]) -> Iterator[Block]:
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


def _because(rule: Rule) -> Iterator[Block]:
    if rule.says:
        yield Paragraph(f"In the words of the rule's author: {rule.says}")
    if rule.sources:
        cited = "; ".join(map(say.citation, rule.sources))
        yield Paragraph(f"Source: {cited}.")


# ---- scale, cases, tests


def _cases(framework: Framework) -> Iterator[Block]:
    if framework.ratings or framework.answers:
        yield Heading(2, "Ratings and answers")
    if framework.ratings:
        scale = tuple((each.name, str(each.score)) for each in framework.ratings)
        yield Table("Ratings, worst first", ("Rating", "Score"), scale)
    if framework.answers:
        answers = tuple((n, say.effect(e)) for n, e in framework.answers.items())
        yield Table("Answers", ("Answer", "What it does"), answers)
    if framework.facts or framework.groups or framework.samples:
        yield Heading(2, "Which cases count")
    if framework.facts:
        facts = tuple(
            (fact.name, fact.scope.value, listed(fact.values, "or"))
            for fact in framework.facts.values()
        )
        yield Table("What is known beforehand", ("Fact", "Of a", "Values"), facts)
    if framework.groups:
        groups = tuple(
            (group.name, say.fact_tests(group.where))
            for group in framework.groups.values()
        )
        yield Table("Groups of cases", ("Group", "Cases"), groups)
    if framework.samples:
        samples = tuple(
            (each.name, say.stretches(each.domains), "; ".join(say.sample(each)))
            for each in framework.samples.values()
        )
        yield Table("Samples", ("Sample", "Answers domains", "Cases"), samples)


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


# ---- what it rests on


def _founded(
    framework: Framework, rules: Sequence[tuple[str, Rule]]
) -> Iterator[Block]:
    yield Heading(2, "Sources")
    cited = {each.document for _, rule in rules for each in rule.sources}
    if cited:
        documents = [(name, framework.documents[name]) for name in framework.documents]
        rows = tuple(row for row in documents if row[0] in cited)
        yield Table("Documents", ("Called here", "Document"), rows)
        sources = tuple(
            (name, say.citation(each), f"{rule.file}, line {rule.line}")
            for name, rule in rules
            for each in rule.sources
        )
        yield Table("What each rule rests on", ("Rule", "Source", "Stands at"), sources)
    else:
        yield Paragraph("No document is cited.")
    yield Heading(2, "Assumptions to confirm")
    assumed = [
        f"{name}: {guess} ({rule.file}, line {rule.line})"
        for name, rule in rules
        for guess in rule.assumes
    ]
    if assumed:
        yield Paragraph(f"{counted(len(assumed), 'assumption')} to confirm or correct.")
        yield Bullets(tuple(assumed), numbered=True)
    else:
        yield Paragraph("Nothing is assumed.")


def _rules(framework: Framework) -> Iterator[tuple[str, Rule]]:
    seen: set[tuple[str, int]] = set()
    everything = [
        ("The framework", framework.rule),
        ("Ratings", framework.ratings_rule),
        ("Answers", framework.answers_rule),
        *((f"Fact “{each.name}”", each.rule) for each in framework.facts.values()),
        *((f"Group “{each.name}”", each.rule) for each in framework.groups.values()),
        *(
            (f"{each.id} {each.title}", each.rule)
            for each in framework.domains.values()
        ),
        *(
            (f"{each.id} {each.title}", each.rule)
            for each in framework.standards.values()
        ),
        *(
            (f"{each.id} {each.title}", each.rule)
            for each in framework.questions.values()
        ),
        *(
            (f"Bands of “{each.name}”", each.rule)
            for each in framework.bandings.values()
        ),
        *((name, rule) for name, rule, _ in _rules_with_parts(framework)),
        *((f"Sample “{each.name}”", each.rule) for each in framework.samples.values()),
    ]
    for name, rule in everything:
        if rule is not None and (rule.file, rule.line) not in seen:
            seen.add((rule.file, rule.line))
            yield name, rule


def _rules_with_parts(
    framework: Framework,
) -> Iterator[tuple[str, Rule, tuple[str, ...]]]:
    """Rules about parts, each block once, with all the parts it speaks of."""
    found: dict[tuple[str, int], tuple[str, Rule, list[str]]] = {}
    for word, part, rule in [
        *(("Rating", each.part, each.rule) for each in framework.rates.values()),
        *(("Cap", each.part, each.rule) for each in framework.caps),
        *(("Guidance", each.part, each.rule) for each in framework.guidance.values()),
        *(
            ("Discretion", each.standard, each.rule)
            for each in framework.discretion.values()
        ),
    ]:
        found.setdefault((rule.file, rule.line), (word, rule, []))[2].append(part)
    for word, rule, parts in found.values():
        who = say.part(framework, parts[0]) if len(parts) == 1 else None
        who = who or say.parts(framework, parts)
        yield f"{word} of {who}", rule, tuple(parts)
