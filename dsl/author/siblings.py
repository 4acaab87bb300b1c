"""Checks that versions with a common base do not apply on the same day.

A rule file alone cannot show it: it does not name the other. Nor does it name the
versions based on it, which were read over an earlier text of it.
"""

from collections.abc import Iterable, Iterator

from dsl.diagnostic import Diagnostic
from dsl.framework import Framework
from dsl.load import Loaded
from dsl.text.nodes import FrameworkNode
from dsl.text.parse import parse
from dsl.text.say import day


def overlaps(loaded: Loaded, others: Iterable[Framework]) -> Iterator[Diagnostic]:
    """A mistake for each sibling or heir that applies on a day of this version."""
    framework = loaded.framework
    if framework is None:
        return
    file = loaded.files[0]
    for other in others:
        heir = framework.id in other.family
        if not (heir or are_siblings(framework, other)) or not _meet(framework, other):
            continue
        instead = "." if heir else ", or base this on that one."
        for statement in parse(file).statements:
            if isinstance(statement.node, FrameworkNode):
                yield Diagnostic(
                    "dates-overlap",
                    f"`{other.name}` in {other.rule.file}, of the same family,"
                    " applies on a day of this version",
                    statement.node.applies[0][0].span,
                    f"It {_applies(other)}. Change the days of one{instead}",
                )


def are_siblings(one: Framework, other: Framework) -> bool:
    """Whether they have a common base, and neither is based on the other.

    A framework of the same name is another draft of the same version.
    """
    return (
        one.name != other.name
        and not {one.id} & {*other.family}
        and not {other.id} & {*one.family}
        and bool({*one.family} & {*other.family})
    )


def _meet(one: Framework, other: Framework) -> bool:
    """A version without a last day applies until the next one begins."""
    if one.applies_from is None or other.applies_from is None:
        return False
    if one.applies_from == other.applies_from:
        return True
    if one.applies_from < other.applies_from:
        return one.applies_until is not None and one.applies_until >= other.applies_from
    return _meet(other, one)


def _applies(other: Framework) -> str:
    first, last = other.applies_from, other.applies_until
    begins = f"applies from {day(first)}" if first else "applies"
    return f"{begins} until {day(last)}" if last else begins
