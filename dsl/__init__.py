"""The rules language: text in, a checked framework out; ratings and their reasons."""

from dsl.diagnostic import Diagnostic, FaultyRules, Severity
from dsl.evidence import Count, Decision, Evidence
from dsl.framework import OVERALL, CountsOnly, Framework, Judgement, Rule, Scope
from dsl.live.ratings import LiveRatings
from dsl.live.shift import Figures, Moved, Shift, Standing
from dsl.live.succession import carry_decisions, shifts_across
from dsl.load import Loaded, load, name_of
from dsl.outcome import (
    Assessment,
    DiscretionOutcome,
    DiscretionState,
    GuidanceOutcome,
    Outcome,
)
from dsl.packaged import keep_in, packaged, packaged_ids, packaged_source
from dsl.rating.discretion import NotAllowed
from dsl.rating.evaluate import evaluate
from dsl.rating.explain import Explanation, explain, sentences
from dsl.rating.method import is_judged
from dsl.rating.run_test import run_test
from dsl.rating.warnings import CaseAnswers, CaseWarning, Sign, warnings
from dsl.render import render
from dsl.source import SourceFile, Span
from dsl.what_if.what_if import WhatIf, what_if

__all__ = [
    "OVERALL",
    "Assessment",
    "CaseAnswers",
    "CaseWarning",
    "Count",
    "CountsOnly",
    "Decision",
    "Diagnostic",
    "DiscretionOutcome",
    "DiscretionState",
    "Evidence",
    "Explanation",
    "FaultyRules",
    "Figures",
    "Framework",
    "GuidanceOutcome",
    "Judgement",
    "LiveRatings",
    "Loaded",
    "Moved",
    "NotAllowed",
    "Outcome",
    "Rule",
    "Scope",
    "Severity",
    "Shift",
    "Sign",
    "SourceFile",
    "Span",
    "Standing",
    "WhatIf",
    "carry_decisions",
    "evaluate",
    "explain",
    "is_judged",
    "keep_in",
    "load",
    "name_of",
    "packaged",
    "packaged_ids",
    "packaged_source",
    "render",
    "run_test",
    "sentences",
    "shifts_across",
    "warnings",
    "what_if",
]
