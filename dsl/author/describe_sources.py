"""What rules rest on: every source, and every assumption still to be confirmed."""

from collections.abc import Iterator, Sequence

from dsl.author.page import Block, Bullets, Heading, Paragraph, Table
from dsl.framework import Framework, Rule
from dsl.rating.wording import counted
from dsl.text import say


def founded(framework: Framework, rules: Sequence[tuple[str, Rule]]) -> Iterator[Block]:
    """Sources of these rules, then everything they assume, to be confirmed."""
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


def rules_of(framework: Framework) -> Iterator[tuple[str, Rule]]:
    """Every block that can rest on something, by the name people know it by."""
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
        *((name, rule) for name, rule, _ in rules_with_parts(framework)),
        *((f"Sample “{each.name}”", each.rule) for each in framework.samples.values()),
    ]
    for name, rule in everything:
        if rule is not None and (rule.file, rule.line) not in seen:
            seen.add((rule.file, rule.line))
            yield name, rule


def rules_with_parts(
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
        *(
            ("Warning", each.question, each.rule)
            for each in framework.case_checks.values()
        ),
    ]:
        found.setdefault((rule.file, rule.line), (word, rule, []))[2].append(part)
    for word, rule, parts in found.values():
        who = say.part(framework, parts[0]) if len(parts) == 1 else None
        who = who or say.parts(framework, parts)
        yield f"{word} of {who}", rule, tuple(parts)
