"""One way to keep events, and how its writers are kept busy."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from events.inspection import AnswerGiven
from events.sealed import SealedText

SEALED = SealedText("inspection/brent-2019/case/C-1", bytes(12), bytes(120))
EVIDENCE = SEALED.sealed.hex()
PAGE_SIZE = 1000


class Contender(Protocol):
    """One way to keep events, in a file or on a server."""

    name: str

    async def open(self, folder: Path) -> None:
        """Begin anew, in a folder if in a file."""
        ...

    async def append(self, writers: int, seconds: float) -> Sequence[float]:
        """Append all that so many writers can; the seconds that each append took."""
        ...

    async def fill(self, count: int) -> None:
        """Append so many events, as fast as it likes."""
        ...

    async def replay(self) -> int:
        """Read and decode everything, in order; how many events there were."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...


def answer(number: int) -> AnswerGiven:
    """An answer with the evidence it usually has: some 340 bytes."""
    return AnswerGiven(
        case=f"C-{number % 50}",
        question=f"2.{number % 4 + 1}.{number % 3 + 1}",
        answer="Yes",
        evidence=SEALED,
    )


async def in_tasks(
    writers: int, seconds: float, one: Callable[[int, int], Awaitable[None]]
) -> Sequence[float]:
    took: list[float] = []
    until = time.perf_counter() + seconds

    async def write(writer: int) -> None:
        number = 0
        while (begun := time.perf_counter()) < until:
            number += 1
            await one(writer, number)
            took.append(time.perf_counter() - begun)

    await asyncio.gather(*[write(writer) for writer in range(writers)])
    return took


def in_threads(
    writers: int, seconds: float, one: Callable[[int, int], None]
) -> Sequence[float]:
    took: list[float] = []
    until = time.perf_counter() + seconds

    def write(writer: int) -> None:
        number = 0
        while (begun := time.perf_counter()) < until:
            number += 1
            one(writer, number)
            took.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took
