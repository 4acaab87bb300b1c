"""How long it takes to rate whole inspections."""

from collections.abc import Sequence
from random import Random

from dsl import LiveRatings, evaluate, explain, sentences
from dsl.framework import OVERALL
from dsl.what_if.compiled import compiled, generate
from tests.benchmarks.inspections import figures, framework_of, steps
from tests.benchmarks.timing import Row, Took, timed

_CASES = 50
_MANY = 100


def rating_rows(rounds: int) -> Sequence[Row]:
    """From counts and from answers, with and without reasons."""
    chance = Random(2021)
    framework = framework_of("youth-2020")
    evidence = figures(framework, chance)
    assessment = evaluate(framework, evidence)

    done = steps(framework, chance, cases=_CASES)

    def tallied() -> None:
        live = LiveRatings(framework)
        for step in done:
            step(live)

    made = compiled(framework)

    def rated_by_code() -> None:
        for _ in range(_MANY):
            made.rate(made.known(evidence))

    def read_known() -> None:
        for _ in range(_MANY):
            made.known(evidence)

    def explained() -> str:
        return sentences(explain(framework, assessment, OVERALL))

    return (
        Row(
            f"{len(done):,} steps of {_CASES} cases, one by one, with effects",
            timed(tallied, rounds),
        ),
        Row(
            "rate from counts, tree evaluator with every reason",
            timed(lambda: evaluate(framework, evidence), 20 * rounds),
            3,
        ),
        Row(
            "rate from counts, generated code",
            Took([each / _MANY for each in timed(rated_by_code, rounds).each]),
            0.05,
        ),
        Row(
            "  of it reading the counts by number",
            Took([each / _MANY for each in timed(read_known, rounds).each]),
        ),
        Row(
            "generate the code of a framework",
            timed(lambda: generate(framework), rounds),
            20,
        ),
        Row(
            "explanation of the overall as text",
            timed(explained, 20 * rounds),
            5,
        ),
    )
