"""Several processes on one file, and a process that is killed while it writes."""

import asyncio
import re
import shutil
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from events.ledger import Ledger
from events.sqlite.store import SqliteStorage, open_sqlite
from tests.events.asking import BRENT, TALLY, Clock, Tally, answer, ask

STRACE = shutil.which("strace") or "strace"  # `deploy/test` installs it
ACK = re.compile(rb"ack (\d+) (\S+)\n")


async def writing(
    ledger: Path | str, *arguments: object, through: tuple[str, ...] = ()
) -> Process:
    """Start a process that writes; it says `ready` and then what was acknowledged."""
    url = f"sqlite+aiosqlite:///{ledger}" if isinstance(ledger, Path) else ledger
    program = (sys.executable, "-m", "tests.events.writing")
    return await asyncio.create_subprocess_exec(
        *through,
        *program,
        url,
        *map(str, arguments),
        stdout=PIPE,
        cwd=Path(__file__).parents[3],
    )


async def reopened(path: Path, clock: Clock) -> Ledger[SqliteStorage]:
    return await open_sqlite(str(path), clock, Tally(), tables=[TALLY])


def acknowledged(said: bytes) -> dict[str, int]:
    """Command to position, of every whole line."""
    return {command.decode(): int(at) for at, command in ACK.findall(said)}


async def test_two_processes_write_one_ledger(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "ledger.db"
    processes = [await writing(path, 4, 25) for _ in range(2)]

    said = [(await process.communicate())[0] for process in processes]

    acks = [acknowledged(one) for one in said]
    assert [len(one) for one in acks] == [100, 100]
    positions = sorted([*acks[0].values(), *acks[1].values()])
    assert positions == list(range(1, 201))
    ledger = await reopened(path, clock)
    assert (await ledger.verify()).position == 200
    versions = [event.version for event in await ledger.read(BRENT)]
    assert versions == list(range(1, 201))
    await ledger.close()


async def test_a_ledger_is_opened_while_another_process_writes(
    tmp_path: Path, clock: Clock
) -> None:
    path = tmp_path / "ledger.db"
    process = await writing(path, 4)
    assert process.stdout is not None
    await process.stdout.readline()

    for _ in range(8):
        ledger = await reopened(path, clock)
        await ledger.append(ask(answer()))
        await ledger.close()

    process.kill()
    await process.communicate()


@pytest.mark.parametrize("acks", [1, 40, 150])
async def test_a_killed_process_loses_nothing_it_acknowledged(
    tmp_path: Path, clock: Clock, acks: int
) -> None:
    path = tmp_path / "ledger.db"
    process = await writing(path, 16)
    assert process.stdout is not None
    said = b""
    while len(acknowledged(said)) < acks:
        said += await process.stdout.read(4096)

    process.kill()
    said += (await process.communicate())[0]

    ledger = await reopened(path, clock)
    head = await ledger.verify()
    kept = {event.origin.command_id: event for event in await ledger.read_all()}
    for command, position in acknowledged(said).items():
        assert kept[command].position == position
    reader = sqlite3.connect(path)
    assert reader.execute("SELECT answers FROM tally").fetchone() == (head.position,)
    reader.close()
    for command, position in list(acknowledged(said).items())[:5]:
        again = await ledger.append(ask(answer(), command=command))
        assert (again.replayed, again.position) == (True, position)
    await ledger.close()


async def test_no_reply_leaves_before_its_commit_is_synced(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    calls = "trace=fsync,fdatasync,write,pwrite64"
    through = (STRACE, "-f", "-y", "-o", str(trace), "-e", calls)

    process = await writing(tmp_path / "ledger.db", 1, 20, through=through)
    said, _ = await process.communicate()

    assert len(acknowledged(said)) == 20
    before_replies = order_of(trace)
    assert len(before_replies) == 20
    assert all(one[-2:] == ["log written", "log synced"] for one in before_replies)


def order_of(trace: Path) -> list[list[str]]:
    """What happened to the log before each reply, since the reply before it."""
    happened: list[list[str]] = [[]]
    syncing: set[str] = set()  # threads whose sync of the log is under way
    for line in trace.read_text().splitlines():
        thread, _, call = line.partition(" ")
        call = call.strip()
        if call.startswith("pwrite64(") and "ledger.db-wal" in call:
            if happened[-1][-1:] != ["log written"]:
                happened[-1].append("log written")
        elif call.startswith(("fdatasync(", "fsync(")) and "ledger.db-wal" in call:
            syncing.add(thread)
        elif call.startswith("write(1<") and '"ack ' in call:
            happened.append([])
        if thread in syncing and call.endswith("= 0"):
            syncing.remove(thread)
            happened[-1].append("log synced")
    return happened[:-1]
