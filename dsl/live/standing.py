"""Whether one answer of one case counts, in a sentence an inspector can act on."""

from dsl.framework import Effect, FactTest, Framework, Scope
from dsl.live.cases import Case, Cases
from dsl.live.plan import LEAVES_OUT, UNANSWERED, Plan
from dsl.live.shift import Standing
from dsl.rating.condition import Verdict, judge_fact
from dsl.rating.wording import listed


def standing(
    framework: Framework, plan: Plan, cases: Cases, *, case: str, part: str
) -> Standing:
    """Where the answer of a case to a question or prompt stands."""
    record, slot = cases.cases[case], plan.slot[part]
    if record.excluded:
        return Standing(counted=False, reason="the case is excluded")
    if not record.asks[slot]:
        reason = f'{part} is not asked of cases of the sample "{record.sample}"'
        return Standing(counted=False, reason=reason)
    for holds in (False, None):
        for group in plan.groups[slot]:
            for verdict in _verdicts(framework, cases, record, group):
                if verdict.holds is holds:
                    reason = f'{verdict.because}, and {part} is for group "{group}"'
                    return Standing(holds, reason)
    return _answered(framework, record.effects[slot])


def _verdicts(
    framework: Framework, cases: Cases, record: Case, group: str
) -> list[Verdict]:
    tests: tuple[FactTest, ...] = framework.groups[group].where
    return [
        judge_fact(
            test,
            record.facts
            if framework.facts[test.fact].scope is Scope.CASE
            else cases.facts,
        )
        for test in tests
    ]


def _answered(framework: Framework, effect: int) -> Standing:
    if effect == UNANSWERED:
        return Standing(counted=False, reason="it is not answered yet")
    if effect == LEAVES_OUT:
        words = [
            f"'{answer}'"
            for answer, each in framework.answers.items()
            if each is Effect.LEFT_OUT
        ]
        reason = f"{listed(words, 'or')} is left out of the count"
        return Standing(counted=False, reason=reason)
    return Standing(counted=True, reason="it counts")
