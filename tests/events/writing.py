"""A process that writes to a ledger and says what was acknowledged, for tests.

    python -m tests.events.writing URL WRITERS [COUNT]

Each of the writers appends COUNT answers, or for ever; every acknowledgement is a line
`ack <position> <command>` in one write to the standard output, begun by `ready`.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from itertools import count, islice

from events.open_store import open_store
from tests.events.asking import TALLY, Tally, answer, ask


async def main(url: str, writers: int, most: int | None) -> None:
    """Append, and acknowledge on the standard output."""
    clock = lambda: datetime.now(UTC)  # noqa: E731  a clock in one line
    ledger = await open_store(url, clock, Tally(), tables=[TALLY])
    os.write(1, b"ready\n")

    async def write(writer: int) -> None:
        for number in islice(count(), most):
            command = f"{os.getpid()}-{writer}-{number}"
            appended = await ledger.append(ask(answer(), command=command))
            os.write(1, b"ack %d %s\n" % (appended.position, command.encode()))

    await asyncio.gather(*[write(writer) for writer in range(writers)])
    await ledger.close()


if __name__ == "__main__":
    asyncio.run(
        main(
            sys.argv[1],
            int(sys.argv[2]),
            int(sys.argv[3]) if len(sys.argv) > 3 else None,
        )
    )
