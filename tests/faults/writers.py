"""Inspectors that answer, correct, and send again until told that it is recorded."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import ClientError, ClientSession

from tests.faults.tally import Tally

INSPECTION = "faulty"
QUESTIONS = ("2.1.1", "2.1.2", "2.1.3", "2.2.1", "2.3.1", "2.1.1.a", "2.1.1.b")
ANSWERS = ("Yes", "No", "Not applicable")

_PAUSE = 0.02  # seconds before sending again


class Member(Protocol):
    """One of the services, wherever it answers just now."""

    @property
    def client(self) -> ClientSession | None: ...


@dataclass(frozen=True)
class Acknowledgement:
    """What a service said it has recorded."""

    thing: str
    answer: str
    version: int
    position: int


@dataclass
class Writer:
    """Has a case of its own, so it knows the version of every answer to it."""

    number: int
    members: Sequence[Member]
    chance: random.Random
    tally: Tally
    acknowledged: dict[str, Acknowledgement] = field(default_factory=dict)
    _answers: dict[str, Acknowledgement] = field(default_factory=dict)
    _asking: "asyncio.Task[tuple[int, Mapping[str, Any]]] | None" = None
    _sent: int = 0

    async def write(self, stop: asyncio.Event) -> None:
        """Answer until told to stop; what was begun is brought to its end."""
        while not stop.is_set():
            await self._answer()

    def cut(self) -> None:
        """End the connection of the request that is under way."""
        if self._asking is not None:
            self._asking.cancel()

    async def _answer(self) -> None:
        question = self.chance.choice(QUESTIONS)
        before = self._answers.get(question)
        others = [each for each in ANSWERS if before is None or each != before.answer]
        answer = self.chance.choice(others)
        self._sent += 1
        command = f"w-{self.number}-{self._sent}"
        headers = {"Idempotency-Key": command}
        if before is not None:
            headers["If-Match"] = f'"{before.version}"'
        body = {"answer": answer}
        if self.chance.random() < 0.25:
            body["evidence"] = f"Synthetic note {command}."
        reply = await self._until_answered(question, body, headers)
        acknowledged = Acknowledgement(
            thing=f"answers/C-{self.number}/{question}",
            answer=answer,
            version=reply["version"],
            position=reply["position"],
        )
        self.acknowledged[command] = self._answers[question] = acknowledged
        self.tally.acknowledged += 1

    async def _until_answered(
        self, question: str, body: Mapping[str, str], headers: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """Send it, to the next service each time, until one says yes."""
        path = f"/v1/inspections/{INSPECTION}/cases/C-{self.number}/answers/{question}"
        first = self.number
        unsure = False
        while True:
            member = self.members[first % len(self.members)]
            first += 1
            if member.client is None:
                await asyncio.sleep(_PAUSE)
                continue
            asking = _put(member.client, path, body, headers)
            self._asking = asyncio.create_task(asking)
            with suppress(asyncio.CancelledError):
                await asyncio.wait({self._asking})
            if self._asking.cancelled():
                self.tally.unanswered += 1
                unsure = True
                continue
            try:
                status, reply = self._asking.result()
            except (TimeoutError, ClientError, ConnectionError, RuntimeError):
                self.tally.unanswered += 1
                unsure = True
            else:
                if status in {200, 201}:
                    self.tally.replayed += unsure and reply["replayed"]
                    return reply
                if status != 503:
                    raise AssertionError(f"{headers} was answered {status}: {reply}")
                self.tally.refused += 1
            await asyncio.sleep(_PAUSE)


async def _put(
    client: ClientSession,
    path: str,
    body: Mapping[str, str],
    headers: Mapping[str, str],
) -> tuple[int, Mapping[str, Any]]:
    async with client.put(path, json=body, headers=headers) as response:
        if response.content_type == "text/plain":
            raise AssertionError(f"{path} was answered {await response.text()}")
        reply = await response.json(content_type=None)
        replayed = "Idempotent-Replayed" in response.headers
        return response.status, reply | {"replayed": replayed}
