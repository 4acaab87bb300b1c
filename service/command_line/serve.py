"""`adjudge serve`: the service, until it is told to stop."""

import asyncio
import gc
from contextlib import AbstractAsyncContextManager, nullcontext

import click
from aiohttp import web

from events.store import StoreError
from service.api import metrics_application
from service.app import open_application
from service.command_line.ending import Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import unusable
from service.command_line.surroundings import Surroundings
from service.config import Settings
from service.identity import IdentitiesError
from service.serving import Patience, PortTaken, serving, told_to_stop


@click.command
@database_option
@click.option("--host", help="Otherwise ADJUDGE_HOST, or 127.0.0.1.")
@click.option("--port", type=int, help="Otherwise ADJUDGE_PORT, or 8080.")
@click.pass_obj
def serve(
    surroundings: Surroundings,
    *,
    database: str | None,
    host: str | None,
    port: int | None,
) -> None:
    """Run the service until SIGTERM or Ctrl-C.

    It then takes nothing new, finishes what was begun for at most 30 seconds, and
    closes the ledger: nothing that was acknowledged is lost.
    """
    settings = settings_of(surroundings, database=database, host=host, port=port)
    asyncio.run(_serve(settings, surroundings))


async def _serve(settings: Settings, surroundings: Surroundings) -> None:
    opened = open_application(
        settings, now=surroundings.now, new_id=surroundings.new_id
    )
    try:
        async with (
            opened as app,
            _measuring(app, settings),
            serving(
                app,
                host=settings.host,
                port=settings.port,
                drain_seconds=settings.drain_seconds,
                patience=Patience(
                    header_seconds=settings.header_seconds,
                    keep_alive_seconds=settings.keep_alive_seconds,
                ),
            ),
        ):
            gc.freeze()  # rules and code stay: what collects need not look at them
            await told_to_stop()
    except StoreError as error:
        raise unusable(error) from error
    except IdentitiesError as error:
        raise Trouble(
            "bad-identities", str(error), "see `Configure` in deploy/README.md"
        ) from error
    except PortTaken as error:
        raise Trouble("port-taken", str(error), "name another with --port") from error


def _measuring(
    app: web.Application, settings: Settings
) -> AbstractAsyncContextManager[object]:
    """Measurements on a port of their own, if one is set, until the service is gone."""
    if settings.metrics_port is None:
        return nullcontext()
    return serving(
        metrics_application(app),
        host=settings.metrics_host,
        port=settings.metrics_port,
        drain_seconds=1,
    )
