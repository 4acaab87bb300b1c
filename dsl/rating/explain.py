"""Why a part is rated as it is: a tree of reasons, and the same tree as sentences."""

from dataclasses import dataclass

from dsl.evidence import Count
from dsl.framework import OVERALL, Framework, Percentage, Rule
from dsl.outcome import Assessment, Outcome
from dsl.rating.banding import band_of
from dsl.rating.order import inputs
from dsl.rating.wording import listed


@dataclass(frozen=True, slots=True)
class Said:
    """What evaluation said of one part; what does not apply to it is None."""

    rating: str | None
    percentage: int | None
    count: Count | None
    score: int | None
    maximum: int | None


@dataclass(frozen=True, slots=True)
class Before:
    """What the rules gave before the panel moved it."""

    rating: str | None
    because: str


@dataclass(frozen=True, slots=True)
class Cited:
    """Where the rule stands, under which hash, and what it rests on."""

    file: str
    line: int
    hash: str
    says: str | None
    sources: tuple[str, ...]  # "Brent 2019, Annex 2"
    assumes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """What guidance expects of the part, and whether its rating departs from that."""

    rating: str | None
    departed: bool
    because: str
    rule: Cited


@dataclass(frozen=True, slots=True)
class Explanation:
    """One part, what is said of it, why, and the same for all it is made from."""

    part: str
    title: str
    said: Said
    provisional: bool
    because: str
    before: Before | None
    open: tuple[str, ...]  # why the panel may look at it again
    guidance: Expected | None
    rule: Cited
    band_line: int | None  # the line of the band a percentage fell in
    inputs: tuple["Explanation", ...]


def explain(framework: Framework, assessment: Assessment, part: str) -> Explanation:
    """Explain a question, a standard or the overall rating; KeyError for another."""
    outcome = _outcome(assessment, part)
    moved = outcome.computed_reason
    return Explanation(
        part=part,
        title=outcome.title,
        said=Said(
            outcome.rating,
            outcome.percentage,
            outcome.count,
            outcome.score,
            outcome.maximum,
        ),
        provisional=outcome.provisional,
        because=outcome.reason,
        before=Before(outcome.computed, moved) if moved is not None else None,
        open=outcome.discretion.because if outcome.discretion else (),
        guidance=_expected(framework, assessment, part),
        rule=_cited(framework, outcome.rule),
        band_line=_band_line(framework, outcome),
        inputs=tuple(
            explain(framework, assessment, below) for below in inputs(framework, part)
        ),
    )


def sentences(explanation: Explanation) -> str:
    """The tree as text, a part a paragraph, deeper parts further in."""
    return "\n".join(_lines(explanation, ""))


def _outcome(assessment: Assessment, part: str) -> Outcome:
    if part == OVERALL and assessment.overall is not None:
        return assessment.overall
    if part in assessment.standards:
        return assessment.standards[part]
    return assessment.questions[part]


def _expected(
    framework: Framework, assessment: Assessment, part: str
) -> Expected | None:
    found = assessment.guidance.get(part)
    if found is None:
        return None
    rule = _cited(framework, found.rule)
    return Expected(found.expects, found.departed, found.reason, rule)


def _cited(framework: Framework, rule: Rule) -> Cited:
    sources = tuple(
        f"{each.document}, {each.place}" if each.place else each.document
        for each in rule.sources
    )
    return Cited(rule.file, rule.line, framework.hash, rule.says, sources, rule.assumes)


def _band_line(framework: Framework, outcome: Outcome) -> int | None:
    method = framework.rates[outcome.part].method
    if isinstance(method, Percentage) and outcome.percentage is not None:
        banding = framework.bandings[method.banding]
        return band_of(banding, outcome.percentage).line
    return None


def _lines(explanation: Explanation, margin: str) -> list[str]:
    inner = f"{margin}  "
    lines = [f"{margin}{_headline(explanation)}"]
    if explanation.before:
        before = explanation.before
        lines.append(f"{inner}before: '{before.rating}': {before.because}")
    if explanation.open:
        lines.append(f"{inner}open to the panel: {listed(explanation.open)}")
    if explanation.guidance:
        lines.append(f"{inner}{_guidance(explanation.guidance)}")
    lines.append(f"{inner}rule: {_place(explanation.rule)}")
    for below in explanation.inputs:
        lines.extend(_lines(below, inner))
    return lines


def _headline(explanation: Explanation) -> str:
    said = explanation.said.rating
    rating = f"'{said}'" if said is not None else "not rated"
    so_far = " so far" if explanation.provisional else ""
    name = explanation.title
    if explanation.part != OVERALL:
        name = f"{explanation.part} {name}"
    return f"{name}: {rating}{so_far}, because {explanation.because}"


def _guidance(expected: Expected) -> str:
    if expected.rating is None:
        return f"guidance is silent: {expected.because}"
    departed = ", and the rating departs from it" if expected.departed else ""
    return f"guidance expects '{expected.rating}'{departed}: {expected.because}"


def _place(rule: Cited) -> str:
    says = f": {rule.says}" if rule.says else ""
    sources = f" ({'; '.join(rule.sources)})" if rule.sources else ""
    return f"{rule.file}, line {rule.line}{says}{sources}"
