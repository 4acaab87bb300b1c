"""`adjudge follow`: the read models behind the ledger, and what they could not take."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import click
import msgspec

from projections import Follower, Following, Parked, following, parked
from service.command_line.commands import Commands, Entry
from service.command_line.ending import WRONG, Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import existing_records
from service.command_line.surroundings import Surroundings
from service.read_models import READ_MODELS
from service.records.records import Records

follow = Commands(
    "follow",
    says="""Take care of the read models that catch up behind the ledger.

    An event that one cannot take is parked, and the later ones of its stream wait
    behind it; all other streams go on.
    """,
    entries={
        "list": Entry(
            "service.command_line.follow:list_", "Show how far each read model is."
        ),
        "retry": Entry(
            "service.command_line.follow:retry", "Take parked events once more."
        ),
        "skip": Entry(
            "service.command_line.follow:skip", "Leave a parked event out for good."
        ),
        "anew": Entry(
            "service.command_line.follow:anew", "Have a read model begin again."
        ),
    },
)


@click.command("list")
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


@click.command
@click.argument("name", type=click.Choice([*READ_MODELS]))
@click.argument("stream")
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def retry(
    surroundings: Surroundings,
    *,
    name: str,
    stream: str,
    database: str | None,
    as_json: bool,
) -> None:
    """Have NAME take the parked events of STREAM again, in order."""
    left = asyncio.run(_retried(surroundings, database, name, stream))
    said = f"{name}: {left} events of {stream} wait"
    _say(said, as_json=as_json, follower=name, stream=stream, waiting=left)
    if left:
        click.get_current_context().exit(WRONG)


async def _retried(
    surroundings: Surroundings, database: str | None, name: str, stream: str
) -> int:
    async with _records(surroundings, database) as records:
        follower = _follower(surroundings, records, name)
        return await follower.retry(records.store, stream)


@click.command
@click.argument("name", type=click.Choice([*READ_MODELS]))
@click.argument("position", type=int)
@click.option("--reason", required=True, help="Why it may be left out; kept beside it.")
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def skip(  # noqa: PLR0913  one for each option
    surroundings: Surroundings,
    *,
    name: str,
    position: int,
    reason: str,
    database: str | None,
    as_json: bool,
) -> None:
    """Leave event POSITION out of NAME; those behind it can then be tried again."""
    if not asyncio.run(_skipped(surroundings, database, name, position, reason)):
        raise Trouble(
            "not-parked",
            f"event {position} does not wait for `{name}`",
            "`adjudge follow list` shows those that do",
            exit_code=WRONG,
        )
    said = f"{name}: event {position} is left out"
    _say(said, as_json=as_json, follower=name, skipped=position)


async def _skipped(
    surroundings: Surroundings,
    database: str | None,
    name: str,
    position: int,
    reason: str,
) -> bool:
    async with _records(surroundings, database) as records:
        return await _follower(surroundings, records, name).skip(position, reason)


@click.command
@click.argument("name", type=click.Choice([*READ_MODELS]))
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def anew(
    surroundings: Surroundings, *, name: str, database: str | None, as_json: bool
) -> None:
    """Empty NAME; the service fills it again from the first event."""
    asyncio.run(_begun_anew(surroundings, database, name))
    said = f"{name}: empty; the service follows from the first event"
    _say(said, as_json=as_json, follower=name, position=0)


async def _begun_anew(
    surroundings: Surroundings, database: str | None, name: str
) -> None:
    async with _records(surroundings, database) as records:
        await _follower(surroundings, records, name).begin_anew()


def _say(text: str, *, as_json: bool, **fields: str | int) -> None:
    click.echo(json.dumps(fields) if as_json else text)


@asynccontextmanager
async def _records(
    surroundings: Surroundings, database: str | None
) -> AsyncIterator[Records]:
    settings = settings_of(surroundings, database=database)
    async with existing_records(settings, surroundings) as records:
        yield records


def _follower(surroundings: Surroundings, records: Records, name: str) -> Follower:
    return Follower(
        READ_MODELS[name],
        engine=records.writing,
        clock=surroundings.now,
        owner="command",  # it never runs
    )
