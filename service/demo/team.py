"""Feeding one inspection to the service as its team would: over HTTP, many at once.

Everybody works through their own submissions in order and waits for nobody, except that
one case is worked on in the order it happened, and the panel meets when all is in.
Each request names itself, so loading twice records everything once.
"""

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec import Struct

from service.client import Client, Inspection, When
from service.demo.plan import (
    Accept,
    Act,
    Allocate,
    Answer,
    Decide,
    Depart,
    Finish,
    Join,
    Judge,
    Learn,
    Plan,
    Step,
    Submission,
    Submit,
    Withdraw,
)


class Request(Struct, frozen=True):
    """One step as the API takes it; `thing` has versions that a change must name."""

    method: str
    path: str
    body: dict[str, object] | None
    thing: str | None = None
    sees: Mapping[str, str] = MappingProxyType({})  # field → where it is read


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
        self._versions: dict[str, int] = {}
        self._made: dict[str, int] = {}  # by the address it was sent to
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
                case (
                    Join() | Learn() | Answer() | Withdraw() | Submit() | Accept()
                ) as step:
                    before.append((last[step.case],) if step.case in last else ())
                    last[step.case] = number
                case Allocate(inspectors=inspectors):
                    before.append(tuple(last[case] for case in inspectors))
                    last |= dict.fromkeys(inspectors, number)
                case Judge():
                    before.append(())
                case Finish() | Decide() | Depart() | Act():
                    before.append(tuple(range(number)))
        return tuple(before)

    async def _submit(self, number: int, submission: Submission) -> None:
        inspection = self._clients[submission.by].inspection(self._plan.published.id)
        asked = request_for(submission.step)
        body = asked.body
        if body is not None:
            body = body | {
                name: await self._seen(inspection, name, place)
                for name, place in asked.sees.items()
            }
        accepted = await inspection.call(
            asked.method,
            asked.path,
            body,
            seen=self._versions.get(asked.thing or ""),
            when=When(observed_at=submission.at, key=f"demo-{inspection.id}-{number}"),
        )
        if asked.method == "DELETE":
            del self._versions[asked.path]  # nothing is on record to be seen
        elif asked.thing is not None:
            self._versions[asked.thing] = accepted.version
        self._made[asked.path] = accepted.version
        self._submitted(len(accepted.effects))

    async def _seen(self, inspection: Inspection, name: str, place: str) -> object:
        """What a person has seen: it was read just now, or came as a reply before.

        A report that is published already is seen as it was published.
        """
        if place in self._made:
            return self._made[place]
        if place == "report":
            out = (await inspection.look("publications"))["published"]
            if out:
                return out[0][name]
        return (await inspection.look(place))[name]


def request_for(step: Step) -> Request:
    """The request that records one step."""
    match step:
        case Join(case=case, sample=sample, facts=facts):
            body: dict[str, object] = {
                "case": case,
                "sample": sample,
                "facts": {**facts},
            }
            return Request("POST", "cases", body)
        case Allocate(inspectors=inspectors):
            allocations = [{"case": case, "to": to} for case, to in inspectors.items()]
            return Request("POST", "allocations", {"allocations": allocations})
        case Submit(case=case):
            return Request("POST", f"cases/{case}/submission", {})
        case Accept(case=case):
            return Request("POST", f"cases/{case}/acceptance", {})
        case Finish():
            return Request("POST", "submissions", {})
        case Learn(case=case, fact=fact, value=value):
            path = f"cases/{case}/facts/{fact}"
            return Request("PUT", path, {"value": value}, path)
        case Answer(case=case, question=question, answer=answer, note=note):
            path = f"cases/{case}/answers/{question}"
            return Request("PUT", path, _told(answer=answer, evidence=note), path)
        case Withdraw(case=case, question=question):
            path = f"cases/{case}/answers/{question}"
            return Request("DELETE", path, None, path)
        case Judge(standard=standard, rating=rating, rationale=rationale):
            path = f"judgements/{standard}"
            told = _told(rating=rating, rationale=rationale, rests_on=[*step.rests_on])
            return Request("PUT", path, told, path)
        case Decide(standard=standard, rating=rating, reason=reason):
            body = {
                "outcome": "applied",
                "rating": rating,
                "cases_reviewed": list(step.cases_reviewed),
                "deciders": list(step.deciders),
                "reason": reason,
            }
            here = f"discretion/{standard}"
            sees = {"figures_hash": here}
            return Request("POST", f"{here}/decisions", body, sees=sees)
        case Depart(standard=standard, reason=reason):
            return Request("POST", f"departures/{standard}", {"reason": reason})
        case Act(method=method, path=path, says=says, sees=sees):
            return Request(method, path, {**says}, sees=sees)


def _told(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}
