"""Answer to reply with effects over HTTP, beside an aiohttp that does nothing.

    python -m tests.benchmarks.answers [ROUNDS]

Both run in processes of their own and take turns, so that a slow moment of the machine
hits both; the ratio is what counts.
"""

import asyncio
import json
import random
import re
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession, web

from tests.benchmarks.load import Ask, Load, load, request
from tests.service.running import TOKEN, created, free_port, running

CONNECTIONS, ANSWERS, CASES = 16, 300, 48
QUESTIONS = tuple(
    f"2.{standard}.{question}" for standard in range(1, 5) for question in range(1, 4)
)
_ETAG = re.compile(rb'etag: ("\d+")', re.IGNORECASE)


async def main(rounds: int) -> None:
    """Print the rate and latency of both, and their ratio round by round."""
    chance = random.Random(2021)
    ours: list[Load] = []
    floor: list[Load] = []
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as service, _empty() as empty_port:
            port = int(service.url.rsplit(":", 1)[1])
            async with service.client() as client:
                await _announce(client)
            etags: dict[str, str] = {}
            for _ in range(rounds + 1):
                clients = [_inspector(n, etags, chance) for n in range(CONNECTIONS)]
                ours.append(await load(port, clients))
                clients = [_inspector(n, {}, chance) for n in range(CONNECTIONS)]
                floor.append(await load(empty_port, clients))
    del ours[0], floor[0]  # warming up
    _print("answer to reply with effects", ours)
    _print("empty aiohttp application", floor)
    ratios = [mine.rate / theirs.rate for mine, theirs in zip(ours, floor, strict=True)]
    print(
        f"ratio {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f}); must: 3,000/s and p99 12 ms, "
        f"aim: 4,500/s and p99 7 ms, where the empty application does 9,323/s"
    )


def _inspector(number: int, etags: dict[str, str], chance: random.Random) -> Ask:
    """Answers and corrects the questions of every sixteenth case."""
    left = ANSWERS
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


def _print(what: str, rounds: list[Load]) -> None:
    rates = [each.rate for each in rounds]
    print(
        f"{what}: {statistics.median(rates):,.0f}/s "
        f"({min(rates):,.0f} to {max(rates):,.0f}), "
        f"p50 {statistics.median(each.at(0.5) for each in rounds):.1f} ms, "
        f"p99 {statistics.median(each.at(0.99) for each in rounds):.1f} ms"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--empty"]:
        _serve_empty(int(sys.argv[2]))
    else:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
