"""Nothing that was acknowledged is lost when the service is killed."""

import asyncio
import json
import random
import sys
from collections.abc import Mapping, Sized
from pathlib import Path

from aiohttp import ClientError, ClientSession

from tests.service.running import Running, created, running

ROUNDS, CLIENTS, CASES = 20, 16, 16
QUESTIONS = ("2.1.1", "2.1.2", "2.1.3", "2.2.1", "2.3.1", "2.1.1.a", "2.1.1.b")


async def test_a_killed_service_keeps_every_acknowledged_answer(
    tmp_path: Path,
) -> None:
    acknowledged: dict[tuple[str, str], list[tuple[int, str]]] = {}
    chance = random.Random(2019)

    async with running(tmp_path) as service:
        await _announce(service)
    for _ in range(ROUNDS):
        async with running(tmp_path) as service:
            begun = asyncio.Event()
            submitting = [
                asyncio.create_task(
                    _submit(service, client, chance, acknowledged, begun)
                )
                for client in range(CLIENTS)
            ]
            await begun.wait()
            await asyncio.sleep(chance.uniform(0.0, 0.2))
            await service.kill()
            await asyncio.gather(*submitting)

    async with running(tmp_path) as service, service.client() as client:
        for (case, question), versions in acknowledged.items():
            history = await _history(client, case, question)
            assert {version for version, _ in versions} <= history.keys()
            assert all(history[version] == answer for version, answer in versions)
        ratings = await _ratings(client)
    assert _count(acknowledged) > ROUNDS  # however slow the machine is
    assert await _rebuild(tmp_path) == 0
    async with running(tmp_path) as service, service.client() as client:
        assert await _ratings(client) == ratings


def _count(acknowledged: Mapping[tuple[str, str], Sized]) -> int:
    return sum(map(len, acknowledged.values()))


async def _announce(service: Running) -> None:
    async with service.client() as client:
        await created(
            client,
            "/v1/inspections",
            {
                "inspection": "killed",
                "service": "A service",
                "programme": "single",
                "framework": "youth-2018",
                "fieldwork_starts_on": "2019-08-05",
            },
        )
        for case in range(CASES):
            await created(
                client,
                "/v1/inspections/killed/cases",
                {
                    "case": f"C-{case}",
                    "sample": "court disposals",
                    "facts": {"safety is a factor": "yes"},
                },
            )


async def _submit(
    service: Running,
    number: int,
    chance: random.Random,
    acknowledged: dict[tuple[str, str], list[tuple[int, str]]],
    begun: asyncio.Event,
) -> None:
    """Answer and correct until the service is gone; note what it said it has.

    Each client has a case of its own, so what it may replace is what was last said.
    """
    case = f"C-{number % CASES}"
    async with service.client() as client:
        while True:
            question = chance.choice(QUESTIONS)
            answer = chance.choice(("Yes", "No", "Not applicable"))
            path = f"/v1/inspections/killed/cases/{case}/answers/{question}"
            try:
                async with client.get(path) as current:
                    seen = current.headers.get("ETag")
                headers = {} if seen is None else {"If-Match": seen}
                body = {"answer": answer}
                async with client.put(path, json=body, headers=headers) as response:
                    reply = await response.json()
                    assert response.status in {200, 201}, reply
            except (TimeoutError, ClientError, ConnectionError):
                return
            if reply["recorded_at"] is not None:
                noted = acknowledged.setdefault((case, question), [])
                noted.append((reply["version"], answer))
                begun.set()


async def _history(
    client: ClientSession, case: str, question: str
) -> dict[int, str | None]:
    path = f"/v1/inspections/killed/cases/{case}/answers/{question}/history"
    async with client.get(path) as response:
        assert response.status == 200
        entries = (await response.json())["events"]
    return {entry["version"]: entry["answer"] for entry in entries}


async def _ratings(client: ClientSession) -> object:
    async with client.get("/v1/inspections/killed/ratings") as response:
        assert response.status == 200
        return await response.json()


async def _rebuild(folder: Path) -> int:
    """Rows that a rebuild found to differ from what the ledger says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "service", "rebuild", "--json"),
        *("--database", f"sqlite+aiosqlite:///{folder / 'ledger.db'}"),
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0
    return sum(json.loads(printed)["differed"].values())
