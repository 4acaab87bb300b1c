"""Answer to reply with effects over HTTP, beside an aiohttp that does nothing.

    python -m tests.benchmarks.answers [ROUNDS]

One service on SQLite, one on PostgreSQL, and two on one PostgreSQL. All run in
processes of their own and take turns, so that a slow moment of the machine hits them
all; the ratios of a round are what counts. The client and the database run on the same
machine, so what each of them takes of it for an answer is printed too: all of it
together is what the machine's cores bound.
"""

import asyncio
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession, web

from tests.benchmarks.load import Ask, Load, load, request
from tests.postgres import Postgres, Server, server
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
    inspections: int = 1  # that the connections share
    processes: Mapping[str, Sequence[int]] = field(default_factory=dict)  # its parts'
    rounds: list[Load] = field(default_factory=list)
    taken: list[Mapping[str, float]] = field(default_factory=list)  # seconds, by part

    async def work(self, chance: random.Random, answers: int) -> None:
        """Send this many answers on every connection."""
        etags = {} if self.etags is None else self.etags
        clients = [
            _inspector(n, etags, chance, answers, at=f"measured-{n % self.inspections}")
            for n in range(CONNECTIONS)
        ]
        before = self._cpu()
        self.rounds.append(await load(self.ports, clients))
        after = self._cpu()
        self.taken.append({part: after[part] - before[part] for part in after})

    def _cpu(self) -> Mapping[str, float]:
        """Seconds of a processor that each part has taken so far."""
        parts = {part: _seconds(pids) for part, pids in self.processes.items()}
        return {**parts, "client": time.process_time()}

    def bound(self) -> str:
        """What an answer takes of the cores, and how many of them they can bear."""
        answers = sum(len(each.latencies) for each in self.rounds)
        takes = {
            part: sum(taken[part] for taken in self.taken) / answers
            for part in self.taken[0]
        }
        shares = ", ".join(f"{part} {1e6 * it:,.0f} µs" for part, it in takes.items())
        cores = os.cpu_count() or 1
        most = cores / sum(takes.values())
        return f"{self.name}: {shares} an answer; {cores} cores bear {most:,.0f}/s"

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
        benches = await measured(started, rounds, answers=300)
    for line in lines(*benches):
        print(line)


def lines(
    empty: Bench, file: Bench, one: Bench, two: Bench, apart: Bench
) -> Sequence[str]:
    """What is printed."""
    must = "must: 3,000/s and p99 12 ms, aim: 4,500/s and p99 7 ms"
    return (
        f"answer to reply with effects, {CONNECTIONS} connections",
        *(f"  {bench}" for bench in (empty, file, one, two, apart)),
        f"  {file.name}: {file.over(empty)}",
        f"  {one.name}: {one.over(empty)}",
        *(f"  {bench.bound()}" for bench in (file, one, two, apart)),
        f"  {must}, where the empty application does 9,323/s",
        f"  {two.name}: {two.over(one)}",
        f"  {apart.name}: {apart.over(one)}",
        "  must for two: 1.3 x one and p99 40 ms, aim: 1.6 x",
    )


async def measured(
    postgres: Postgres, rounds: int, *, answers: int
) -> tuple[Bench, Bench, Bench, Bench, Bench]:
    """The application that does nothing, SQLite, PostgreSQL, and two on PostgreSQL.

    The two share one inspection, or share sixteen out so that none is written by both.
    """
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
            await _opened(
                stack,
                "PostgreSQL, two, apart",
                postgres,
                services=2,
                inspections=CONNECTIONS,
            ),
        )
        for _ in range(rounds + 1):
            for bench in benches:
                await bench.work(chance, answers)
    for bench in benches:
        del bench.rounds[0], bench.taken[0]  # warming up
    return benches


async def _opened(
    stack: AsyncExitStack,
    name: str,
    postgres: Postgres | None,
    *,
    services: int,
    inspections: int = 1,
) -> Bench:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    database = None if postgres is None else await postgres.new_database()
    started = [
        await stack.enter_async_context(running(folder, database=database))
        for _ in range(services)
    ]
    async with started[0].client() as client:
        for number in range(inspections):
            await _announce(client, f"measured-{number}")
    processes = {"service": [service.process.pid for service in started]}
    if isinstance(postgres, Server) and postgres.process is not None:
        processes["database"] = [postgres.process.pid]
    ports = [_port(service) for service in started]
    return Bench(name, ports, {}, inspections, processes)


def _seconds(pids: Sequence[int]) -> float:
    """That these processes have taken, and those they started that still run."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            parent, *fields = stat.read_text().rpartition(")")[2].split()[1:]
            if int(stat.parent.name) in pids or int(parent) in pids:
                ticks += int(fields[9]) + int(fields[10])  # of the user, of the system
    return ticks / os.sysconf("SC_CLK_TCK")


def _port(service: Running) -> int:
    return int(service.url.rsplit(":", 1)[1])


def _inspector(
    number: int, etags: dict[str, str], chance: random.Random, answers: int, *, at: str
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
        path = f"/v1/inspections/{at}/cases/C-{case}/answers/{question}"
        answer = {
            "answer": chance.choice(("Yes", "Yes", "No", "Not applicable")),
            "evidence": f"Synthetic note {left} about what was found in the file.",
        }
        headers = [f"Authorization: Bearer {TOKEN}"]
        if path in etags:
            headers.append(f"If-Match: {etags[path]}")
        return request("PUT", path, json.dumps(answer).encode(), *headers)

    return ask


async def _announce(client: ClientSession, id_: str) -> None:
    inspection = {
        "inspection": id_,
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
        await created(client, f"/v1/inspections/{id_}/cases", case)


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
