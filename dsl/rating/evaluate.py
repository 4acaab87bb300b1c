"""Rates one inspection: the definition of what the rules mean, with every reason.

The work goes evidence, questions, standards, caps, discretion, overall, caps; guidance
reads the final ratings. `dsl.live` is tested for equality with this.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from dsl.evidence import Count, Decision, Evidence
from dsl.framework import OVERALL, Discretion, Framework
from dsl.outcome import Assessment, DiscretionState, Outcome
from dsl.rating.condition import View, judge
from dsl.rating.discretion import NotAllowed, admit, openness
from dsl.rating.guidance import expect
from dsl.rating.method import figures, rate
from dsl.rating.order import bottom_up, inputs, parts_read


def evaluate(framework: Framework, evidence: Evidence) -> Assessment:
    """Rate every part; raises NotAllowed for a decision the rules do not admit."""
    for standard in evidence.decisions:
        if standard not in framework.discretion:
            reason = f"`{standard}` has no rule for discretion"
            raise NotAllowed(standard, "no-discretion", reason)
    outcomes: dict[str, Outcome] = {}
    view = View(framework, evidence, outcomes)
    for part in bottom_up(framework):
        outcomes[part] = _with_discretion(computed(part, view), view)
    return Assessment(
        questions={each: outcomes[each] for each in framework.questions},
        standards={each: outcomes[each] for each in framework.standards},
        overall=outcomes.get(OVERALL),
        guidance={
            part: expect(rule, view) for part, rule in framework.guidance.items()
        },
        prompts=_prompts(framework, evidence.counts),
        provisional=any(outcome.provisional for outcome in outcomes.values()),
    )


def outcomes_of(
    framework: Framework, evidence: Evidence, parts: Collection[str]
) -> Mapping[str, Outcome]:
    """These parts and all they rest on, rated and with reasons as `evaluate` does.

    Whether a standard is open is left aside where no decision turns on it.
    """
    wanted = {*parts}
    order = bottom_up(framework)
    for part in reversed(order):
        if part in wanted:
            wanted.update(inputs(framework, part))
            wanted.update(
                below
                for cap in framework.caps
                if cap.part == part
                for below in parts_read(cap.when)
            )
            if part in evidence.decisions:
                wanted.update(framework.standards[part].questions)
    outcomes: dict[str, Outcome] = {}
    view = View(framework, evidence, outcomes)
    for part in order:
        if part in wanted:
            outcome = computed(part, view)
            if part in evidence.decisions:
                outcome = _with_discretion(outcome, view)
            outcomes[part] = outcome
    return outcomes


def computed(part: str, view: View) -> Outcome:
    """The outcome of one part before discretion; `view` has all that it reads."""
    rate_rule = view.framework.rates[part]
    rated = rate(part, view)
    count, percentage = figures(part, view)
    outcome = Outcome(
        part=part,
        title=_title(part, view.framework),
        rating=rated.rating,
        computed=rated.rating,
        unrated=rated.unrated,
        provisional=rated.provisional,
        reason=rated.reason,
        count=count,
        percentage=percentage,
        score=rated.score,
        maximum=rated.maximum,
        decided_by=rated.decided_by,
        discretion=None,
        rule=rate_rule.rule,
    )
    return _capped(outcome, view)


def _title(part: str, framework: Framework) -> str:
    if part in framework.questions:
        return framework.questions[part].title
    if part in framework.standards:
        return framework.standards[part].title
    return part.capitalize()


def _capped(outcome: Outcome, view: View) -> Outcome:
    """Lower the rating to every cap that holds; one not known yet is provisional."""
    for cap in view.framework.caps:
        if cap.part != outcome.part or outcome.rating is None:
            continue
        if view.rank(outcome.rating) <= view.rank(cap.at):
            continue
        verdict = judge(cap.when, view)
        if verdict.holds is None:
            outcome = replace(outcome, provisional=True)
        if verdict.holds:
            reason = (
                f"capped at '{cap.at}' because {verdict.because};"
                f" without the cap '{outcome.rating}': {outcome.reason}"
            )
            outcome = replace(
                outcome,
                rating=cap.at,
                computed=cap.at,
                reason=reason,
                decided_by=parts_read(cap.when),
                rule=cap.rule,
            )
    return outcome


def _with_discretion(outcome: Outcome, view: View) -> Outcome:
    rule = view.framework.discretion.get(outcome.part)
    if rule is None:
        return outcome

    def recompute(question: str, count: Count) -> str | None:
        counts = {**view.evidence.counts, question: count}
        changed = replace(view, evidence=replace(view.evidence, counts=counts))
        outcomes = {**view.outcomes, question: computed(question, changed)}
        return computed(outcome.part, replace(changed, outcomes=outcomes)).rating

    found = openness(rule, outcome.computed, view, recompute)
    outcome = replace(outcome, discretion=found)
    decision = view.evidence.decisions.get(outcome.part)
    if decision is None:
        return outcome
    admit(rule, decision, outcome, view)
    state = DiscretionState.APPLIED if decision.applied else DiscretionState.DECLINED
    outcome = replace(outcome, discretion=replace(found, state=state))
    return _moved(outcome, decision, rule) if decision.applied else outcome


def _moved(outcome: Outcome, decision: Decision, rule: Discretion) -> Outcome:
    because = f": {decision.because}" if decision.because else ""
    return replace(
        outcome,
        rating=decision.rating,
        reason=f"moved by {rule.by} from '{outcome.computed}'{because}",
        computed_reason=outcome.reason,
        rule=rule.rule,
    )


def _prompts(framework: Framework, counts: Mapping[str, Count]) -> Mapping[str, Count]:
    return {
        prompt.id: counts[prompt.id]
        for question in framework.questions.values()
        for prompt in question.prompts
        if prompt.id in counts
    }
