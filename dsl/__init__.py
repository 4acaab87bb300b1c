"""The rules language: text in, a checked framework out; ratings and their reasons."""

from dsl.diagnostic import Diagnostic, FaultyRules, Severity
from dsl.load import Loaded, load
from dsl.packaged import packaged, packaged_ids, packaged_source
from dsl.parser import prepare
from dsl.render import render
from dsl.source import SourceFile, Span

__all__ = [
    "Diagnostic",
    "FaultyRules",
    "Loaded",
    "Severity",
    "SourceFile",
    "Span",
    "load",
    "packaged",
    "packaged_ids",
    "packaged_source",
    "prepare",
    "render",
]
