"""`adjudge rebuild`: the read models made anew from the ledger alone."""

import asyncio
import json
from collections.abc import Sequence

import click
import msgspec
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import create_async_engine

from projections import TABLES, Rebuilt
from projections import rebuild as rebuild_models
from service.command_line.settings import database_option, settings_of
from service.command_line.store import existing_records
from service.command_line.surroundings import Surroundings
from service.config import Settings


@click.command
@click.argument(
    "projection",
    required=False,
    type=click.Choice([table.name for table in TABLES]),
)
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def rebuild(
    surroundings: Surroundings,
    *,
    projection: str | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Make PROJECTION, or every read model, anew from the ledger alone.

    The service may go on meanwhile. Prints how many rows differed from what the ledger
    says: none, unless somebody changed them by hand.
    """
    tables = [table for table in TABLES if projection in {None, table.name}]
    settings = settings_of(surroundings, database=database)
    rebuilt = asyncio.run(_rebuild(settings, surroundings, tables))
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(rebuilt), indent=1))
        return
    for name, rows in rebuilt.rows.items():
        click.echo(f"{name}: {rows:,} rows, {rebuilt.differed[name]:,} differed")
    click.echo(f"rebuilt from {rebuilt.events:,} events")


async def _rebuild(
    settings: Settings, surroundings: Surroundings, tables: Sequence[Table]
) -> Rebuilt:
    async with existing_records(settings, surroundings) as records:
        engine = create_async_engine(
            settings.database
        )  # that of the records only reads
        try:
            return await rebuild_models(records.store, engine, _progress, tables=tables)
        finally:
            await engine.dispose()


def _progress(position: int) -> None:
    click.echo(f"{position:,} events read", err=True)
