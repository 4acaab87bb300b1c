"""Feeding one inspection to the service as its team would: over HTTP, many at once.

Everybody works through their own submissions in order and waits for nobody, except that
one case is worked on in the order it happened, and the panel meets when all is in.
Each request names itself, so loading twice records everything once.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import assert_never

from service.client import Accepted, Client, Inspection, When
from service.demo.plan import (
    Answer,
    Decide,
    Depart,
    Join,
    Judge,
    Learn,
    Plan,
    Step,
    Submission,
    Withdraw,
)


class Team:
    """Submits one plan; `submitted` is called with each reply's effects as it comes."""

    def __init__(
        self,
        plan: Plan,
        clients: Mapping[str, Client],
        submitted: Callable[[int], None],
    ) -> None:
        self._plan = plan
        self._clients = clients
        self._submitted = submitted
        self._versions: dict[tuple[str, str], int] = {}  # by case and question or fact
        self._done = [asyncio.Event() for _ in plan.submissions]

    async def work(self) -> None:
        """Submit everything; raises Refusal at the first thing that is not taken."""
        people = {submission.by for submission in self._plan.submissions}
        async with asyncio.TaskGroup() as together:
            for person in sorted(people):
                together.create_task(self._work_through(person))

    async def _work_through(self, person: str) -> None:
        before = self._before()
        for number, submission in enumerate(self._plan.submissions):
            if submission.by != person:
                continue
            for earlier in before[number]:
                await self._done[earlier].wait()
            await self._submit(number, submission)
            self._done[number].set()

    def _before(self) -> tuple[tuple[int, ...], ...]:
        """For each submission, those of anybody that must be in first."""
        last: dict[str, int] = {}
        before: list[tuple[int, ...]] = []
        for number, submission in enumerate(self._plan.submissions):
            match submission.step:
                case Join() | Learn() | Answer() | Withdraw() as step:
                    before.append((last[step.case],) if step.case in last else ())
                    last[step.case] = number
                case Judge():
                    before.append(())
                case Decide() | Depart():
                    before.append(tuple(range(number)))
        return tuple(before)

    async def _submit(self, number: int, submission: Submission) -> None:
        inspection = self._clients[submission.by].inspection(self._plan.published.id)
        when = When(observed_at=submission.at, key=f"demo-{inspection.id}-{number}")
        accepted = await self._sent(inspection, submission.step, when)
        self._submitted(len(accepted.effects))

    async def _sent(self, inspection: Inspection, step: Step, when: When) -> Accepted:
        """Send one step; what has versions names the one it was last seen at."""
        match step:
            case Join(case=case, sample=sample, facts=facts):
                return await inspection.add_case(sample, facts, case=case, when=when)
            case Learn(case=case, fact=fact, value=value):
                place, at = inspection.case(case), (case, fact)
                return self._noted(
                    at,
                    await place.record_fact(
                        fact, value, seen=self._versions.get(at), when=when
                    ),
                )
            case Answer(case=case, question=question):
                place, at = inspection.case(case), (case, question)
                return self._noted(
                    at,
                    await place.answer(
                        question,
                        step.answer,
                        evidence=step.note,
                        seen=self._versions.get(at),
                        when=when,
                    ),
                )
            case Withdraw(case=case, question=question):
                seen = self._versions.pop((case, question))
                return await inspection.case(case).withdraw_answer(
                    question, seen=seen, key=when.key
                )
            case Judge(standard=standard, rating=rating, rationale=rationale):
                return await inspection.propose_judgement(
                    standard, rating, rationale=rationale, when=when
                )
            case Decide(standard=standard, rating=rating, reason=reason):
                panel = await inspection.show_discretion(standard)
                return await inspection.decide_discretion(
                    standard,
                    rating=rating,
                    figures_hash=panel.figures_hash,
                    reason=reason,
                    cases_reviewed=step.cases_reviewed,
                    deciders=step.deciders,
                    when=when,
                )
            case Depart(standard=standard, reason=reason):
                return await inspection.depart_from_guidance(
                    standard, reason, when=when
                )
            case _:
                assert_never(step)

    def _noted(self, thing: tuple[str, str], accepted: Accepted) -> Accepted:
        self._versions[thing] = accepted.version
        return accepted
