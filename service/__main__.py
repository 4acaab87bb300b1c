"""Where a run begins; the only module that reads the clock and makes ids."""

import os
import sys
import uuid
from datetime import UTC, datetime

from events.drawn import Drawn
from service.command_line.adjudge import run
from service.command_line.surroundings import Surroundings


def main() -> None:
    """Carry out the call the process was started with, and end with its exit code."""
    drawn = Drawn(os.urandom, 16)
    surroundings = Surroundings(
        now=lambda: datetime.now(UTC),
        new_id=lambda: str(uuid.UUID(bytes=drawn(), version=4)),
        environment=os.environ,
    )
    sys.exit(run(sys.argv[1:], surroundings))


if __name__ == "__main__":
    main()
