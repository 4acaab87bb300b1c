"""What guidance expects of a part; it reads final ratings and changes none."""

from dsl.framework import Guidance
from dsl.outcome import GuidanceOutcome
from dsl.rating.condition import View, judge
from dsl.rating.wording import are, listed


def expect(rule: Guidance, view: View) -> GuidanceOutcome:
    """The first row that applies; silent unless every part it reads is rated."""
    unrated = [part for part in rule.reads if view.outcomes[part].rating is None]
    if unrated:
        return _silent(rule, f"{listed(unrated)} {are(len(unrated))} not rated")
    missed: list[str] = []
    for row in rule.rows:
        verdict = judge(row.when, view)
        if verdict.holds is None:
            return _silent(rule, verdict.because)
        if verdict.holds:
            rating = view.outcomes[rule.part].rating
            departed = rating is not None and rating != row.rating
            return GuidanceOutcome(
                rule.part, row.rating, departed, verdict.because, rule.rule
            )
        missed.append(verdict.because)
    return _silent(rule, listed(missed))


def _silent(rule: Guidance, reason: str) -> GuidanceOutcome:
    return GuidanceOutcome(
        rule.part, expects=None, departed=False, reason=reason, rule=rule.rule
    )
