"""Reading a rule text against what is adopted: mistakes, failing tests, its hash."""

from collections.abc import Sequence
from dataclasses import dataclass

from dsl import (
    Diagnostic,
    Framework,
    Loaded,
    Severity,
    SourceFile,
    load,
    name_of,
    packaged_source,
    run_test,
)
from projections import Shelf
from service.family import objections


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that was read; `failing` are the expectations of its tests not met."""

    loaded: Loaded
    objections: tuple[Diagnostic, ...]  # of adopted versions of its family
    failing: tuple[Diagnostic, ...]

    @property
    def framework(self) -> Framework | None:
        """The rules, if the text has no mistake."""
        return None if self.mistakes else self.loaded.framework

    @property
    def mistakes(self) -> tuple[Diagnostic, ...]:
        """What keeps the text from being rules."""
        return tuple(
            each for each in self.diagnostics if each.severity is Severity.ERROR
        )

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that there is to say about the text, notes included."""
        return (*self.loaded.diagnostics, *self.objections)


def checked(framework: str, text: str, shelf: Shelf) -> Checked:
    """Read a text as a framework's own file, on the versions that are adopted now."""
    adopted = _adopted(shelf, framework)

    def base(name: str) -> SourceFile | None:
        return adopted.get(name) or packaged_source(name)

    loaded = load(SourceFile(f"{framework}.rules", text), base)
    failing: tuple[Diagnostic, ...] = ()
    if loaded.framework is not None:
        failing = tuple(
            each for test in loaded.tests for each in run_test(loaded.framework, test)
        )
    return Checked(loaded, objections(loaded, shelf), failing)


def told(diagnostics: Sequence[Diagnostic]) -> tuple[str, ...]:
    """Each in one line: where, what, and its code."""
    return tuple(
        f"line {each.span.line}: {each.message} ({each.code})" for each in diagnostics
    )


def _adopted(shelf: Shelf, but: str) -> dict[str, SourceFile]:
    """The newest text of every other framework, by the name it gives itself."""
    latest = (shelf.latest(id_) for id_ in shelf.ids() if id_ != but)
    files = [edition.adopted.files[0] for edition in latest if edition is not None]
    sources = (SourceFile(file.name, file.text) for file in files)
    return {name_of(source): source for source in sources}
