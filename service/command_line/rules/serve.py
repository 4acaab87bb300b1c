"""`adjudge rules serve`: the language server, for an editor to start."""

import asyncio
import gc
import logging

import click

from dsl.text.parser import parser
from service.command_line.ending import Trouble
from service.editor import Listening, editor_server


@click.command
@click.option(
    "--tcp",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Listen on this port of the loopback address instead, for one editor.",
)
def serve(*, tcp: int | None) -> None:
    """Serve an editor over standard input and output until it says to stop.

    An editor starts this by itself; see deploy/vscode/README.md.
    """
    logging.getLogger("pygls").setLevel(logging.ERROR)
    server = editor_server()
    parser()  # now, and not while the first file waits for it
    gc.freeze()  # what is there by now stays; looking through it would hold up an edit
    if tcp is None:
        server.start_io()
        return
    try:
        asyncio.run(_until_gone(Listening(server), tcp))
    except OSError as error:
        raise Trouble(
            "port-taken", f"port {tcp} cannot be opened", "choose another with --tcp"
        ) from error


async def _until_gone(listening: Listening, port: int) -> None:
    await listening.start(port)
    await listening.until_gone()
