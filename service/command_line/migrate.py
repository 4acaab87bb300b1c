"""`adjudge migrate`: the layout of the database, brought up to this program."""

import asyncio
import json

import click
import msgspec

from events.store import StoreError
from service.command_line.settings import database_option, settings_of
from service.command_line.store import unusable
from service.command_line.surroundings import Surroundings
from service.records.layout import migrate as take_steps
from service.records.layout import missing_steps


@click.command
@database_option
@click.option("--plan", is_flag=True, help="Only say what would be done.")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def migrate(
    surroundings: Surroundings, *, database: str | None, plan: bool, as_json: bool
) -> None:
    """Bring the layout of the database up to what this program needs.

    All of it happens in one transaction, or none; several may do it at once. There is
    no way back but a backup: take one first.
    """
    settings = settings_of(surroundings, database=database)
    work = missing_steps if plan else take_steps
    try:
        steps = asyncio.run(work(settings.database))
    except StoreError as error:
        raise unusable(error) from error
    if as_json:
        key = "missing" if plan else "taken"
        click.echo(json.dumps({key: msgspec.to_builtins(steps)}, indent=1))
        return
    for step in steps:
        click.echo(f"{step.revision}  {step.does}")
    if not steps:
        click.echo("the layout is up to date")
