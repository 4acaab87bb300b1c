"""Ratings kept current one answer at a time.

An answer changes two counters; work climbs only while the value above changes, so its
cost follows the depth of the framework, not the number of cases. The ratings are always
those that `dsl.evaluate` gives for `evidence()`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from dsl.evidence import Count, Decision, Evidence
from dsl.framework import Framework
from dsl.live.board import (
    CODE,
    COMPUTED,
    MISSING,
    NONE,
    PROVISIONAL,
    STATE,
    YES,
    Board,
    Cell,
)
from dsl.live.cases import ADDS_MISSING, Cases
from dsl.live.compile import plan_of
from dsl.live.opening import grounds
from dsl.live.plan import UNANSWERED
from dsl.live.report import STATES, figures_of, guidance_shifts, shifts_between
from dsl.live.shift import Figures, Shift, Standing
from dsl.live.standing import standing
from dsl.outcome import Assessment, DiscretionOutcome, DiscretionState
from dsl.rating.evaluate import evaluate

_CLOSED, _OPEN, _APPLIED, _DECLINED, _LAPSED = (
    STATES.index(state)
    for state in (
        DiscretionState.CLOSED,
        DiscretionState.OPEN,
        DiscretionState.APPLIED,
        DiscretionState.DECLINED,
        DiscretionState.LAPSED,
    )
)


class LiveRatings:
    """One inspection under one framework, from its first case to its last decision.

    Names of cases, parts, samples and answers are taken to be right: whoever records
    them has checked them. A changed count of a standard, yes, relevant or missing,
    makes a decision that stands there lapse for good.
    """

    __slots__ = (
        "_board",
        "_cases",
        "_decisions",
        "_expected",
        "_framework",
        "_lapsed",
        "_plan",
    )

    def __init__(self, framework: Framework) -> None:
        self._framework = framework
        self._plan = plan_of(framework)
        self._cases = Cases(framework, self._plan)
        self._board = Board(self._plan, self._cases)
        self._decisions: dict[int, Decision] = {}
        self._lapsed: set[int] = set()
        self._expected = dict.fromkeys(self._plan.guidance, (NONE, False))
        self._settle_all()

    def add_case(self, case: str, sample: str) -> tuple[Shift, ...]:
        """Put a case into a sample; it is asked that sample's questions."""
        return self._settle(self._cases.add(case, sample))

    def exclude_case(self, case: str) -> tuple[Shift, ...]:
        """Let nothing of a case count; its answers are kept."""
        return self._settle(self._cases.exclude(case))

    def restore_case(self, case: str) -> tuple[Shift, ...]:
        """Let an excluded case count again."""
        return self._settle(self._cases.restore(case))

    def record_fact(
        self, case: str | None, fact: str, value: str | None
    ) -> tuple[Shift, ...]:
        """Record what is known of a case, or of the service; None forgets it."""
        changed = self._cases.record_fact(case, fact, value)
        return self._settle(changed) if case is not None else self._settle_all()

    def answer(self, case: str, part: str, answer: str | None) -> tuple[Shift, ...]:
        """Answer a question or prompt of a case; None withdraws the answer."""
        plan = self._plan
        slot = plan.slot[part]
        effect = UNANSWERED if answer is None else plan.effects[answer]
        if not self._cases.answer(case, slot, effect) or slot >= plan.questions:
            return ()
        return self._settle((slot,))

    def judge(self, part: str, rating: str | None) -> tuple[Shift, ...]:
        """Give a judged part its rating; None withdraws it."""
        index = self._plan.cell[part]
        if rating is None:
            self._board.judgements.pop(index, None)
        else:
            self._board.judgements[index] = self._plan.ranks[rating]
        return self._settle_from(index)

    def decide(self, standard: str, decision: Decision | None) -> tuple[Shift, ...]:
        """Apply or decline discretion; None takes the decision back.

        Raises NotAllowed, and changes nothing, where the rules do not admit it.
        """
        index = self._plan.cell[standard]
        if decision is None:
            self._decisions.pop(index, None)
        else:
            evidence = self.evidence()
            decisions = {**evidence.decisions, standard: decision}
            evaluate(self._framework, replace(evidence, decisions=decisions))
            self._decisions[index] = decision
        self._lapsed.discard(index)
        return self._settle_from(index)

    def lapse(self, standard: str) -> None:
        """Note that a decision was made here once, and stands no longer."""
        self._lapsed.add(self._plan.cell[standard])
        self._settle_from(self._plan.cell[standard])

    def set_inspected(self, domain: str, *, inspected: bool) -> tuple[Shift, ...]:
        """Set a domain aside, or take it up."""
        if inspected:
            self._board.aside.discard(domain)
        else:
            self._board.aside.add(domain)
        return self._settle_all()

    @property
    def framework(self) -> Framework:
        """The rules it is rated by."""
        return self._framework

    @property
    def answerable(self) -> Collection[str]:
        """Every question and prompt that an answer can name."""
        return self._plan.slot.keys()

    def asks(self, case: str, part: str) -> bool:
        """Whether a question or prompt is asked of a case, by its sample."""
        slot = self._plan.slot.get(part)
        return slot is not None and bool(self._cases.cases[case].asks[slot])

    def evidence(self) -> Evidence:
        """All of it as one evaluation takes it."""
        cases = self._cases
        ratings = [each.name for each in self._framework.ratings]
        return Evidence(
            counts={
                part: Count(cases.yes[slot], cases.relevant[slot], cases.missing[slot])
                for slot, part in enumerate(self._plan.slots)
                if cases.asked[slot]
            },
            judgements={
                self._plan.cells[index]: ratings[rank]
                for index, rank in self._board.judgements.items()
            },
            decisions={
                self._plan.cells[index]: decision
                for index, decision in self._decisions.items()
            },
            facts=dict(cases.facts),
            not_inspected=frozenset(self._board.aside),
        )

    def assessment(self) -> Assessment:
        """A whole evaluation with its reasons; decisions that lapsed are shown so."""
        assessment = evaluate(self._framework, self.evidence())
        standards = dict(assessment.standards)
        for index in self._lapsed:
            outcome = standards[self._plan.cells[index]]
            if outcome.discretion is not None:
                lapsed = replace(outcome.discretion, state=DiscretionState.LAPSED)
                standards[outcome.part] = replace(outcome, discretion=lapsed)
        return replace(assessment, standards=standards)

    def rating(self, part: str) -> str | None:
        """The rating of a part as it stands."""
        code = self._board.cells[self._plan.cell[part]][CODE]
        return self._framework.ratings[code].name if code >= 0 else None

    def figures(self, part: str) -> Figures:
        """The numbers of a question, prompt, standard or the overall rating."""
        plan = self._plan
        if part in plan.cell:
            cells = self._board.cells
            return figures_of(self._framework, plan, cells, plan.cell[part])
        cases, slot = self._cases, plan.slot[part]
        count = Count(cases.yes[slot], cases.relevant[slot], cases.missing[slot])
        return Figures(count.yes, count.relevant, count.missing, count.percentage)

    def discretion(self, standard: str) -> DiscretionOutcome | None:
        """Where a standard stands with the panel; None without a rule for it."""
        return self.assessment().standards[standard].discretion

    def outstanding(self) -> Mapping[str, int]:
        """The answers still missing, by question, where there are any."""
        return {
            part: self._cases.missing[index]
            for index, (part, question) in enumerate(self._framework.questions.items())
            if self._cases.missing[index] and question.domain not in self._board.aside
        }

    def missing(self, case: str) -> tuple[str, ...]:
        """Questions of a case that have no answer yet, or no fact that tells."""
        adds = self._cases.cases[case].adds
        return tuple(
            part
            for slot, (part, question) in enumerate(self._framework.questions.items())
            if adds[slot] == ADDS_MISSING and question.domain not in self._board.aside
        )

    def standing(self, case: str, part: str) -> Standing:
        """Whether a case's answer to a question or prompt counts, and why."""
        plan = self._plan
        if part not in plan.slot:
            reason = f"{part} is not in `{self._framework.id}`"
            return Standing(counted=False, reason=reason)
        domain = plan.domains[plan.question_of[plan.slot[part]]]
        if domain in self._board.aside:
            return Standing(counted=False, reason=f"domain {domain} is not inspected")
        return standing(self._framework, plan, self._cases, case=case, part=part)

    def _settle(self, slots: Iterable[int]) -> tuple[Shift, ...]:
        """Bring the questions behind changed slots up to date, then what is above."""
        board, plan = self._board, self._plan
        before = board.cells[:]
        pending: set[int] = set()
        moved = False
        for slot in slots:
            if slot < plan.questions:
                cell = board.question(slot)
                if cell != before[slot]:
                    board.cells[slot] = cell
                    pending |= plan.above[slot]
                    moved = moved or cell[:YES] != before[slot][:YES]
        if self._climb(pending, before) or moved:
            return self._shifts(before, everything=False)
        return ()

    def _settle_from(self, index: int) -> tuple[Shift, ...]:
        before = self._board.cells[:]
        if self._climb({index}, before):
            return self._shifts(before, everything=False)
        return ()

    def _settle_all(self) -> tuple[Shift, ...]:
        before = self._board.cells[:]
        self._climb(set(range(len(before))), before)
        return self._shifts(before, everything=True)

    def _climb(self, pending: set[int], before: list[Cell]) -> bool:
        """Rate the pending cells and all they reach; tells whether anything moved."""
        cells, plan = self._board.cells, self._plan
        moved = False
        while pending:
            index = min(pending)  # INVARIANT (upward): all it reads is up to date
            pending.discard(index)
            cell = self._rate(index, before)
            old = cells[index]
            if cell == old:
                continue
            cells[index] = cell
            if cell[CODE] != old[CODE] or cell[PROVISIONAL] != old[PROVISIONAL]:
                moved = True
                pending |= plan.above[index]
            if index >= plan.questions and cell[STATE] != old[STATE]:
                moved = True
        return moved

    def _rate(self, index: int, before: list[Cell]) -> Cell:
        """The cell of one part; a decision that no longer stands lapses on the way."""
        board, plan = self._board, self._plan
        if index < plan.questions:
            return board.question(index)
        code, provisional, score, maximum = board.rate(index)
        capped_by, ceiling = NONE, len(plan.ranks)
        if code >= 0 and plan.ceilings[index]:
            code, awaited, ceiling, capped_by = board.cap(index, code)
            provisional = provisional or awaited
        if index not in plan.openings:
            figures = (code, _CLOSED, 0, capped_by, score, maximum)
            return (code, provisional, *figures)
        found = grounds(board, index, computed=code, ceiling=ceiling)
        if index in self._decisions and (
            not found
            or code != before[index][COMPUTED]
            or self._counts_moved(index, before)
        ):
            del self._decisions[index]
            self._lapsed.add(index)
        state, final = self._decided(index, code)
        if state == _CLOSED and found:
            state = _OPEN
        return (final, provisional, code, state, found, capped_by, score, maximum)

    def _counts_moved(self, standard: int, before: list[Cell]) -> bool:
        """Whether a count of any of its questions changed, of missing ones as well."""
        return any(
            before[question][YES : MISSING + 1]
            != self._board.cells[question][YES : MISSING + 1]
            for question in self._plan.openings[standard].questions
        )

    def _decided(self, standard: int, computed: int) -> tuple[int, int]:
        """The state a decision leaves the standard in, and its final code."""
        decision = self._decisions.get(standard)
        if decision is None:
            return (_LAPSED if standard in self._lapsed else _CLOSED), computed
        if decision.applied:
            return _APPLIED, self._plan.ranks[decision.rating]
        return _DECLINED, computed

    def _shifts(self, before: list[Cell], *, everything: bool) -> tuple[Shift, ...]:
        """What moved; guidance is asked again only if what it may read has moved."""
        framework, plan, after = self._framework, self._plan, self._board.cells
        ratings = shifts_between(framework, plan, before, after)
        above = before[plan.questions :], after[plan.questions :]
        if not plan.guidance or (above[0] == above[1] and not everything):
            return ratings
        expected = {
            part: self._board.expect(each) for part, each in plan.guidance.items()
        }
        guidance = guidance_shifts(framework, self._expected, expected)
        self._expected = expected
        return (*ratings, *guidance)
