"""What every part of the binder needs: the version, its parts and where faults go."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from dsl.findings import Findings, suggestion
from dsl.framework import Citation, Rule
from dsl.nodes import DocumentNode, Notes, Statement, Word
from dsl.structure import Structure
from dsl.version import Version


@dataclass(frozen=True, slots=True)
class Binding:
    """One version on its way to a framework."""

    version: Version
    structure: Structure
    found: Findings

    def knows(self, kind: str, name: Word, known: Iterable[str]) -> bool:
        """Whether such a thing is defined; says so if it is not."""
        names = tuple(known)
        if name.text in names:
            return True
        if not self.version.in_doubt((kind, name.text)):
            self.found.error(
                f"undefined-{kind}",
                f"{kind} `{name.text}` is not defined",
                name.span,
                suggestion(name.text, names),
            )
        return False

    def rule(self, statement: Statement, notes: Notes) -> Rule:
        """Where a block stands and what it rests on."""
        return Rule(
            statement.file,
            statement.line,
            statement.says,
            tuple(Citation(note.document.text, note.place) for note in notes.sources),
            notes.assumes,
        )
