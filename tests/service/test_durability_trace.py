"""A reply leaves the service only after its commit is on disk, as the kernel saw it."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

from aiohttp import ClientSession

from tests.service.running import created, running

CLIENTS, ANSWERS = 4, 25


async def test_every_reply_follows_the_sync_of_its_commit(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    watch = (
        *("strace", "--follow-forks", "--quiet=all", "--timestamps=unix,us"),
        *("--syscall-times=us", "--string-limit=40", f"--output={trace}"),
        "--trace=fdatasync,fsync,recvfrom,sendto,sendmsg,write,writev",
    )

    async with running(tmp_path, before=watch) as service, service.client() as client:
        await created(
            client,
            "/v1/inspections",
            {
                "inspection": "traced",
                "service": "A service",
                "programme": "single",
                "framework": "youth-2018",
                "fieldwork_starts_on": "2019-08-05",
            },
        )
        await asyncio.gather(*(_answer(client, n) for n in range(CLIENTS)))

    syncs, replies = _read(trace.read_text())
    early = [
        (asked, told)
        for asked, told in replies
        if not any(asked <= begun and ended <= told for begun, ended in syncs)
    ]
    assert len(replies) == CLIENTS * (ANSWERS + 1) + 1
    assert early == []


async def _answer(client: ClientSession, number: int) -> None:
    case = {"case": f"C-{number}", "sample": "court disposals", "facts": {}}
    await created(client, "/v1/inspections/traced/cases", case)
    path = f"/v1/inspections/traced/cases/C-{number}/answers/2.1.1"
    version = ""
    for turn in range(ANSWERS):
        headers = {"If-Match": version} if version else {}
        body = {"answer": ("Yes", "No")[turn % 2]}
        async with client.put(path, json=body, headers=headers) as response:
            assert response.ok, await response.text()
            version = response.headers["ETag"]


_LINE = re.compile(r"^(\d+) +(\d+\.\d+) (.*?)(?: <(\d+\.\d+)>)?$", re.MULTILINE)
_CHANGE = re.compile(r'recvfrom\((\d+), "(?:PUT|POST) ')
_REPLY = re.compile(r'(?:send\w+|writev?)\((\d+), .*"HTTP/1.1 20[01]')
_UNFINISHED = " <unfinished ...>"

Moments = list[tuple[float, float]]


def _read(trace: str) -> tuple[Moments, Moments]:
    """When every sync began and ended; when every change came and its reply left."""
    asked: dict[str, float] = {}
    syncs: Moments = []
    replies: Moments = []
    for begun, ended, call in _calls(trace):
        if call.startswith(("fdatasync(", "fsync(")):
            syncs.append((begun, ended))
        elif received := _CHANGE.match(call):
            asked[received[1]] = ended
        elif (sent := _REPLY.match(call)) and sent[1] in asked:
            replies.append((asked.pop(sent[1]), begun))
    return syncs, replies


def _calls(trace: str) -> Iterator[tuple[float, float, str]]:
    """Every call with its begin and end; two lines where another came in between."""
    halves: dict[str, tuple[float, str]] = {}
    for thread, time, call, took in _LINE.findall(trace):
        if call.endswith(_UNFINISHED):
            halves[thread] = (float(time), call.removesuffix(_UNFINISHED))
        elif "resumed>" in call:
            begun, first = halves.pop(thread)
            yield begun, float(time), first + call.partition("resumed>")[2]
        elif took:
            yield float(time), float(time) + float(took), call
