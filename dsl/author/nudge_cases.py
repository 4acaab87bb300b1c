"""Conditions and numbers about cases, which no test can notice."""

from collections.abc import Iterator

from dsl.author.nudge import Nudge, Own


def unseen(own: Own) -> Iterator[Nudge]:
    """Conditions on cases: a test gives counts, which come after them."""
    for group in own.framework.groups.values():
        if own.wrote(group.rule) and group.where:
            yield own.beyond(group.rule.line, f"group “{group.name}”", "its condition")
    for sample in own.framework.samples.values():
        if own.wrote(sample.rule):
            about = f"sample “{sample.name}”"
            yield own.beyond(sample.rule.line, about, "its cases and numbers")
    seen = set()
    for check in own.framework.case_checks.values():
        if own.wrote(check.rule) and check.rule.line not in seen:
            seen.add(check.rule.line)
            yield own.beyond(check.rule.line, "warning", "what it watches for")
    rule = own.framework.answers_rule
    if rule is not None and own.wrote(rule):
        yield own.beyond(rule.line, "answers", "what each does to a count")
