"""A network that breaks where it is told to: between the client and the service."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Wire:
    """Passes bytes on until so many have passed one way, then cuts every connection."""

    def __init__(self) -> None:
        self.url = ""
        self.target = ""
        self.cuts = 0
        self.down = False  # nobody gets through
        self._left: dict[str, int] = {}  # bytes until the cut, by direction
        self._struck: Callable[[], None] = _nothing
        self._open: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()

    def cut_after(self, direction: str, size: int, struck: Callable[[], None]) -> None:
        """Cut when this much more has passed `up` to the service or `down` from it."""
        self._left = {direction: size}
        self._struck = struck

    def mend(self) -> None:
        """Let everything through again, and cut nothing."""
        self.down, self._left, self._struck = False, {}, _nothing

    def cut(self) -> None:
        """Break every connection there is."""
        for writer in self._open:
            writer.transport.abort()

    def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection of a client's; from here on `end` knows it."""
        task = asyncio.get_running_loop().create_task(self._carried(reader, writer))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carried(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self.down:
            await _broken(writer)
            return
        to = urlsplit(self.target)
        try:
            back, onward = await asyncio.open_connection(to.hostname, to.port)
        except OSError:
            await _broken(writer)
            return
        self._open |= {writer, onward}
        try:
            await asyncio.gather(
                self._pass(reader, onward, "up"), self._pass(back, writer, "down")
            )
        except OSError:
            pass
        finally:
            for end in (writer, onward):
                await _broken(end)
            self._open -= {writer, onward}

    async def end(self) -> None:
        """Break every connection and see each of them closed."""
        self.cut()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str
    ) -> None:
        while data := await reader.read(65_536):
            left = self._left.get(way)
            if left is not None and len(data) > left:
                writer.write(data[:left])
                await writer.drain()
                self._left = {}
                self.cuts += 1
                self._struck()
                self.cut()
                return
            if left is not None:
                self._left[way] = left - len(data)
            writer.write(data)
            await writer.drain()
        writer.close()


async def _broken(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


def _nothing() -> None:
    pass


@asynccontextmanager
async def wire(target: str) -> AsyncIterator[Wire]:
    """A wire to the service at `target`; its own address is `url`."""
    wire = Wire()
    wire.target = target
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    wire.url = f"http://{host}:{port}"
    try:
        yield wire
    finally:
        server.close()
        await wire.end()
