"""What is on record about one inspection, whichever rules it is rated by.

It is counted afresh under any rules: which cases are relevant, and what an answer does,
is theirs to say. What they do not know is left aside and named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from dsl.evidence import Count, Decision, Evidence
from dsl.framework import FirstRule, Framework, Judgement, Scope
from dsl.live.cases import Cases
from dsl.live.compile import plan_of

Figure = TypeVar("Figure", Count, int)


@dataclass(frozen=True, slots=True)
class CaseOnRecord:
    """One case that counts: its sample, what is known of it and what was answered."""

    case: str
    sample: str
    facts: Mapping[str, str]
    answers: Mapping[str, str]  # by question


@dataclass(frozen=True, slots=True)
class OnRecord:
    """One inspection; cases that are excluded are not among its cases."""

    cases: tuple[CaseOnRecord, ...]
    judgements: Mapping[str, str]
    decisions: Mapping[str, Decision]  # those that stand
    facts: Mapping[str, str]  # not those of a case
    not_inspected: frozenset[str]
    prompts: frozenset[str] = frozenset()  # answered for some case; they rate nothing


@dataclass(frozen=True, slots=True)
class Carried:
    """What rules make of a record, and what of it they do not know."""

    evidence: Evidence
    unknown: tuple[str, ...]  # "question `3.4.1`", "answer `Maybe`"


def counted(framework: Framework, record: OnRecord) -> Carried:
    """Count a record under a framework's own samples, groups and answers."""
    plan = plan_of(framework)
    cases = Cases(framework, plan)
    cases.facts.update(record.facts)
    unknown: dict[str, None] = {}
    slot_of, effect_of = plan.slot, plan.effects
    for each in record.cases:
        effects = {}
        for question, answer in each.answers.items():
            slot, effect = slot_of.get(question), effect_of.get(answer)
            if slot is None:
                unknown[f"question `{question}`"] = None
            elif effect is None:
                unknown[f"answer `{answer}`"] = None
            else:
                effects[slot] = effect
        if each.sample not in plan.asks:
            unknown[f"sample `{each.sample}`"] = None
        cases.put(each.case, each.sample, each.facts, effects)
        _check_facts(framework, each.facts, unknown)
    _check_facts(framework, record.facts, unknown)
    for prompt in record.prompts:
        if prompt not in plan.slot:
            unknown[f"prompt `{prompt}`"] = None
    counts = {
        part: Count(cases.yes[slot], cases.relevant[slot], cases.missing[slot])
        for slot, part in enumerate(plan.cells[: plan.questions])
        if cases.asked[slot]
    }
    evidence = Evidence(
        counts,
        judgements=record.judgements,
        decisions=record.decisions,
        facts=record.facts,
        not_inspected=record.not_inspected,
    )
    return _known(framework, evidence, unknown)


def carried(framework: Framework, evidence: Evidence) -> Carried:
    """Take counts as they are under other rules: there are no cases to count afresh."""
    unknown: dict[str, None] = {}
    for part in (*evidence.counts, *evidence.percentages):
        if part not in framework.questions:
            unknown[f"question `{part}`"] = None
    _check_facts(framework, evidence.facts, unknown)
    kept = replace(
        evidence,
        counts=_those(evidence.counts, framework.questions),
        percentages=_those(evidence.percentages, framework.questions),
    )
    return _known(framework, kept, unknown)


def _known(
    framework: Framework, evidence: Evidence, unknown: dict[str, None]
) -> Carried:
    """Only what the framework has: its judged parts, ratings, facts and domains."""
    scale = {each.name for each in framework.ratings}
    judgements = {}
    for part, rating in evidence.judgements.items():
        if not _is_judged(framework, part):
            unknown[f"judgement of `{part}`"] = None
        elif rating not in scale:
            unknown[f"rating `{rating}`"] = None
        else:
            judgements[part] = rating
    for domain in evidence.not_inspected - framework.domains.keys():
        unknown[f"domain `{domain}`"] = None
    known = replace(
        evidence,
        judgements=judgements,
        facts={
            name: value
            for name, value in evidence.facts.items()
            if name in framework.facts
            and framework.facts[name].scope is not Scope.CASE
            and value in framework.facts[name].values
        },
        not_inspected=evidence.not_inspected & framework.domains.keys(),
    )
    return Carried(known, tuple(unknown))


def _is_judged(framework: Framework, part: str) -> bool:
    if part not in framework.rates:
        return False
    match framework.rates[part].method:
        case Judgement() | FirstRule(panel_decides=True):
            return True
        case _:
            return False


def _check_facts(
    framework: Framework, facts: Mapping[str, str], unknown: dict[str, None]
) -> None:
    for name, value in facts.items():
        fact = framework.facts.get(name)
        if fact is None:
            unknown[f"fact `{name}`"] = None
        elif value not in fact.values:
            unknown[f"value `{value}` of fact `{name}`"] = None


def _those(
    figures: Mapping[str, Figure], questions: Iterable[str]
) -> Mapping[str, Figure]:
    return {part: figures[part] for part in questions if part in figures}
