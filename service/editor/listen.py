"""Serves an editor that connects over the loopback address."""

import asyncio
import threading
from contextlib import suppress

from pygls.io_ import run_async
from pygls.lsp.server import LanguageServer

_LOOPBACK = "127.0.0.1"


class Listening:
    """A server that waits for one editor, and is done when that one goes."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._gone = asyncio.Event()

    async def start(self, port: int) -> int:
        """The port it listens on, another than asked for if that was 0; OSError."""

        async def connected(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            listening.close()  # one server speaks with one editor
            await self._speak(reader, writer)

        listening = await asyncio.start_server(connected, _LOOPBACK, port)
        taken: int = listening.sockets[0].getsockname()[1]
        return taken

    async def until_gone(self) -> None:
        await self._gone.wait()

    async def _speak(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server.protocol.set_writer(writer)
        try:
            await run_async(
                stop_event=threading.Event(),
                reader=reader,
                protocol=self._server.protocol,
                error_handler=self._server.report_server_error,
            )
        except SystemExit:  # how pygls ends when the editor says `exit`
            pass
        finally:
            writer.close()
            with suppress(OSError):  # the editor may have gone first
                await writer.wait_closed()
            self._gone.set()
