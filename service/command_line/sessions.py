"""`adjudge sessions end`: sign somebody out of every browser, or everybody."""

import asyncio
import json
from secrets import token_bytes

import click

from service.command_line.commands import Commands, Entry
from service.command_line.settings import database_option, settings_of
from service.command_line.store import existing_records
from service.command_line.surroundings import Surroundings
from service.config import Settings
from service.sign_in.sessions import Lifetime, Sessions

sessions = Commands(
    "sessions",
    says="Take care of who is signed in.",
    entries={
        "end": Entry(
            "service.command_line.sessions:end",
            "Sign a person out of every browser, or everybody.",
        )
    },
)


@click.command
@click.argument("person", required=False)
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def end(
    surroundings: Surroundings,
    *,
    person: str | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Sign PERSON out of every browser, or everybody where nobody is named.

    Every process of the service knows at once. Whoever may still sign in at the
    identity provider can do so again, with the roles they have there by then.
    """
    settings = settings_of(surroundings, database=database)
    ended = asyncio.run(_end(settings, surroundings, person))
    click.echo(json.dumps({"ended": ended}) if as_json else f"{ended} sessions ended")


async def _end(
    settings: Settings, surroundings: Surroundings, person: str | None
) -> int:
    async with existing_records(settings, surroundings) as records:
        signed_in = Sessions(
            records.writing,
            now=surroundings.now,
            random=token_bytes,
            lifetime=Lifetime(),
        )
        return await signed_in.end_all(person)
