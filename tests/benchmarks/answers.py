"""Answer to reply with effects over HTTP, beside an aiohttp that does nothing.

    python -m tests.benchmarks.answers [ROUNDS]

One service on SQLite, one on PostgreSQL, and two on one PostgreSQL. All run in
processes of their own and take turns, so that a slow moment of the machine hits them
all; the ratios of a round are what counts. The client and the database run on the same
machine.
"""

import asyncio
import json
import random
import re
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession, web

from tests.benchmarks.load import Ask, Load, load, request
from tests.postgres import Postgres, server
from tests.service.running import TOKEN, Running, created, free_port, running

CONNECTIONS, CASES = 16, 48
QUESTIONS = tuple(
    f"2.{standard}.{question}" for standard in range(1, 5) for question in range(1, 4)
)
_ETAG = re.compile(rb'etag: ("\d+")', re.IGNORECASE)


@dataclass
class Bench:
    """Services that share a ledger, or the application that does nothing."""

    name: str
    ports: Sequence[int]
    etags: dict[str, str] | None  # the versions of its answers; None: it has none
    rounds: list[Load] = field(default_factory=list)

    async def work(self, chance: random.Random, answers: int) -> None:
        """Send this many answers on every connection."""
        etags = {} if self.etags is None else self.etags
        clients = [_inspector(n, etags, chance, answers) for n in range(CONNECTIONS)]
        self.rounds.append(await load(self.ports, clients))

    def over(self, other: "Bench") -> str:
        """Its rate in those of another, round by round."""
        ratios = [
            mine.rate / theirs.rate
            for mine, theirs in zip(self.rounds, other.rounds, strict=True)
        ]
        spread = f"({min(ratios):.2f} to {max(ratios):.2f})"
        return f"{statistics.median(ratios):.2f} x {other.name} {spread}"

    def __str__(self) -> str:
        rates = [each.rate for each in self.rounds]
        return (
            f"{self.name:30} {statistics.median(rates):7,.0f}/s "
            f"({min(rates):,.0f} to {max(rates):,.0f}), "
            f"p50 {statistics.median(each.at(0.5) for each in self.rounds):.1f} ms, "
            f"p99 {statistics.median(each.at(0.99) for each in self.rounds):.1f} ms"
        )


async def main(rounds: int) -> None:
    """Print the rates and latencies of all, and their ratios."""
    with server(fsync="on", full_page_writes="on") as started:
        empty, file, one, two = await measured(started, rounds, answers=300)
    for line in lines(empty, file, one, two):
        print(line)


def lines(empty: Bench, file: Bench, one: Bench, two: Bench) -> Sequence[str]:
    """What is printed."""
    must = "must: 3,000/s and p99 12 ms, aim: 4,500/s and p99 7 ms"
    return (
        f"answer to reply with effects, {CONNECTIONS} connections",
        *(f"  {bench}" for bench in (empty, file, one, two)),
        f"  {file.name}: {file.over(empty)}",
        f"  {one.name}: {one.over(empty)}",
        f"  {must}, where the empty application does 9,323/s",
        f"  {two.name}: {two.over(one)}; must: 1.3 x and p99 40 ms, aim: 1.6 x",
    )


async def measured(
    postgres: Postgres, rounds: int, *, answers: int
) -> tuple[Bench, Bench, Bench, Bench]:
    """The application that does nothing, SQLite, PostgreSQL, and two on PostgreSQL."""
    chance = random.Random(2021)
    async with AsyncExitStack() as stack:
        empty = Bench(
            "empty aiohttp", [await stack.enter_async_context(_empty())], None
        )
        benches = (
            empty,
            await _opened(stack, "SQLite", None, services=1),
            await _opened(stack, "PostgreSQL", postgres, services=1),
            await _opened(stack, "PostgreSQL, two processes", postgres, services=2),
        )
        for _ in range(rounds + 1):
            for bench in benches:
                await bench.work(chance, answers)
    for bench in benches:
        del bench.rounds[0]  # warming up
    return benches


async def _opened(
    stack: AsyncExitStack, name: str, postgres: Postgres | None, *, services: int
) -> Bench:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    database = None if postgres is None else await postgres.new_database()
    started = [
        await stack.enter_async_context(running(folder, database=database))
        for _ in range(services)
    ]
    async with started[0].client() as client:
        await _announce(client)
    return Bench(name, [_port(service) for service in started], {})


def _port(service: Running) -> int:
    return int(service.url.rsplit(":", 1)[1])


def _inspector(
    number: int, etags: dict[str, str], chance: random.Random, answers: int
) -> Ask:
    """Answers and corrects the questions of every sixteenth case."""
    left = answers
    path = ""

    def ask(reply: bytes) -> bytes | None:
        nonlocal left, path
        if reply and (etag := _ETAG.search(reply)):
            etags[path] = etag[1].decode()
        if left == 0:
            return None
        left -= 1
        case = number + CONNECTIONS * chance.randrange(CASES // CONNECTIONS)
        question = chance.choice(QUESTIONS)
        path = f"/v1/inspections/measured/cases/C-{case}/answers/{question}"
        answer = {
            "answer": chance.choice(("Yes", "Yes", "No", "Not applicable")),
            "evidence": f"Synthetic note {left} about what was found in the file.",
        }
        headers = [f"Authorization: Bearer {TOKEN}"]
        if path in etags:
            headers.append(f"If-Match: {etags[path]}")
        return request("PUT", path, json.dumps(answer).encode(), *headers)

    return ask


async def _announce(client: ClientSession) -> None:
    inspection = {
        "inspection": "measured",
        "service": "A service",
        "programme": "single",
        "framework": "youth-2020",
        "fieldwork_starts_on": "2020-10-05",
    }
    await created(client, "/v1/inspections", inspection)
    facts = {"safety is a factor": "yes", "risk of serious harm, judged": "medium"}
    facts |= {f"{what} changed": "yes" for what in ("desistance", "safety", "harm")}
    for number in range(CASES):
        case = {"case": f"C-{number}", "sample": "court disposals", "facts": facts}
        await created(client, "/v1/inspections/measured/cases", case)


@asynccontextmanager
async def _empty() -> AsyncIterator[int]:
    """The floor, in a process of its own: read the request, answer two bytes."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.answers", "--empty", str(port)
    )
    try:
        await asyncio.sleep(2)
        yield port
    finally:
        process.terminate()
        await process.wait()


def _serve_empty(port: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=b"{}", content_type="application/json")

    app = web.Application()
    app.router.add_put("/{path:.*}", answer)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--empty"]:
        _serve_empty(int(sys.argv[2]))
    else:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
