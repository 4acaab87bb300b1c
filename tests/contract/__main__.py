"""The long run: `python -m tests.contract [SEED [EXAMPLES]]`.

Thousands of requests, made from the description with a seed, against a service of
their own: what fits, what does not, and whole chains of requests. EXAMPLES is how many
are made up for each operation, besides those that follow from its description. The last
line says how many were sent; it ends with 1 if an answer was not as described, or was a
fault.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.contract.run import asked, options

_PHASES = ("examples", "coverage", "fuzzing", "stateful")


def main(seed: int = 1, examples: int = 60) -> int:
    """Run, print what schemathesis says and the figures, and give the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(
            asked(Path(folder), *options(seed=seed, examples=examples, phases=_PHASES))
        )
    print(outcome.said)
    print(f"seed {seed}: {outcome.cases:,} cases, {outcome.faults} faults")
    return 0 if outcome.passed and not outcome.faults else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
