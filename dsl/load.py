"""Loads a rule file with the versions it is based on: a framework, or every mistake."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from dsl.bind.bind import bind
from dsl.bind.binding import Binding
from dsl.bind.doubt import Doubt
from dsl.bind.tests import bind_tests
from dsl.bind.version import EMPTY, Version, build
from dsl.check.check import check
from dsl.check.dates import check_dates
from dsl.check.effect import check_replacements, check_tests
from dsl.diagnostic import Diagnostic
from dsl.findings import Findings
from dsl.flatten import flatten, hash_of
from dsl.framework import Framework
from dsl.rule_test import RuleTest
from dsl.source import SourceFile, Span
from dsl.text.nodes import FrameworkNode
from dsl.text.parse import parse
from dsl.text.phrases import Word

CHAIN_LIMIT = 5
"""Files that may be based on one another, the first included."""

_KEPT = 32

Bases = Callable[[str], SourceFile | None]
"""Finds the rule file of a version by the framework's name."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a rule file; no framework if there is an error."""

    framework: Framework | None
    tests: tuple[RuleTest, ...]  # its own, not those of its bases
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[SourceFile, ...]  # its own first, then its bases


def load(file: SourceFile, bases: Bases) -> Loaded:
    """Reads, binds and checks a rule file; never raises for a bad one."""
    found = Findings()
    files = _chain(file, bases, found)
    if not found.faulty:
        return _assembled(files).loaded
    found.add(parse(file).diagnostics)
    return Loaded(None, (), found.in_order(), files)


def name_of(file: SourceFile) -> str:
    """The name a rule file gives its framework; empty if it gives none."""
    block = _framework_of(file)
    return block.name.text if block else ""


def _framework_of(file: SourceFile) -> FrameworkNode | None:
    for statement in parse(file).statements:
        if isinstance(statement.node, FrameworkNode):
            return statement.node
    return None


# ---- the files


def _chain(file: SourceFile, bases: Bases, found: Findings) -> tuple[SourceFile, ...]:
    """The file and those it is based on, nearest first."""
    files = [file]
    while base := _base_of(files[-1]):
        above = bases(base.text)
        own = _base_of(file) or base  # a base's own base is reported at ours
        if above is None:
            found.error(
                "unknown-base",
                f"there is no framework `{base.text}` to be based on",
                own.span,
                "Check the name in the first line of that version's file.",
            )
        elif above in files or above.name in [each.name for each in files]:
            found.error(
                "circular-base",
                f"`{own.text}` is based on this version in turn",
                own.span,
                f"The circle is {_arrows([*files, above])}.",
            )
        elif len(files) == CHAIN_LIMIT:
            found.error(
                "base-chain",
                f"more than {CHAIN_LIMIT} versions rest on one another",
                own.span,
                "Write one of them out in full.",
            )
        else:
            files.append(above)
            continue
        break
    return tuple(files)


def _base_of(file: SourceFile) -> Word | None:
    block = _framework_of(file)
    return block.based_on[0] if block and block.based_on else None


def _arrows(files: Sequence[SourceFile]) -> str:
    return " → ".join(f"`{file.name}`" for file in files)


# ---- the framework


@dataclass(frozen=True, slots=True)
class _Assembled:
    loaded: Loaded
    version: Version


@lru_cache(maxsize=_KEPT)
def _assembled(files: tuple[SourceFile, ...]) -> _Assembled:
    """The first of these files, read over the others."""
    file, *above = files
    base = _assembled(tuple(above)) if above else None
    parsed = parse(file)
    found = Findings()
    found.add(parsed.diagnostics)
    if base is not None and base.loaded.framework is None:
        _refuse_base(file, base.loaded, found)
        return _Assembled(Loaded(None, (), found.in_order(), files), EMPTY)
    doubt = Doubt.of(parsed.broken)
    version = build(base.version if base else EMPTY, parsed.statements, doubt, found)
    block = version.one(FrameworkNode)
    if block is None:
        if not doubt(("framework", "")) and not parsed.unread:
            found.error(
                "no-framework",
                "this file names no framework",
                Span(file.name, 1, 1, 1, 1),
                'Begin with: framework "…"',
            )
        return _Assembled(Loaded(None, (), found.in_order(), files), version)
    binding = Binding(version, version.structure(), found)
    bound = bind(binding, *block, tuple(each.stem for each in above))
    tests = bind_tests(binding, bound, parsed.statements)
    check(binding, bound)
    basis = base.loaded.framework if base else None
    if basis is not None:
        check_dates(binding, bound, basis)
    if found.faulty:
        return _Assembled(Loaded(None, (), found.in_order(), files), version)
    canonical = flatten(bound)
    framework = replace(bound, canonical=canonical, hash=hash_of(canonical))
    check_tests(binding, framework, tests)
    if basis is not None:
        check_replacements(binding, parsed.statements, canonical, basis.canonical)
    return _Assembled(Loaded(framework, tests, found.in_order(), files), version)


def _refuse_base(file: SourceFile, base: Loaded, found: Findings) -> None:
    named = _base_of(file)
    first = base.diagnostics[0]
    if named is not None:
        found.error(
            "faulty-base",
            f"`{named.text}` has mistakes of its own",
            named.span,
            f"The first: {first.span.file}, line {first.span.line}: {first.message}.",
        )
