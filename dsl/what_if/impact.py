"""What other rules would make of an inspection: each rating that changes, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dsl.evidence import Evidence
from dsl.framework import OVERALL, Framework
from dsl.outcome import Outcome
from dsl.rating.evaluate import outcomes_of
from dsl.what_if.compiled import Compiled, compiled

_Outcomes = Mapping[str, Outcome]


@dataclass(frozen=True, slots=True)
class Changed:
    """One standard, or the overall rating, with both reasons; None is not rated."""

    part: str
    before: str | None
    after: str | None
    because_before: str
    because_after: str
    provisional: bool  # under either rules


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that changes, and the panel's moves that would not be admitted."""

    changed: tuple[Changed, ...]
    not_admitted: tuple[str, ...]


def are_related(one: Framework, other: Framework) -> bool:
    """Whether two frameworks are of one family: linked by what they are based on."""
    return not {one.id, *one.family}.isdisjoint({other.id, *other.family})


class Comparison:
    """One set of rules beside another; made once, asked for each inspection."""

    def __init__(self, old: Framework, new: Framework) -> None:
        self._old, self._new = old, new
        self._before, self._after = compiled(old), compiled(new)
        named = (*new.standards, *old.standards, OVERALL)
        self._parts = [
            (part, self._before.plan.cell.get(part), self._after.plan.cell.get(part))
            for part in dict.fromkeys(named)
        ]

    def impact(self, old: Evidence, new: Evidence) -> Impact:
        """What changes for one inspection; `new` is what the new rules know of it.

        The panel's moves are kept wherever the new rules admit them.
        """
        before = self._before.rate(self._before.known(old)).codes
        known = self._after.known(new)
        after = self._after.rate(known).codes
        moved = {
            index: code
            for index, code in enumerate(known.moved)
            if code >= 0 and index in self._after.plan.openings
        }
        admitted = {index for index, code in moved.items() if after[index] == code}
        parts = [
            part
            for part, left, right in self._parts
            if _name(self._old, left, before) != _name(self._new, right, after)
        ]
        not_admitted = tuple(
            part
            for part, decision in new.decisions.items()
            if decision.applied and self._after.plan.cell.get(part) not in admitted
        )
        if not parts:
            return Impact((), not_admitted)
        decisions = {
            part: decision
            for part, decision in new.decisions.items()
            if decision.applied and part not in not_admitted
        }
        return Impact(
            self._told(parts, old, replace(new, decisions=decisions)), not_admitted
        )

    def _told(
        self, parts: list[str], old: Evidence, new: Evidence
    ) -> tuple[Changed, ...]:
        before = _outcomes(self._old, self._before, old, parts)
        after = _outcomes(self._new, self._after, new, parts)
        return tuple(_changed(part, before, after) for part in parts)


def _outcomes(
    framework: Framework, made: Compiled, evidence: Evidence, parts: list[str]
) -> _Outcomes:
    there = [part for part in parts if part in made.plan.cell]
    return outcomes_of(framework, evidence, there)


def _changed(part: str, before: _Outcomes, after: _Outcomes) -> Changed:
    sides = before.get(part), after.get(part)
    old, new = (each.rating if each else None for each in sides)
    provisional = any(each.provisional for each in sides if each)
    return Changed(
        part, old, new, _because(part, before), _because(part, after), provisional
    )


def _because(part: str, outcomes: _Outcomes) -> str:
    """The reason, with that of the first question that decided."""
    outcome = outcomes.get(part)
    if outcome is None:
        return "it is no part of these rules"
    for decider in outcome.decided_by[:1]:
        below = outcomes.get(decider)
        if below is not None and below.percentage is not None:
            return f"{outcome.reason}: {below.reason}"
    return outcome.reason


def _name(framework: Framework, index: int | None, codes: list[int]) -> str | None:
    if index is None or codes[index] < 0:
        return None
    return framework.ratings[codes[index]].name
