"""A client so light that the server is what is measured: raw HTTP, one reply a time."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What came back: seconds it all took, and each reply's latency in milliseconds."""

    seconds: float
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        """Replies a second."""
        return len(self.latencies) / self.seconds

    def at(self, share: float) -> float:
        """The latency that this share of replies stayed under, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


Ask = Callable[[bytes], bytes | None]
"""The next request, given the last reply (empty at first); None when done."""


async def load(ports: Sequence[int], clients: Sequence[Ask]) -> Load:
    """Run every client on a connection of its own, each waiting for its reply.

    Clients are dealt out to the ports in turn.
    """
    latencies: list[float] = []
    started = time.perf_counter()
    await asyncio.gather(
        *(
            _run(ports[number % len(ports)], ask, latencies)
            for number, ask in enumerate(clients)
        )
    )
    return Load(time.perf_counter() - started, latencies)


async def _run(port: int, ask: Ask, latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    reply = b""
    while (wanted := ask(reply)) is not None:
        begun = time.perf_counter()
        writer.write(wanted)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        reply = head + await reader.readexactly(length)
        latencies.append(1000 * (time.perf_counter() - begun))
        if not reply.startswith(b"HTTP/1.1 20"):
            raise AssertionError(reply.decode())
    writer.close()


def request(method: str, path: str, body: bytes, *headers: str) -> bytes:
    """One HTTP/1.1 request as bytes."""
    lines = (
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
