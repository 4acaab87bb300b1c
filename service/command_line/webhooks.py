"""`adjudge webhooks`: who is told, and deliveries that were given up."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import click
import msgspec

from service.command_line.commands import Commands, Entry
from service.command_line.ending import WRONG, Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import existing_records
from service.command_line.surroundings import Surroundings
from service.webhooks.webhooks import GivenUp, Webhook, Webhooks

_SHOWN = 100  # of each; retrying takes all

webhooks = Commands(
    "webhooks",
    says="""Take care of the systems that are told what happens.

    A delivery that fails is tried again over some hours and then given up, until a
    person has it tried once more.
    """,
    entries={
        "list": Entry(
            "service.command_line.webhooks:list_",
            "Show who is told, and what was given up.",
        ),
        "retry": Entry(
            "service.command_line.webhooks:retry",
            "Have what was given up delivered after all.",
        ),
    },
)


@click.command("list")
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_(surroundings: Surroundings, *, database: str | None, as_json: bool) -> None:
    """Show each webhook and the first hundred deliveries that were given up.

    Exit 1 while there are any.
    """
    found = asyncio.run(_found(surroundings, database))
    if as_json:
        told = [{"webhook": each, "given_up": lost} for each, lost in found]
        click.echo(json.dumps(msgspec.to_builtins(told), indent=1))
    else:
        for each, lost in found:
            click.echo(
                f"{each.webhook} {each.url}: {each.waiting} wait, "
                f"{each.parked} given up"
            )
            for it in lost:
                click.echo(
                    f"  event {it.position} of {it.inspection}, {it.event}: "
                    f"{it.trouble}, {it.attempts} times"
                )
    if any(each.parked for each, _ in found):
        click.get_current_context().exit(WRONG)


async def _found(
    surroundings: Surroundings, database: str | None
) -> Sequence[tuple[Webhook, Sequence[GivenUp]]]:
    async with _webhooks(surroundings, database) as hooks:
        return [
            (each, await hooks.given_up(each.webhook, after=0, limit=_SHOWN))
            for each in await hooks.all()
        ]


@click.command
@click.argument("webhook")
@click.option("--position", type=int, metavar="N", help="Only of event N.")
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def retry(
    surroundings: Surroundings,
    *,
    webhook: str,
    position: int | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Have what was given up for WEBHOOK tried again by the running service."""
    retried = asyncio.run(_retried(surroundings, database, webhook, position))
    if not retried:
        raise Trouble(
            "nothing-given-up",
            f"nothing that was given up for `{webhook}` waits to be tried again",
            "`adjudge webhooks list` shows what does",
            exit_code=WRONG,
        )
    said = {"webhook": webhook, "retried": retried}
    click.echo(json.dumps(said) if as_json else f"{webhook}: {retried} are tried again")


async def _retried(
    surroundings: Surroundings,
    database: str | None,
    webhook: str,
    position: int | None,
) -> int:
    async with _webhooks(surroundings, database) as hooks:
        return await hooks.retry(webhook, position)


@asynccontextmanager
async def _webhooks(
    surroundings: Surroundings, database: str | None
) -> AsyncIterator[Webhooks]:
    settings = settings_of(surroundings, database=database)
    async with existing_records(settings, surroundings) as records:
        yield Webhooks(records.writing, surroundings.now)
