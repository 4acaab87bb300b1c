"""A small framework built by hand: two domains, the youth bands, no rule text."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dsl.framework import (
    OVERALL,
    Band,
    Banding,
    CountsOnly,
    Discretion,
    Domain,
    Effect,
    Fact,
    FactTest,
    Framework,
    Group,
    Judgement,
    Lowest,
    Method,
    Percentage,
    Prompt,
    Question,
    Rate,
    Rating,
    Rule,
    Sample,
    Scope,
    Standard,
    Total,
)

RULE = Rule("small.rules", 1, "our words")
I, R, G, O = "Inadequate", "Requires improvement", "Good", "Outstanding"  # noqa: E741 - the four ratings in tables
SCALE = (Rating(I, 0), Rating(R, 1), Rating(G, 2), Rating(O, 3))


def banding(name: str, edges: Sequence[int], *, percentages: bool = False) -> Banding:
    """Four bands whose upper edges are `edges`."""
    lows = (0, *(edge + 1 for edge in edges[:-1]))
    bands = tuple(
        Band(low, high, rating.name, None, line)
        for line, (low, high, rating) in enumerate(
            zip(lows, edges, SCALE, strict=True), 10
        )
    )
    return Banding(name, percentages, edges[-1], bands, RULE)


SHARE = banding("share of cases", (49, 64, 79, 100), percentages=True)
YOUTH = banding("overall score", (6, 18, 30, 36))


def discretion(standard: str) -> Discretion:
    """The youth terms: 5 points, one case, 5 cases, one band."""
    return Discretion(standard, 5, True, 5, 1, "the ratings panel", (), RULE)  # noqa: FBT003 - one case


def small(
    standards: Mapping[str, int] | None = None,
    *,
    judged: Sequence[str] = ("1.1",),
    leaving_out: bool = True,
    in_proportion: bool = True,
) -> Framework:
    """Judged standards, and case-based ones with so many questions each."""
    standards = {"2.1": 3, "2.2": 3} if standards is None else standards
    questions = {
        f"{standard}.{number}": Question(
            f"{standard}.{number}",
            f"Question {standard}.{number}",
            standard[0],
            standard,
            "safety cases" if number == 2 else None,
            asked_of_cases=True,
            prompts=(
                Prompt(f"{standard}.{number}.a", "Prompt", where_applicable=False),
            ),
            rule=RULE,
        )
        for standard, number_of in standards.items()
        for number in range(1, number_of + 1)
    }
    of_standard = {
        standard: tuple(each for each in questions if each.startswith(f"{standard}."))
        for standard in (*judged, *standards)
    }
    domains = sorted({standard[0] for standard in of_standard})
    top = 3 * len(of_standard)
    score = banding("score", _edges(top))
    methods: dict[str, Method] = {
        **dict.fromkeys(questions, Percentage("Yes", SHARE.name)),
        **{
            standard: Lowest(of_standard[standard], leaving_out)
            if of_standard[standard]
            else Judgement("the lead inspector")
            for standard in of_standard
        },
        OVERALL: Total(tuple(of_standard), in_proportion, score.name),
    }
    return Framework(
        id="small",
        name="Small",
        hash=f"{(*of_standard, *questions)}{leaving_out}{in_proportion}",
        canonical="",
        applies_from=None,
        applies_until=None,
        family=(),
        words={},
        documents={},
        ratings=SCALE,
        answers={
            "Yes": Effect.SUFFICIENT,
            "No": Effect.NOT_SUFFICIENT,
            "Not applicable": Effect.LEFT_OUT,
        },
        facts={
            "safety is a factor": Fact(
                "safety is a factor", Scope.CASE, ("yes", "no"), RULE
            ),
            "breach": Fact("breach", Scope.SERVICE, ("yes", "no"), RULE),
        },
        groups={
            "safety cases": Group(
                "safety cases",
                (FactTest("safety is a factor", frozenset({"yes"}), negated=False),),
                RULE,
            )
        },
        domains={
            domain: Domain(
                domain,
                f"Domain {domain}",
                tuple(each for each in of_standard if each[0] == domain),
                tuple(each for each in questions if each[0] == domain),
                RULE,
            )
            for domain in domains
        },
        standards={
            standard: Standard(
                standard, f"Standard {standard}", None, standard[0], below, RULE
            )
            for standard, below in of_standard.items()
        },
        questions=questions,
        bandings={SHARE.name: SHARE, score.name: score},
        rates={part: Rate(part, method, RULE) for part, method in methods.items()},
        caps=(),
        guidance={},
        discretion={standard: discretion(standard) for standard in standards},
        samples={
            "court": Sample("court", ("2",), (), None, None, None, None, (), RULE)
        },
        rule=RULE,
    )


def _edges(top: int) -> tuple[int, ...]:
    return tuple(((2 * edge + 1) * top) // 72 for edge in (6, 18, 30, 36))


def with_method(framework: Framework, part: str, method: Method) -> Framework:
    """The same framework with one part rated another way."""
    return replace(
        framework,
        hash=f"{framework.hash}{part}{method}",
        rates={**framework.rates, part: Rate(part, method, RULE)},
    )


COUNTS_ONLY = CountsOnly()
