"""`adjudge config check`: the settings in force, or everything wrong with them."""

import json

import click
import msgspec
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from service.command_line.commands import Commands, Entry
from service.command_line.ending import DONE, WRONG
from service.command_line.surroundings import Surroundings
from service.config import Settings, SettingsError, load

config = Commands(
    "config",
    says="Check the settings.",
    entries={
        "check": Entry(
            "service.command_line.config:check",
            "Show the settings in force, or everything wrong with them.",
        )
    },
)


@click.command
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def check(ctx: click.Context, *, as_json: bool) -> None:
    """Show the settings in force; exit 1 with every mistake if there are any.

    Settings come from the file that ADJUDGE_CONFIG names and from variables
    ADJUDGE_…, which go above it. Nothing is opened and nothing is started.
    """
    surroundings: Surroundings = ctx.obj
    settings: dict[str, object] = {}
    faults: tuple[str, ...] = ()
    try:
        settings = _shown(load(surroundings.environment))
    except SettingsError as error:
        faults = error.faults
    except ArgumentError:
        faults = ("`database` is no address, like `sqlite+aiosqlite:///adjudge.db`",)
    if as_json:
        click.echo(json.dumps({"settings": settings, "faults": faults}, indent=1))
    else:
        for name, value in settings.items():
            click.echo(f"{name} = {json.dumps(value)}")
        for fault in faults:
            click.echo(f"adjudge: bad-setting: {fault}", err=True)
    ctx.exit(WRONG if faults else DONE)


def _shown(settings: Settings) -> dict[str, object]:
    """Every setting and its value, without the password a database URL may hold."""
    values: dict[str, object] = msgspec.to_builtins(settings)
    database = make_url(settings.database)
    return values | {"database": database.render_as_string(hide_password=True)}
