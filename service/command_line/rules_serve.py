"""`adjudge rules serve`: the language server, for an editor to start."""

import logging

import click

from service.command_line.ending import Trouble
from service.editor import editor_server

_LOOPBACK = "127.0.0.1"


@click.command
@click.option(
    "--tcp",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Listen on this port of the loopback address instead, to look inside.",
)
def serve(*, tcp: int | None) -> None:
    """Serve an editor over standard input and output until it says to stop.

    An editor starts this by itself; see deploy/vscode/README.md.
    """
    logging.getLogger("pygls").setLevel(logging.ERROR)
    server = editor_server()
    if tcp is None:
        server.start_io()
        return
    try:
        server.start_tcp(_LOOPBACK, tcp)
    except OSError as error:
        raise Trouble(
            "port-taken", f"port {tcp} cannot be opened", "choose another with --tcp"
        ) from error
