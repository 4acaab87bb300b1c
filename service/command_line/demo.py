"""`adjudge demo`: the published inspections in, the published ratings out."""

import asyncio
import json
import os
import sys
from functools import partial

import click

from events.store import StoreError
from service.app import open_application
from service.client import Refusal, Unreachable
from service.command_line.ending import DONE, WRONG, Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import unusable
from service.command_line.surroundings import Surroundings
from service.config import Settings
from service.demo.load import ForeignLedger
from service.demo.report import calls, described
from service.demo.run import Stage, demonstrated
from service.serving import PortTaken, told_to_stop


@click.command
@database_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=0, help="0, the default, takes any free one.")
@click.option("--once", is_flag=True, help="End after the comparison.")
@click.option("as_json", "--json", is_flag=True, help="Print the comparison as JSON.")
@click.pass_context
def demo(  # noqa: PLR0913 - one argument an option
    ctx: click.Context,
    *,
    database: str | None,
    host: str,
    port: int,
    once: bool,
    as_json: bool,
) -> None:
    """Load the published inspections through the API and compare the ratings.

    With --once it ends there: exit 0 if every published figure came out again, 1 if
    not. Otherwise the service stays up until it is stopped. Run twice on one ledger it
    records everything once; a ledger with other inspections is left alone.
    """
    surroundings: Surroundings = ctx.obj
    stage = Stage(
        settings=settings_of(surroundings, database=database, host=host, port=port),
        open_application=partial(
            open_application, now=surroundings.now, new_id=surroundings.new_id
        ),
        now=surroundings.now,
        new_id=surroundings.new_id,
        tell=partial(click.echo, err=as_json),
    )
    ctx.exit(asyncio.run(_run(stage, once=once, as_json=as_json)))


async def _run(stage: Stage, *, once: bool, as_json: bool) -> int:
    try:
        async with demonstrated(stage) as shown:
            if as_json:
                click.echo(json.dumps(described(shown.compared), indent=1))
            if not once:
                stage.tell(calls(shown.url, shown.token, _itself(stage.settings)))
                await told_to_stop()
    except StoreError as error:
        raise unusable(error) from error
    except ForeignLedger as error:
        raise Trouble(
            "foreign-ledger", str(error), "name an empty one with --database"
        ) from error
    except PortTaken as error:
        raise Trouble("port-taken", str(error), "name another with --port") from error
    except (Refusal, Unreachable) as error:
        raise Trouble(
            "not-taken",
            f"the service refused a submission ({error})",
            "name an empty ledger with --database",
            exit_code=WRONG,
        ) from error
    return WRONG if any(each.differing for each in shown.compared) else DONE


def _itself(settings: Settings) -> str:
    """How to start another command on the same ledger from this folder."""
    python = os.path.relpath(sys.executable)
    return f"ADJUDGE_DATABASE={settings.database} {python} -m service"
