"""`adjudge rebuild`: the read models made anew from the ledger alone."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime

import click
import msgspec
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import create_async_engine

from projections import TABLES, Beside, Rebuilt
from projections import rebuild as rebuild_models
from projections.rebuild import PAGE
from service.command_line.ending import DONE, WRONG
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
@click.option(
    "--forget-replaced", is_flag=True, help="Only drop the tables replaced last time."
)
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def rebuild(
    ctx: click.Context,
    *,
    projection: str | None,
    database: str | None,
    forget_replaced: bool,
    as_json: bool,
) -> None:
    """Make PROJECTION, or every read model, anew from the ledger alone.

    The service may go on meanwhile, and an interrupted run goes on where it was. Prints
    how many rows differed from what the ledger says: none, unless somebody changed them
    by hand; a ledger that was changed itself is refused. Exit 1 if any differed. The
    tables replaced are kept until the next run, or --forget-replaced.
    """
    surroundings: Surroundings = ctx.obj
    tables = [table for table in TABLES if projection in {None, table.name}]
    settings = settings_of(surroundings, database=database)
    if forget_replaced:
        asyncio.run(_forget(settings, surroundings, tables))
        return
    rebuilt = asyncio.run(_rebuild(settings, surroundings, tables))
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(rebuilt), indent=1))
    else:
        for name, rows in rebuilt.rows.items():
            click.echo(f"{name}: {rows:,} rows, {rebuilt.differed[name]:,} differed")
        click.echo(
            f"rebuilt from {rebuilt.events:,} events; "
            f"writers waited {rebuilt.writers_waited_ms} ms"
        )
    ctx.exit(WRONG if any(rebuilt.differed.values()) else DONE)


async def _rebuild(
    settings: Settings, surroundings: Surroundings, tables: Sequence[Table]
) -> Rebuilt:
    async with existing_records(settings, surroundings) as records:
        await records.store.verify()  # what was tampered with must not become the rows
        engine = create_async_engine(
            settings.database
        )  # that of the records only reads
        try:
            return await rebuild_models(
                records.store, engine, _Progress(surroundings.now), tables=tables
            )
        finally:
            await engine.dispose()


async def _forget(
    settings: Settings, surroundings: Surroundings, tables: Sequence[Table]
) -> None:
    async with existing_records(settings, surroundings):
        engine = create_async_engine(settings.database)
        try:
            await Beside(engine, tables).forget_replaced()
        finally:
            await engine.dispose()


class _Progress:
    """Says how far a rebuild is, how fast it goes and how long it will take."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._begun_at = now()
        self._begun_from: int | None = None

    def __call__(self, position: int, end: int) -> None:
        if self._begun_from is None:
            self._begun_from = max(0, position - PAGE)
        seconds = (self._now() - self._begun_at).total_seconds()
        rate = (position - self._begun_from) / max(seconds, 0.001)
        left = (end - position) / rate if rate else 0
        click.echo(
            f"{position:,} of {end:,} events, {rate:,.0f}/s, {left:.0f} s to go",
            err=True,
        )
