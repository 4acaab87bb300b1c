"""The rules language: text in, a checked framework out; ratings and their reasons."""

from dsl.discretion import NotAllowed
from dsl.evaluate import evaluate
from dsl.explain import Explanation, explain, sentences
from dsl.live import LiveRatings
from dsl.live_shift import Figures, Moved, Shift, Standing
from dsl.load import Loaded, load
from dsl.packaged import packaged, packaged_ids, packaged_source
from dsl.run_test import run_test

__all__ = [
    "Explanation",
    "Figures",
    "LiveRatings",
    "Loaded",
    "Moved",
    "NotAllowed",
    "Shift",
    "Standing",
    "evaluate",
    "explain",
    "load",
    "packaged",
    "packaged_ids",
    "packaged_source",
    "run_test",
    "sentences",
]
