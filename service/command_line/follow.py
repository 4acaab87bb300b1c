"""`adjudge follow`: the read models behind the ledger, and what they could not take."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import click
import msgspec

from projections import Changes, Follower, Following, Parked, following, parked
from service.command_line.ending import WRONG, Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import existing_records
from service.command_line.surroundings import Surroundings
from service.records import Records

_MODELS = {model.name: model for model in (Changes(),)}


@click.group
def follow() -> None:
    """Take care of the read models that catch up behind the ledger.

    An event that one cannot take is parked, and the later ones of its stream wait
    behind it; all other streams go on.
    """


@follow.command("list")
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_(surroundings: Surroundings, *, database: str | None, as_json: bool) -> None:
    """Show how far each has come, and every event that waits or was skipped.

    Exit 1 while any waits.
    """
    followers, letters = asyncio.run(_found(surroundings, database))
    if as_json:
        both = {"followers": followers, "parked": letters}
        click.echo(json.dumps(msgspec.to_builtins(both), indent=1))
    else:
        for each in followers:
            click.echo(f"{each.follower}: up to event {each.position}")
        for letter in letters:
            fate = letter.error or "waits behind an earlier one"
            if letter.skipped_at is not None:
                fate = f"skipped at {letter.skipped_at}: {letter.skipped_because}"
            click.echo(
                f"{letter.follower}: event {letter.position} of {letter.stream}: {fate}"
            )
    if any(letter.skipped_at is None for letter in letters):
        click.get_current_context().exit(WRONG)


async def _found(
    surroundings: Surroundings, database: str | None
) -> tuple[Sequence[Following], Sequence[Parked]]:
    async with _records(surroundings, database) as records:
        return (
            await following(records.engine),
            await parked(records.engine, skipped=True),
        )


@follow.command
@click.argument("name", type=click.Choice([*_MODELS]))
@click.argument("stream")
@database_option
@click.pass_obj
def retry(
    surroundings: Surroundings, *, name: str, stream: str, database: str | None
) -> None:
    """Have NAME take the parked events of STREAM again, in order."""
    left = asyncio.run(_retried(surroundings, database, name, stream))
    click.echo(f"{name}: {left} events of {stream} wait")
    if left:
        click.get_current_context().exit(WRONG)


async def _retried(
    surroundings: Surroundings, database: str | None, name: str, stream: str
) -> int:
    async with _records(surroundings, database) as records:
        follower = _follower(surroundings, records, name)
        return await follower.retry(records.store, stream)


@follow.command
@click.argument("name", type=click.Choice([*_MODELS]))
@click.argument("position", type=int)
@click.option("--reason", required=True, help="Why it may be left out; kept beside it.")
@database_option
@click.pass_obj
def skip(
    surroundings: Surroundings,
    *,
    name: str,
    position: int,
    reason: str,
    database: str | None,
) -> None:
    """Leave event POSITION out of NAME; those behind it can then be tried again."""
    if not asyncio.run(_skipped(surroundings, database, name, position, reason)):
        raise Trouble(
            "not-parked",
            f"event {position} does not wait for `{name}`",
            "`adjudge follow list` shows those that do",
            exit_code=WRONG,
        )
    click.echo(f"{name}: event {position} is left out")


async def _skipped(
    surroundings: Surroundings,
    database: str | None,
    name: str,
    position: int,
    reason: str,
) -> bool:
    async with _records(surroundings, database) as records:
        return await _follower(surroundings, records, name).skip(position, reason)


@follow.command
@click.argument("name", type=click.Choice([*_MODELS]))
@database_option
@click.pass_obj
def anew(surroundings: Surroundings, *, name: str, database: str | None) -> None:
    """Empty NAME; the service fills it again from the first event."""
    asyncio.run(_begun_anew(surroundings, database, name))
    click.echo(f"{name}: empty; the service follows from the first event")


async def _begun_anew(
    surroundings: Surroundings, database: str | None, name: str
) -> None:
    async with _records(surroundings, database) as records:
        await _follower(surroundings, records, name).begin_anew()


@asynccontextmanager
async def _records(
    surroundings: Surroundings, database: str | None
) -> AsyncIterator[Records]:
    settings = settings_of(surroundings, database=database)
    async with existing_records(settings, surroundings) as records:
        yield records


def _follower(surroundings: Surroundings, records: Records, name: str) -> Follower:
    return Follower(
        _MODELS[name],
        engine=records.writing,
        clock=surroundings.now,
        owner="command",  # it never runs
    )
