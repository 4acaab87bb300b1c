"""A published inspection carried out step by step, and tried by whoever may not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any

from service.demo import Plan
from service.demo.people import AUDITOR, team_of
from service.demo.plan import (
    CHAIR,
    CONTACT,
    HEAD,
    LEAD,
    PANEL,
    Accept,
    Act,
    Answer,
    Decide,
    Depart,
    Join,
    Judge,
    Learn,
    Step,
    Submission,
    Submit,
    Withdraw,
)
from service.demo.team import request_for
from tests.service.api.asking import Api, Reply

Casework = Learn | Answer | Withdraw

INSPECTORS = tuple(f"inspector-{number}" for number in range(1, 6))
NOBODY_SAW = f"sha256:{'0' * 64}"
BLIND = {"figures_hash": NOBODY_SAW, "content_hash": NOBODY_SAW, "proposal": 1}
MOST_ITEMS = 200
TOO_SOON = {404, 409, 422}
"""Statuses of what comes at the wrong moment: nothing there, not now, not like this."""

ACTS = {
    "evidence": (LEAD, *INSPECTORS),
    "proposals": (LEAD, *PANEL),
    "votes": PANEL,
    "findings": (LEAD,),
    "recommendations": (LEAD,),
    "endorsements": PANEL,
    "drafts": (LEAD,),
    "accuracy-points": (CONTACT,),
    "settlements": (LEAD,),
    "publications": (LEAD,),
    "approvals": (HEAD,),
    "action-plan": (LEAD, CONTACT),
    "reviews": (LEAD,),
}
"""Who may take which step towards publication."""

WAITS_FOR = {
    "Finish": "Finish",  # for everything before it
    "endorsements": "Finish",
    "drafts": "endorsements",
    "accuracy-points": "drafts",
    "settlements": "accuracy-points",
    "publications": "drafts",
    "approvals": "publications",
    "action-plan": "approvals",
    "reviews": "action-plan",
}
"""What must be done before each; a publication waits for points as well, if any."""

AT_ANY_TIME = {"evidence", "findings", "recommendations", "Join", "Judge"}
"""Nothing need come before these."""

_KEYS = count()


def kind_of(step: Step) -> str:
    """What is done, whatever it is about."""
    if not isinstance(step, Act):
        return type(step).__name__
    first, *_, last = (*step.path.split("/"), step.path.split("/")[-1])
    return first if first in {"evidence", "findings"} else last


@dataclass
class Walk:
    """One plan carried out; what is on the way is refused to others, and counted."""

    api: Api
    plan: Plan
    refused_people: int = 0
    refused_moments: int = 0
    tried: set[str] = field(default_factory=set)  # kinds of step
    _versions: dict[str, int] = field(default_factory=dict)
    _made: dict[str, int] = field(default_factory=dict)
    _waiting: dict[str, list[Submission]] = field(default_factory=dict)  # by person
    _submitted_by: dict[str, str] = field(default_factory=dict)  # by case

    def __post_init__(self) -> None:
        self.people = (*team_of(self.plan), *PANEL, HEAD, AUDITOR)
        self._turns = cycle(range(len(self.people)))
        self._firsts = {
            kind_of(each.step): each for each in reversed(self.plan.submissions)
        }

    async def announce(self) -> None:
        """Open the inspection, with everybody in their roles."""
        published = self.plan.published
        body = {
            "inspection": published.id,
            "service": published.service,
            "programme": published.programme,
            "framework": published.framework,
            "fieldwork_starts_on": published.fieldwork.starts_on.isoformat(),
            "team": dict(team_of(self.plan)),
        }
        for person in {*self.people} - {LEAD, AUDITOR}:
            reply = await self.api.as_(person).post("/v1/inspections", body)
            self._refused_person(reply, person, "announce")
        reply = await self.api.as_(LEAD).post("/v1/inspections", body)
        assert reply.status == 201, reply.text

    async def try_before_anything(self) -> None:
        """One of each kind of step, by whoever takes it, when nothing is on record."""
        for kind, submission in self._firsts.items():
            if kind not in AT_ANY_TIME:
                await self._try_now(submission)

    async def carry_out(self) -> None:
        """Take every step; those who may not, and those ahead of time, try first."""
        for submission in self.plan.submissions:
            step, kind = submission.step, kind_of(submission.step)
            if kind not in self.tried:
                if kind in WAITS_FOR:
                    await self._try_out_of_turn(but=kind)
                self.tried.add(kind)
                await self._try_others(submission, self._others(submission))
            elif not isinstance(step, Casework):
                others = self._others(submission)
                if not isinstance(step, Act):
                    others = others[next(self._turns) % len(others) :][:1]
                await self._try_others(submission, others)
            if isinstance(step, Casework):
                await self._queue(submission)
                continue
            if isinstance(step, Submit):
                await self._flush_case(step.case)
                self._submitted_by[step.case] = submission.by
            await self._take(submission)
        assert not any(self._waiting.values())

    async def try_afterwards(self) -> None:
        """Everything once more by the same people, now that it is published."""
        by_person: dict[str, list[Submission]] = {}
        for submission in self.plan.submissions:
            if isinstance(submission.step, Casework):
                by_person.setdefault(submission.by, []).append(submission)
        for person, theirs in by_person.items():
            for items in _in_batches(theirs):
                results = await self._batch(person, items)
                assert {each["status"] for each in results} <= TOO_SOON, results
                self.refused_moments += len(items)
        for kind, submission in self._firsts.items():
            if not isinstance(submission.step, Casework):
                if kind in {"action-plan", "reviews"}:
                    continue  # they go on after a publication
                await self._try_now(submission)

    async def _try_now(self, submission: Submission) -> None:
        reply = await self._send(submission.by, submission)
        assert reply.status in TOO_SOON, (submission, reply.status, reply.text)
        self.refused_moments += 1

    async def _try_out_of_turn(self, *, but: str) -> None:
        """Whatever waits for something that is not done, by whoever takes it later."""
        waits_for = dict(WAITS_FOR)
        if "accuracy-points" in self.tried:
            waits_for["publications"] = "settlements"
        for kind, before in waits_for.items():
            if before not in self.tried and kind != but:
                await self._try_now(self._firsts[kind])

    async def _try_others(self, submission: Submission, others: Sequence[str]) -> None:
        for person in others:
            reply = await self._send(person, submission, **BLIND)
            self._refused_person(reply, person, submission)

    def _refused_person(self, reply: Reply, *what: object) -> None:
        assert reply.status == 403, (*what, reply.status, reply.text)
        self.refused_people += 1

    def _others(self, submission: Submission) -> tuple[str, ...]:
        """Everybody who may not take a step that somebody takes."""
        allowed = self._allowed(submission.step, submission.by)
        return tuple(person for person in self.people if person not in allowed)

    def _allowed(self, step: Step, by: str) -> set[str]:
        match step:
            case Learn() | Answer() | Withdraw() | Submit():
                return {by, LEAD}
            case Join():
                return {LEAD, *INSPECTORS}
            case Accept(case=case):
                return {LEAD, *INSPECTORS} - {self._submitted_by[case]}
            case Judge() | Depart():
                return {LEAD, *PANEL}
            case Decide():
                return {CHAIR}
            case Act():
                return {*ACTS[kind_of(step)]}
            case _:
                return {LEAD}

    async def _queue(self, submission: Submission) -> None:
        """Keep it for the person's next batch, after what it follows on."""
        case, mine = _case_of(submission), self._waiting.setdefault(submission.by, [])
        if not _fits(submission, mine):
            await self._flush(submission.by)
        for person, theirs in self._waiting.items():
            if person != submission.by and any(_case_of(it) == case for it in theirs):
                await self._flush(person)
        self._waiting[submission.by].append(submission)

    async def _flush_case(self, case: str) -> None:
        for person, theirs in self._waiting.items():
            if any(_case_of(it) == case for it in theirs):
                await self._flush(person)

    async def _flush(self, person: str) -> None:
        """Send a person's batch, first in the name of two others."""
        items, self._waiting[person] = self._waiting[person], []
        others = self._others(items[0])
        turn = next(self._turns)
        colleagues = [each for each in others if each in INSPECTORS]
        strangers = [each for each in others if each not in INSPECTORS]
        stranger = strangers[turn % len(strangers)]
        reply = await self._send_batch(stranger, items)
        assert reply.status == 403, (stranger, reply.text)
        colleague = colleagues[turn % len(colleagues)]
        for result in await self._batch(colleague, items):
            assert result["status"] == 403, (colleague, result)
        self.refused_people += 2 * len(items)
        for item, result in zip(items, await self._batch(person, items), strict=True):
            assert result["status"] in {200, 201}, (item, result)
            self._versions[_thing_of(item)] = result["version"]

    async def _batch(
        self, person: str, items: Sequence[Submission]
    ) -> Sequence[dict[str, Any]]:
        reply = await self._send_batch(person, items)
        assert reply.status == 200, (person, reply.text)
        results: list[dict[str, Any]] = reply.body["results"]
        return results

    async def _send_batch(self, person: str, items: Sequence[Submission]) -> Reply:
        said = [
            {
                "key": f"item-{next(_KEYS)}",
                "base_version": self._versions.get(_thing_of(submission)),
                **_item(submission.step),
            }
            for submission in items
        ]
        path = f"/v1/inspections/{self.plan.published.id}/answer-batches"
        return await self.api.as_(person).ask("POST", path, {"items": said})

    async def _send(
        self, person: str, submission: Submission, **blind: object
    ) -> Reply:
        """Ask for a step as this person; `blind` is given for what nobody has seen."""
        asked = request_for(submission.step)
        headers = {"Idempotency_Key": f"walk-{next(_KEYS)}"}
        if asked.path in self._versions:
            headers["If_Match"] = f'"{self._versions[asked.path]}"'
        body = asked.body
        if body is not None:
            for name, place in asked.sees.items():
                body = body | {name: blind.get(name) or await self._seen(name, place)}
        path = f"/v1/inspections/{self.plan.published.id}/{asked.path}"
        return await self.api.as_(person).ask(asked.method, path, body, **headers)

    async def _take(self, submission: Submission) -> None:
        asked = request_for(submission.step)
        reply = await self._send(submission.by, submission)
        assert reply.status in {200, 201}, (submission, reply.text)
        if asked.method == "PUT":
            self._versions[asked.path] = reply.body["version"]
        self._made[asked.path] = reply.body["version"]

    async def _seen(self, name: str, place: str) -> Any:
        if place in self._made:
            return self._made[place]
        path = f"/v1/inspections/{self.plan.published.id}/{place}"
        reply = await self.api.as_(CHAIR).get(path)
        return reply.body.get(name) or BLIND[name]


def _case_of(submission: Submission) -> str:
    step = submission.step
    assert isinstance(step, Casework)
    return step.case


def _thing_of(submission: Submission) -> str:
    return request_for(submission.step).path


def _fits(submission: Submission, batch: Sequence[Submission]) -> bool:
    """Whether there is room for it, and nothing else about the same thing."""
    thing = _thing_of(submission)
    return len(batch) < MOST_ITEMS and all(_thing_of(it) != thing for it in batch)


def _in_batches(items: Sequence[Submission]) -> Iterator[Sequence[Submission]]:
    batch: list[Submission] = []
    for submission in items:
        if not _fits(submission, batch):
            yield batch
            batch = []
        batch.append(submission)
    yield batch


def _item(step: Step) -> dict[str, object]:
    """A step on a case as an item of a batch."""
    match step:
        case Learn(case=case, fact=fact, value=value):
            return {"kind": "fact", "case": case, "fact": fact, "value": value}
        case Answer(case=case, question=question, answer=answer, note=note):
            said = {"kind": "answer", "case": case, "question": question}
            return said | {"answer": answer, "evidence": note}
        case Withdraw(case=case, question=question):
            return {"kind": "answer-withdrawal", "case": case, "question": question}
        case _:
            raise AssertionError(step)
