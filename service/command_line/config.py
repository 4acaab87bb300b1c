"""`adjudge config check`: the settings in force, or everything wrong with them."""

import json
from pathlib import Path

import click
import msgspec
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from service.command_line.commands import Commands, Entry
from service.command_line.ending import DONE, WRONG
from service.command_line.surroundings import Surroundings
from service.config import SECRETS, Settings, SettingsError, load, remarks
from service.identity import IdentitiesError, LocalIdentities

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
    ADJUDGE_…, which go above it. The file of local identities is read, if one is
    named; nothing else is opened and nothing is started.
    """
    surroundings: Surroundings = ctx.obj
    settings: dict[str, object] = {}
    faults: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    try:
        chosen = load(surroundings.environment)
        settings, faults = _shown(chosen), _bad_identities(chosen)
        told = remarks(chosen)
    except SettingsError as error:
        faults = error.faults
    except ArgumentError:
        faults = ("`database` is no address, like `sqlite+aiosqlite:///adjudge.db`",)
    if as_json:
        click.echo(
            json.dumps(
                {"settings": settings, "faults": faults, "remarks": told}, indent=1
            )
        )
    else:
        for name, value in settings.items():
            click.echo(f"{name} = {json.dumps(value)}")
        for remark in told:
            click.echo(f"adjudge: remark: {remark}", err=True)
        for fault in faults:
            click.echo(f"adjudge: bad-setting: {fault}", err=True)
    ctx.exit(WRONG if faults else DONE)


def _bad_identities(settings: Settings) -> tuple[str, ...]:
    if settings.identities is None:
        return ()
    try:
        LocalIdentities.read(Path(settings.identities))
    except IdentitiesError as error:
        return (f"`identities` cannot be used: {error}",)
    return ()


def _shown(settings: Settings) -> dict[str, object]:
    """Every setting and its value, without secrets: a database URL may hold one too."""
    values: dict[str, object] = msgspec.to_builtins(settings)
    database = make_url(settings.database)
    hidden = {name: "***" for name in SECRETS if values[name] is not None}
    return values | hidden | {"database": database.render_as_string(hide_password=True)}
