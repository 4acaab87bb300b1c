"""A published inspection run again, each step tried first by everybody who may not.

Trafford's has every kind of step: discretion was used three times. Before anything is
on record, all that comes after the fieldwork is tried as well by whoever may.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from dsl import packaged
from service.demo import Plan, read, reconstruct
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

INSPECTORS = ("inspector-1", "inspector-2", "inspector-3")
EVERYBODY = (LEAD, *INSPECTORS, *PANEL, HEAD, CONTACT, AUDITOR)
NOBODY_SAW = f"sha256:{'0' * 64}"
_KEYS = count()

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


def kind_of(step: Step) -> str:
    """What is done, whatever it is about."""
    if not isinstance(step, Act):
        return type(step).__name__
    first, *_, last = (*step.path.split("/"), step.path.split("/")[-1])
    return first if first in {"evidence", "findings"} else last


def may(step: Step, by: str) -> tuple[str, ...]:
    """Everybody who may take a step that somebody takes."""
    match step:
        case Learn() | Answer() | Withdraw() | Submit():
            return (by, LEAD)
        case Join() | Accept():
            return (LEAD, *INSPECTORS)
        case Judge() | Depart():
            return (LEAD, *PANEL)
        case Decide():
            return (CHAIR,)
        case Act():
            return ACTS[kind_of(step)]
        case _:
            return (LEAD,)


@dataclass
class Walk:
    """One plan carried out step by step."""

    api: Api
    plan: Plan
    versions: dict[str, int] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)

    async def send(self, person: str, submission: Submission, **blind: object) -> Reply:
        """Ask for a step as this person, who has seen what there is to see."""
        asked = request_for(submission.step)
        headers = {"Idempotency_Key": f"walk-{next(_KEYS)}"}
        if asked.thing in self.versions:
            headers["If_Match"] = f'"{self.versions[asked.thing]}"'
        body = asked.body
        if body is not None:
            for name, place in asked.sees.items():
                body = body | {name: blind.get(name) or await self._seen(name, place)}
        path = f"/v1/inspections/{self.plan.published.id}/{asked.path}"
        return await self.api.as_(person).ask(asked.method, path, body, **headers)

    async def take(self, submission: Submission) -> None:
        """Take a step as whoever takes it."""
        asked = request_for(submission.step)
        reply = await self.send(submission.by, submission)
        assert reply.status in {200, 201}, (submission, reply.text)
        if asked.method == "DELETE":
            del self.versions[asked.path]
        elif asked.thing is not None:
            self.versions[asked.thing] = reply.body["version"]
        self.made[asked.path] = reply.body["version"]

    async def _seen(self, name: str, place: str) -> Any:
        if place in self.made:
            return self.made[place]
        path = f"/v1/inspections/{self.plan.published.id}/{place}"
        return (await self.api.as_(CHAIR).get(path)).body[name]


def too_early(plan: Plan) -> Iterator[Submission]:
    """One of each kind of step that follows on the fieldwork."""
    kinds = {"evidence", "findings", "recommendations"}  # written at any time
    for submission in plan.submissions:
        kind = kind_of(submission.step)
        follows = isinstance(submission.step, Act | Decide | Depart)
        if follows and kind not in kinds:
            kinds.add(kind)
            yield submission


async def test_every_step_is_refused_to_the_wrong_people_and_before_its_time(
    api: Api,
) -> None:
    framework = packaged("youth-2020").framework
    assert framework is not None
    plan = reconstruct(read("trafford-2021"), framework, Random("trafford-2021"))
    walk, published = Walk(api, plan), plan.published
    announced = await api.as_(LEAD).post(
        "/v1/inspections",
        {
            "inspection": published.id,
            "service": published.service,
            "programme": published.programme,
            "framework": published.framework,
            "fieldwork_starts_on": published.fieldwork.starts_on.isoformat(),
            "team": dict(team_of(plan)),
        },
    )
    assert announced.status == 201, announced.text

    early = 0
    for submission in too_early(plan):
        reply = await walk.send(
            submission.by,
            submission,
            figures_hash=NOBODY_SAW,
            content_hash=NOBODY_SAW,
            proposal=1,
        )
        assert reply.status in {404, 409, 422}, (submission.step, reply.text)
        early += 1

    tried: set[str] = set()
    refused = 0
    for submission in plan.submissions:
        kind = kind_of(submission.step)
        if kind not in tried:
            tried.add(kind)
            allowed = may(submission.step, submission.by)
            for person in EVERYBODY:
                if person not in allowed:
                    reply = await walk.send(person, submission)
                    assert reply.status == 403, (person, kind, reply.text)
                    refused += 1
        await walk.take(submission)

    assert early >= 10
    assert tried >= {*ACTS, "Answer", "Submit", "Accept", "Finish", "Decide", "Judge"}
    assert refused > 120
    shown = await api.as_(AUDITOR).get(f"/v1/inspections/{published.id}/publications/1")
    assert shown.body["reported"]["ratings"] == dict(published.ratings)
    assert shown.body["reported"]["score"] == published.score
    assert shown.body["differs_then"] == shown.body["differs_now"] == []
