"""One rule file, checked as `adjudge rules check` checks it, and its tests, run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lsprotocol import types

from dsl import Diagnostic, Framework, Loaded, Severity, Span, load, run_test
from dsl.author.siblings import overlaps
from dsl.rule_test import RuleTest
from dsl.text.mention import Role, mentions
from service.editor.library import Library, RuleFile
from service.editor.position import Places

SOURCE = "adjudge"


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a file; the tests ran if nothing is wrong with the rules."""

    file: RuleFile
    loaded: Loaded
    overlaps: tuple[Diagnostic, ...]  # with versions that have a base in common
    tried: tuple[tuple[RuleTest, tuple[Diagnostic, ...]], ...]

    @property
    def mistakes(self) -> tuple[Diagnostic, ...]:
        """Everything wrong, in the order and words of the command line."""
        failures = tuple(each for _, failed in self.tried for each in failed)
        return (*self.loaded.diagnostics, *self.overlaps, *failures)


class Checker:
    """Checks files of a library; the last result for a text is kept."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kept: dict[str, Checked] = {}

    def check(self, file: RuleFile) -> Checked:
        """The file over the versions it is based on, as all of them stand now."""
        loaded = load(file.source, self._library.bases(file))
        found = tuple(overlaps(loaded, self._family(file, loaded)))
        kept = self._kept.get(file.uri)
        if kept is not None and kept.loaded is loaded and kept.overlaps == found:
            return kept
        framework = loaded.framework
        tests = loaded.tests if framework is not None else ()
        tried = tuple(
            (test, run_test(framework, test)) for test in tests if framework is not None
        )
        self._kept[file.uri] = checked = Checked(file, loaded, found, tried)
        return checked

    def _family(self, file: RuleFile, loaded: Loaded) -> Iterator[Framework]:
        """The other versions that rest on what this one rests on."""
        if loaded.framework is None or not loaded.framework.family:
            return
        *_, root = self._library.chain(file)
        for each in self._library.all():
            if each.uri != file.uri and self.rests_on(each, root):
                found = load(each.source, self._library.bases(each)).framework
                if found is not None:
                    yield found

    def rests_on(self, file: RuleFile, other: RuleFile) -> bool:
        """Whether a change of the other may change what is said of the file."""
        return other.uri in [each.uri for each in self._library.chain(file)]


def diagnostics(
    file: RuleFile, mistakes: Sequence[Diagnostic], places: Places
) -> tuple[types.Diagnostic, ...]:
    """Mistakes as an editor shows them: the message, and the way out below it."""
    return tuple(
        types.Diagnostic(
            range=places.range(_own_span(file, found)),
            message="\n".join(filter(None, (_message(file, found), found.help))),
            severity=_severity(found),
            code=found.code,
            source=SOURCE,
            tags=[types.DiagnosticTag.Unnecessary]
            if found.code.startswith("unused-")
            else None,
        )
        for found in mistakes
    )


def _own_span(file: RuleFile, found: Diagnostic) -> Span:
    """A mistake about a part that a base defines stands where the base is named."""
    if found.span.file == file.source.name:
        return found.span
    based_on = (
        each.span
        for each in mentions(file.source)
        if each.symbol.role is Role.FRAMEWORK and not each.defines
    )
    return next(based_on, Span(file.source.name, 1, 1, 1, 1))


def _message(file: RuleFile, found: Diagnostic) -> str:
    if found.span.file == file.source.name:
        return found.message
    return f"{found.span.file}, line {found.span.line}: {found.message}"


def _severity(found: Diagnostic) -> types.DiagnosticSeverity:
    match found.severity:
        case Severity.ERROR:
            return types.DiagnosticSeverity.Error
        case Severity.NOTE:
            return types.DiagnosticSeverity.Information
