"""Loads a rule file with the versions it is based on: a framework, or every mistake."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from dsl.bind import bind
from dsl.bind_test import TestBinder
from dsl.binding import Binding
from dsl.diagnostic import Diagnostic
from dsl.findings import Findings
from dsl.flatten import flatten, hash_of
from dsl.framework import Framework
from dsl.nodes import FrameworkNode, Statement, TestNode, Word
from dsl.parse import Parsed, parse
from dsl.rule_test import RuleTest
from dsl.source import SourceFile, Span
from dsl.version import EMPTY, Version, build

CHAIN_LIMIT = 5

Bases = Callable[[str], SourceFile | None]
"""Finds the rule file of a version by the framework's name or id."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a rule file; no framework if there is an error."""

    framework: Framework | None
    tests: tuple[RuleTest, ...]  # its own, not those of its bases
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[SourceFile, ...]  # its own first, then its bases


def load(file: SourceFile, bases: Bases) -> Loaded:
    """Reads, binds and checks a rule file; never raises for a bad one."""
    chain = [file]
    while base := _base_name(chain[-1]):
        above = bases(base.text)
        if above is None:
            return _refused(chain, base, "unknown-base", f"there is no framework `{base.text}` to base this on", "Write the name in the other file's first line.")
        if above.name in [each.name for each in chain]:
            return _refused(chain, base, "circular-base", f"`{base.text}` is based on this file in turn", "One of them has to stand alone.")
        if len(chain) > CHAIN_LIMIT:
            return _refused(chain, base, "chain-too-long", f"more than {CHAIN_LIMIT} versions are based on one another", "Write this version out in full: `adjudge rules flatten` shows it.")
        chain.append(above)
    return _assembled(tuple(chain)).loaded


def _base_name(file: SourceFile) -> Word | None:
    for statement in parse(file).statements:
        if isinstance(statement.node, FrameworkNode) and statement.node.based_on:
            return statement.node.based_on[0]
    return None


@dataclass(frozen=True, slots=True)
class _Assembled:
    loaded: Loaded
    version: Version


@lru_cache(maxsize=32)
def _assembled(files: tuple[SourceFile, ...]) -> _Assembled:
    file, *above = files
    base = _assembled(tuple(above)) if above else None
    parsed = parse(file)
    found = Findings()
    found.add(parsed.diagnostics)
    version = build(
        base.version if base else EMPTY, parsed.statements, lambda _: False, found
    )
    framework, tests = None, ()
    block = version.one(FrameworkNode)
    if block is not None:
        binding = Binding(version, version.structure(), found)
        family = tuple(each.stem for each in above)
        bound = bind(binding, *block, family)
        canonical = flatten(bound)
        framework = replace(bound, canonical=canonical, hash=hash_of(canonical))
        tests = tuple(
            TestBinder(binding, framework).bind(statement.node, statement)
            for statement in parsed.statements
            if isinstance(statement.node, TestNode)
        )
    loaded = Loaded(framework, tests, found.in_order(), files)
    if found.faulty:
        loaded = replace(loaded, framework=None, tests=())
    return _Assembled(loaded, version)


def name_of(file: SourceFile) -> str:
    """The name a rule file gives its framework; empty if it gives none."""
    for statement in parse(file).statements:
        if isinstance(statement.node, FrameworkNode):
            return statement.node.name.text
    return ""


def _refused(chain, base, code, message, way_out):
    found = Findings()
    if len(chain) == 1:
        found.add(parse(chain[0]).diagnostics)
    found.error(code, message, base.span, way_out)
    return Loaded(None, (), found.in_order(), tuple(chain))
