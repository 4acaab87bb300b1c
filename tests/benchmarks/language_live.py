"""How long one answer takes, in a small inspection and in a very large one."""

from collections.abc import Sequence
from random import Random
from time import perf_counter_ns

from dsl import LiveRatings
from tests.benchmarks.inspections import answered, framework_of
from tests.benchmarks.timing import Row, Took

_FLIPS = 4000
_NS_A_MS = 1_000_000
_DOTS = 2  # of a key question


def live_rows(rounds: int) -> Sequence[Row]:
    """One answer where nothing above its question moves, and where a rating does."""
    framework = framework_of("youth-2020")
    chance = Random(2021)
    rows: list[Row] = []
    for cases in (50, 5000):
        live = answered(framework, chance, cases=cases)
        for what, moves, target in (
            ("nothing above the question moves", False, 0.005),
            ("a rating moves", True, 0.02),
        ):
            flip = _flip(live, cases, moves=moves)
            took = _answer(live, flip, rounds)
            rows.append(Row(f"{cases:,} cases, {what}", took, target))
    return rows


def _flip(live: LiveRatings, cases: int, *, moves: bool) -> tuple[str, str]:
    """A case and question whose answer, turned, does or does not move a rating."""
    for question in live.answerable:
        for case in (f"C-{number}" for number in range(cases)):
            if (
                question.count(".") != _DOTS
                or not live.standing(case, question).counted
            ):
                continue
            live.answer(case, question, "Yes")
            turned = live.answer(case, question, "No")
            back = live.answer(case, question, "Yes")
            if bool(turned) is bool(back) is moves:
                return case, question
            if moves:  # lower the share until one answer makes the difference
                live.answer(case, question, "No")
    raise AssertionError("no such answer")


def _answer(live: LiveRatings, flip: tuple[str, str], rounds: int) -> Took:
    case, question = flip
    took: list[float] = []
    for number in range(_FLIPS * rounds // 7):
        answer = "No" if number % 2 else "Yes"
        began = perf_counter_ns()
        live.answer(case, question, answer)
        took.append((perf_counter_ns() - began) / _NS_A_MS)
    return Took(took[100:])  # the first warm up
