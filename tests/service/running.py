"""A real service in a process of its own, for tests that kill, watch or load it."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout

TOKEN = "local-token-of-a-test"  # noqa: S105 - opens nothing but this test's service
LIMITS = (
    "WRITES_PER_MINUTE",
    "WRITES_AT_ONCE",
    "READS_PER_MINUTE",
    "READS_AT_ONCE",
    "EXPORTS_PER_HOUR",
    "STRANGERS_PER_MINUTE",
)
"""Raised, so that what is tested or measured is not held back."""
ROLES = ["inspector", "lead-inspector", "panel-member", "governance"]


@dataclass(frozen=True)
class Running:
    """A service that answers at `url`."""

    url: str
    process: asyncio.subprocess.Process

    def client(self, token: str = TOKEN) -> ClientSession:
        """A session that may do everything, or what another may; none hangs."""
        return ClientSession(
            base_url=self.url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=ClientTimeout(total=30),
        )

    async def kill(self) -> None:
        """End it as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()


@asynccontextmanager
async def running(
    folder: Path,
    *,
    before: Sequence[str] = (),
    others: Mapping[str, Sequence[str]] = MappingProxyType({}),
    database: str | None = None,
    **variables: str,
) -> AsyncIterator[Running]:
    """Start a service over the files in `folder`, under the command `before` if given.

    Its ledger lies there too, unless a database is named.

    `others` are people beside the tester, with their roles. It is stopped with SIGTERM
    at the end unless it is gone already.
    """
    port = free_port()
    people = folder / "people.json"
    known = {"tester": (ROLES, TOKEN)} | {
        person: (roles, token_of(person)) for person, roles in others.items()
    }
    people.write_text(
        json.dumps(
            [
                {
                    "person": person,
                    "roles": roles,
                    "token_hash": f"sha256:{sha256(token.encode()).hexdigest()}",
                }
                for person, (roles, token) in known.items()
            ]
        )
    )
    environment = (
        os.environ
        | {f"ADJUDGE_{limit}": "100000000" for limit in LIMITS}
        | variables
        | {
            "PYTHONFAULTHANDLER": "1",
            "ADJUDGE_ENVIRONMENT": "development",
            "ADJUDGE_DATABASE": database
            or f"sqlite+aiosqlite:///{folder / 'ledger.db'}",
            "ADJUDGE_VAULT": str(folder / "keys.db"),
            "ADJUDGE_MASTER_KEY": str(folder / "master.key"),
            "ADJUDGE_SIGNING_KEY": str(folder / "signing.key"),
            "ADJUDGE_IDENTITIES": str(people),
            "ADJUDGE_PORT": str(port),
        }
    )
    with (folder / "service.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *before,
            sys.executable,
            *("-m", "service", "serve"),
            env=environment,
            start_new_session=True,  # signals reach the service behind `before` too
            stdout=log,
            stderr=log,
        )
        service = Running(f"http://127.0.0.1:{port}", process)
        try:
            await _ready(service, folder)
            yield service
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGTERM)
                await _stopped(process, folder)


async def _stopped(process: asyncio.subprocess.Process, folder: Path) -> None:
    """It ends by itself; one that does not says where each of its threads was."""
    try:
        await asyncio.wait_for(process.wait(), 60)
    except TimeoutError:
        os.killpg(process.pid, signal.SIGABRT)
        await process.wait()
        raise AssertionError((folder / "service.log").read_text()[-8_000:]) from None


async def _ready(service: Running, folder: Path) -> None:
    async with service.client() as client:
        for _ in range(600):
            if service.process.returncode is not None:
                break
            try:
                async with client.get("/readyz") as response:
                    if response.ok:
                        return
            except ClientConnectionError:
                pass
            await asyncio.sleep(0.05)
    raise AssertionError((folder / "service.log").read_text())


def token_of(person: str) -> str:
    """The token of one of the others."""
    return f"token-of-{person}"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def created(client: ClientSession, path: str, body: object) -> None:
    """Post what must be accepted."""
    key = sha256(f"{path} {body}".encode()).hexdigest()
    async with client.post(
        path, json=body, headers={"Idempotency-Key": key}
    ) as response:
        assert response.status == 201, await response.text()
