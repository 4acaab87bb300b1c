"""The cases of one inspection and what each of their answers adds to the counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dsl.framework import Framework, Scope
from dsl.live.plan import Plan
from dsl.rating.condition import fact_holds

IRRELEVANT, MAYBE_RELEVANT, RELEVANT = range(3)
ADDS_NOTHING, ADDS_MISSING, ADDS_NOT_SUFFICIENT, ADDS_SUFFICIENT = range(4)

ADDS = (
    bytes((ADDS_NOTHING,) * 4),
    bytes((ADDS_MISSING,) * 4),
    bytes((ADDS_MISSING, ADDS_NOTHING, ADDS_NOT_SUFFICIENT, ADDS_SUFFICIENT)),
)
"""What a slot adds: by its relevance, then by the effect of its answer."""


@dataclass(slots=True)
class Case:
    """One case: a byte for each slot, for its answer and for what that adds."""

    sample: str
    asks: bytes
    effects: bytearray
    relevance: bytearray
    adds: bytearray
    facts: dict[str, str] = field(default_factory=dict)
    excluded: bool = False


class Cases:
    """All cases, and the counts they add up to, slot by slot."""

    __slots__ = (
        "_framework",
        "_plan",
        "asked",
        "cases",
        "facts",
        "missing",
        "relevant",
        "yes",
    )

    def __init__(self, framework: Framework, plan: Plan) -> None:
        self._framework = framework
        self._plan = plan
        size = len(plan.slots)
        self.yes = [0] * size
        self.relevant = [0] * size
        self.missing = [0] * size
        self.asked = [0] * size  # cases that a slot is asked of, relevant or not
        self.cases: dict[str, Case] = {}
        self.facts: dict[str, str] = {}  # of the service or the inspection

    def add(self, case: str, sample: str) -> list[int]:
        """Put a case into a sample; gives the slots whose counts may have changed."""
        size = len(self._plan.slots)
        asks = self._plan.asks.get(sample, bytes(size))
        blank = (bytearray(size), bytearray(size), bytearray(size))
        self.cases[case] = Case(sample, asks, *blank)
        return self._ask(self.cases[case])

    def put(
        self,
        case: str,
        sample: str,
        facts: Mapping[str, str],
        effects: Mapping[int, int],
    ) -> None:
        """Put a case in with all that is known of it; its prompts are left aside."""
        plan = self._plan
        asks = plan.asks.get(sample, bytes(plan.questions))[: plan.questions]
        size = plan.questions
        blank = (bytearray(size), bytearray(size), bytearray(size))
        record = self.cases[case] = Case(sample, asks, *blank, dict(facts))
        for slot, effect in effects.items():
            record.effects[slot] = effect
        self._ask(record)

    def exclude(self, case: str) -> list[int]:
        """Take out all that a case adds."""
        record = self.cases[case]
        if record.excluded:
            return []
        record.excluded = True
        return self._unask(record)

    def restore(self, case: str) -> list[int]:
        """Let an excluded case count again."""
        record = self.cases[case]
        if not record.excluded:
            return []
        record.excluded = False
        return self._ask(record)

    def answer(self, case: str, slot: int, effect: int) -> bool:
        """Keep an answer; tells whether it changed a count."""
        record = self.cases[case]
        record.effects[slot] = effect
        if record.excluded or not record.asks[slot]:
            return False
        return self._add(record, slot, ADDS[record.relevance[slot]][effect])

    def record_fact(self, case: str | None, fact: str, value: str | None) -> list[int]:
        """Keep a fact, or forget it; gives the slots whose counts have changed."""
        known = self.facts if case is None else self.cases[case].facts
        if value is None:
            known.pop(fact, None)
        else:
            known[fact] = value
        if case is None:
            slots: Iterable[int] = range(len(self._plan.slots))
            return [
                slot
                for record in self.cases.values()
                for slot in self._weigh(record, slots)
            ]
        return self._weigh(self.cases[case], self._plan.moved_by.get(fact, ()))

    def _ask(self, record: Case) -> list[int]:
        slots = [slot for slot, asked in enumerate(record.asks) if asked]
        for slot in slots:
            self.asked[slot] += 1
        self._weigh(record, slots)
        return slots

    def _unask(self, record: Case) -> list[int]:
        slots = [slot for slot, asked in enumerate(record.asks) if asked]
        for slot in slots:
            self.asked[slot] -= 1
            self._add(record, slot, ADDS_NOTHING)
        return slots

    def _weigh(self, record: Case, slots: Iterable[int]) -> list[int]:
        """Judge anew whether these slots are relevant; gives those that changed."""
        by_groups: dict[tuple[str, ...], int] = {(): RELEVANT}
        changed: list[int] = []
        for slot in slots:
            groups = self._plan.groups[slot]
            if groups not in by_groups:
                by_groups[groups] = self._relevance(record, groups)
            record.relevance[slot] = by_groups[groups]
            if record.excluded or not record.asks[slot]:
                continue
            adds = ADDS[record.relevance[slot]][record.effects[slot]]
            if self._add(record, slot, adds):
                changed.append(slot)
        return changed

    def _relevance(self, record: Case, groups: Iterable[str]) -> int:
        relevance = RELEVANT
        tests = [
            test for group in groups for test in self._framework.groups[group].where
        ]
        for test in tests:
            of_case = self._framework.facts[test.fact].scope is Scope.CASE
            holds = fact_holds(test, record.facts if of_case else self.facts)
            if holds is False:
                return IRRELEVANT
            if holds is None:
                relevance = MAYBE_RELEVANT
        return relevance

    def _add(self, record: Case, slot: int, adds: int) -> bool:
        before = record.adds[slot]
        if adds == before:
            return False
        record.adds[slot] = adds
        self.yes[slot] += (adds == ADDS_SUFFICIENT) - (before == ADDS_SUFFICIENT)
        self.relevant[slot] += (adds > ADDS_MISSING) - (before > ADDS_MISSING)
        self.missing[slot] += (adds == ADDS_MISSING) - (before == ADDS_MISSING)
        return True
