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
from dsl.parse import parse
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
    files, findings = _chain(file, bases)
    return _load(files, findings.in_order())
