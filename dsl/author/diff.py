"""What changed in meaning between two frameworks; a change of text alone is no change.

Sources and assumptions are what a rule rests on, not what it does: they are left out,
and so are comments, `>` lines, tests, and where and in which order things stand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from dsl.author.change import Change, Spot, Thing, changes
from dsl.framework import (
    OVERALL,
    CountsOnly,
    Discretion,
    Fact,
    FirstRule,
    Framework,
    Question,
    RuleRow,
    Sample,
    Total,
)
from dsl.rating.wording import counted, kind_of, listed
from dsl.text import say


def diff(before: Framework, after: Framework) -> tuple[Change, ...]:
    """Every change of meaning, in framework order; none if both mean the same."""
    found: list[Change] = []
    for about in _ABOUT:
        old, new = _things(about, before), _things(about, after)
        if about in _OF_PARTS:
            old = {name: old[name] for name in old if _has(after, name)}
            new = {name: new[name] for name in new if _has(before, name, after)}
        found += changes(about, old, new, partial(_called, about, after))
    return tuple(found)


def _has(framework: Framework, name: str, other: Framework | None = None) -> bool:
    """Whether a part, or the question of a prompt, is there, or rated in the other."""
    parts = (*framework.standards, *framework.questions, OVERALL)
    if name in parts or name.rpartition(".")[0] in framework.questions:
        return True
    rate = other.rates.get(name) if other else None
    return rate is not None and not isinstance(rate.method, CountsOnly)


def _called(about: str, framework: Framework, names: Sequence[str]) -> str:
    """`discretion for standards 2.1 to 2.4`, `banding “share of cases”`"""
    match about:
        case "framework":
            return "the framework"
        case "rating" | "answer":
            quoted = listed([f"'{name}'" for name in names])
            return f"{about if len(names) == 1 else f'{about}s'} {quoted}"
        case "domain" | "standard" | "question" | "prompt":
            return f"{about if len(names) == 1 else f'{about}s'} {say.stretches(names)}"
        case "rate":
            return f"the rating of {_parts(framework, names)}"
        case "cap":
            return f"cap on {_parts(framework, [names[0].split(' ')[0]])}"
        case "guidance" | "discretion" | "warning":
            return f"{about} for {_parts(framework, names)}"
        case _:
            quoted = listed([f"“{name}”" for name in names])
            return f"{about if len(names) == 1 else f'{about}s'} {quoted}"


def _parts(framework: Framework, names: Sequence[str]) -> str:
    kinds: dict[str, list[str]] = {}
    for name in names:
        kinds.setdefault(kind_of(framework, name), []).append(name)
    return listed([say.parts(framework, each) for each in kinds.values()])


_ABOUT = (
    "framework",
    "rating",
    "answer",
    "fact",
    "group",
    "domain",
    "standard",
    "question",
    "prompt",
    "banding",
    "rate",
    "cap",
    "guidance",
    "discretion",
    "warning",
    "sample",
)


_OF_PARTS = frozenset({"prompt", "rate"})
"""Said only of parts that both versions have: the part itself is news enough."""


def _things(about: str, framework: Framework) -> Mapping[str, Thing]:
    """Everything of one kind that a framework says, by name."""
    match about:
        case "framework":
            found = _framework(framework)
        case "rating" | "answer":
            found = _scale(about, framework)
        case "fact" | "group" | "sample":
            found = _cases(about, framework)
        case "domain" | "standard" | "question" | "prompt":
            found = _structure(about, framework)
        case "banding":
            found = _bandings(framework)
        case "rate":
            found = _rates(framework)
        case _:
            found = _rules(about, framework)
    return dict(found)


Named = Iterator[tuple[str, Thing]]


def _framework(framework: Framework) -> Named:
    says = {"name": f"“{framework.name}”"} if framework.name else {}
    if framework.applies_from:
        says["first day"] = say.day(framework.applies_from)
    if framework.applies_until:
        says["last day"] = say.day(framework.applies_until)
    for gap in framework.no_fieldwork:
        stretch = f"{say.day(gap.first)} until {say.day(gap.last)}"
        says[f"no fieldwork from {stretch}"] = f"“{gap.because}”"
    for kind, word in sorted(framework.words.items()):
        says[f"word for a {kind}"] = f"“{word}”"
    yield "", Thing(says, Spot.of(framework.rule))


def _scale(about: str, framework: Framework) -> Named:
    if about == "rating" and framework.ratings_rule:
        spot = Spot.of(framework.ratings_rule)
        for rank, rating in enumerate(framework.ratings, 1):
            place = f"{rank} of {len(framework.ratings)}, worst first"
            says = {"score": str(rating.score), "place": place}
            yield rating.name, Thing(says, spot)
    if about == "answer" and framework.answers_rule:
        spot = Spot.of(framework.answers_rule)
        for name, effect in framework.answers.items():
            says = {"effect": f"that it {say.effect(effect)}"}
            yield name, Thing(says, spot)


def _cases(about: str, framework: Framework) -> Named:
    if about == "fact":
        for fact in framework.facts.values():
            yield fact.name, Thing(_fact(fact), Spot.of(fact.rule))
    elif about == "group":
        for group in framework.groups.values():
            says = {"members": say.fact_tests(group.where)}
            yield group.name, Thing(says, Spot.of(group.rule))
    else:
        for each in framework.samples.values():
            says = _sample(each)
            yield each.name, Thing(says, Spot.of(each.rule))


def _fact(fact: Fact) -> dict[str, str]:
    values = "yes or no" if fact.values == ("yes", "no") else _quoted(fact.values)
    return {"scope": f"of a {fact.scope.value}", "values": values}


def _sample(each: Sample) -> dict[str, str]:
    says = {
        "domains": say.stretches(each.domains),
        "drawn from": say.fact_tests(each.where),
    }
    if each.started_months is not None:
        first, last = each.started_months
        says["start"] = f"{first} to {last} months before fieldwork"
    if each.share_per_cent is not None:
        says["share"] = f"{each.share_per_cent}%"
    if each.confidence_per_cent is not None:
        says["confidence"] = f"{each.confidence_per_cent}%"
        says["margin"] = counted(each.margin_points or 0, "point")
        says["size"] = each.rounding.value
    if each.matched_on:
        says["matching"] = _quoted(each.matched_on)
    return says


def _structure(about: str, framework: Framework) -> Named:
    if about == "domain":
        for domain in framework.domains.values():
            says = {"title": f"“{domain.title}”"}
            yield domain.id, Thing(says, Spot.of(domain.rule))
    elif about == "standard":
        for standard in framework.standards.values():
            says = {"title": f"“{standard.title}”"}
            if standard.aim is not None:
                says["aim"] = f"“{standard.aim}”"
            spot = Spot.of(standard.rule)
            yield standard.id, Thing(says, spot)
    else:
        for question in framework.questions.values():
            yield from _question(about, question)


def _question(about: str, question: Question) -> Named:
    spot = Spot.of(question.rule)
    if about == "prompt":
        for prompt in question.prompts:
            says = {
                "title": f"“{prompt.title}”",
                "use": "where applicable" if prompt.where_applicable else "always",
            }
            if prompt.group is not None:
                says["group"] = f"the cases of “{prompt.group}”"
            yield prompt.id, Thing(says, spot)
        return
    says = {
        "title": f"“{question.title}”",
        "asked": f"of {_asked(question)}",
    }
    yield question.id, Thing(says, spot)


def _asked(question: Question) -> str:
    if not question.asked_of_cases:
        return "no case"
    return (
        "every case" if question.group is None else f"the cases of “{question.group}”"
    )


def _bandings(framework: Framework) -> Named:
    for banding in framework.bandings.values():
        unit = "percentages" if banding.percentages else "scores"
        says = {"scale": f"{unit} from 0 to {banding.top}"}
        for band in banding.bands:
            aspect = f"'{band.rating}'"
            stretch = say.band(band)
            says[aspect] = (
                f"{says[aspect]} and {stretch}" if aspect in says else stretch
            )
        for band in banding.bands:
            if band.called:
                says[f"name of the band that gives '{band.rating}'"] = (
                    f"“{band.called}”"
                )
        name = banding.name
        yield name, Thing(says, Spot.of(banding.rule))


def _rates(framework: Framework) -> Named:
    for rate in framework.rates.values():
        match rate.method:
            case FirstRule(rows=rows, panel_decides=panel_decides):
                says = {
                    "method": "by the first rule that applies",
                    **_rows(framework, rows),
                }
                if panel_decides:
                    says["where no rule applies"] = "the panel decides"
            case Total() as total:
                says = {
                    "method": "by a total score",
                    "parts counted": say.parts(framework, total.of),
                    "banding": f"“{total.banding}”",
                    "scale": "in proportion" if total.in_proportion else "whole",
                }
            case _:
                says = {"method": say.method(framework, rate.method)}
        yield rate.part, Thing(says, Spot.of(rate.rule))


def _rows(framework: Framework, rows: Iterable[RuleRow]) -> dict[str, str]:
    return {
        f"row {number}": say.row(framework, row) for number, row in enumerate(rows, 1)
    }


def _rules(about: str, framework: Framework) -> Named:
    match about:
        case "cap":
            for cap in framework.caps:
                says = {"at": f"'{cap.at}'", "when": say.condition(framework, cap.when)}
                # several caps may hold a part at one rating: the condition is the name
                name = f"{cap.part} {cap.at} {says['when']}"
                yield name, Thing(says, Spot.of(cap.rule))
        case "guidance":
            for each in framework.guidance.values():
                says = _rows(framework, each.rows)
                says["departing"] = (
                    "needs a reason" if each.needs_reason else "needs no reason"
                )
                yield each.part, Thing(says, Spot.of(each.rule))
        case "warning":
            for check in framework.case_checks.values():
                says = {"when": " or when ".join(say.signs(check))}
                yield check.question, Thing(says, Spot.of(check.rule))
        case _:
            for rule in framework.discretion.values():
                yield rule.standard, Thing(_terms(rule), Spot.of(rule.rule))


def _terms(rule: Discretion) -> dict[str, str]:
    says = {}
    if rule.near_points is not None:
        says["distance to a boundary"] = counted(rule.near_points, "point")
    if rule.one_case:
        says["one case judged differently"] = "a ground"
    if rule.few_cases is not None:
        says["few cases"] = f"{rule.few_cases} or fewer"
    says["most bands moved"] = str(rule.most_bands)
    says["decision"] = f"by {rule.by}"
    if rule.considers:
        says["considered"] = _quoted(rule.considers)
    return says


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
