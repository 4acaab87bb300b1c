"""All that the description allows, and much that it does not, asked of the service."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from service.api.description.examples import WORDS
from service.identity import Role
from tests.service.running import Running, created, running, token_of

HERE = Path(__file__).parent
_CASES = re.compile(r"([\d,]+) generated")


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    passed: bool
    cases: int
    faults: int  # lines of the service's log that tell of a fault
    said: str


async def asked(folder: Path, *options: str) -> Outcome:
    """Run schemathesis against a service of its own that knows the examples."""
    async with _prepared(folder) as (service, token):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(HERE / "schemathesis.toml")),
            *("run", f"{service.url}/v1/openapi.json", "--checks", "all"),
            *("--header", f"Authorization: Bearer {token}"),
            *("--no-color", "--continue-on-failure", "--generation-database", "none"),
            *options,
            cwd=folder,  # it keeps what it found beside it
            env=os.environ
            | {
                "SCHEMATHESIS_HOOKS": "tests.contract.hooks",
                "PYTHONPATH": str(HERE.parents[1]),
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await process.communicate())[0].decode()
    found = _CASES.search(said)
    log = (folder / "service.log").read_text(encoding="utf-8")
    return Outcome(
        passed=process.returncode == 0,
        cases=0 if found is None else int(found[1].replace(",", "")),
        faults=log.count('"request_failed"'),
        said=said,
    )


@asynccontextmanager
async def _prepared(folder: Path) -> AsyncIterator[tuple[Running, str]]:
    """A service with the inspection and the case that the examples speak of."""
    everything = {"everyone": [str(role) for role in Role]}
    async with running(
        folder,
        others=everything,
        ADJUDGE_POSITION_SECONDS="0",  # what never comes need not be waited for
        ADJUDGE_STREAM_SECONDS="0",  # nor need what has no end
    ) as service:
        token = token_of("everyone")
        async with service.client(token) as client:
            inspection, case = str(WORDS["inspection"]), str(WORDS["case"])
            announced = {
                "inspection": inspection,
                "service": "Brent Youth Offending Service",
                "programme": "single",
                "framework": "youth-2020",
                "fieldwork_starts_on": "2020-10-05",
            }
            await created(client, "/v1/inspections", announced)
            drawn = {"case": case, "sample": "court disposals", "facts": {}}
            await created(client, f"/v1/inspections/{inspection}/cases", drawn)
        yield service, token


def options(*, seed: int, examples: int, phases: Sequence[str]) -> tuple[str, ...]:
    """What makes two runs the same."""
    return (
        *("--seed", str(seed)),
        *("--max-examples", str(examples)),
        *("--phases", ",".join(phases)),
    )
