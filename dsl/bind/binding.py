"""What every part of the binder needs: the version, its parts and where faults go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dsl.bind.structure import Structure
from dsl.bind.version import Key, Version
from dsl.findings import Findings, suggestion
from dsl.framework import Citation, Rule
from dsl.source import Span
from dsl.text.nodes import Statement
from dsl.text.phrases import Notes, Word

_DEFINED = {
    "document": 'Add: document "{}" is "…"',
    "fact": 'Add: fact "{}" of a case is …',
    "group": 'Add: group "{}" is cases where …',
    "banding": 'Add: banding "{}" of …',
    "rating": "Name a rating of the scale, or add to `ratings`: '{}' scores …",
    "answer": "Name one of the answers, or add to `answers`: '{}' is …",
}
"""How each kind of thing is defined, where no known one comes near."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One version on its way to a framework."""

    version: Version
    structure: Structure
    found: Findings
    unsound: set[Key] = field(default_factory=set)
    """Blocks that are there but have a mistake, so that nothing rests on them."""

    def in_doubt(self, key: Key) -> bool:
        """Whether something that seems to be missing may only be mistaken."""
        return key in self.unsound or self.version.in_doubt(key)

    def knows(self, kind: str, name: Word, known: Iterable[str]) -> bool:
        """Whether such a thing is defined; says so if it is not."""
        names = known if isinstance(known, Mapping) else tuple(known)
        if name.text in names:
            return True
        if self.found.full:
            return False
        if not self.in_doubt((kind, name.text)):
            self.found.error(
                f"undefined-{kind}",
                f"{kind} `{name.text}` is not defined",
                name.span,
                suggestion(name.text, names, _DEFINED[kind].format(name.text)),
            )
        return False

    def once(self, again: Iterable[Span]) -> None:
        """Refuses lines that say what an earlier line of their block said."""
        for span in again:
            self.found.error(
                "said-twice",
                "an earlier line of this rule says this already",
                span,
                "Keep one of them.",
            )

    def rule(self, statement: Statement, notes: Notes) -> Rule:
        """Where a block stands and what it rests on."""
        return Rule(
            statement.file,
            statement.line,
            statement.says,
            tuple(Citation(note.document.text, note.place) for note in notes.sources),
            notes.assumes,
        )
