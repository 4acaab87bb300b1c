"""`adjudge erase`: words that two people agree to erase, and what is due."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import msgspec

from events.retention import ErasureRequested
from projections import ErasureEntry, erasures
from service.command_line.ending import WRONG, Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import existing_records
from service.command_line.surroundings import Surroundings
from service.command_line.two_people import counter, token_option
from service.config import Settings
from service.inspection import about
from service.inspection.commands import ApproveErasure, RequestErasure
from service.retention import Due, Periods, due

_CODES = ("retention", "data-subject", "error", "court-order", "other")


@click.command
@click.argument("case", required=False)
@click.option("--inspection", metavar="ID", help="Whose words, or whose case's.")
@click.option("--reason", metavar="TEXT", help="Why; kept sealed, and kept for good.")
@click.option("--code", type=click.Choice(_CODES), default="other", show_default=True)
@click.option(
    "--cases", is_flag=True, help="Every case, but not the inspection itself."
)
@click.option(
    "--approve", type=int, metavar="N", help="Approve what was asked for as N."
)
@click.option("--due", "show_due", is_flag=True, help="List what was kept long enough.")
@click.option("--list", "show_all", is_flag=True, help="List every erasure asked for.")
@token_option
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def erase(
    surroundings: Surroundings, /, *, database: str | None, as_json: bool, **said: Any
) -> None:
    """Ask that the words of CASE, or of a whole inspection, be erased for good.

    Nothing is erased until another person approves it with --approve, after the wait
    that the setting erasure_wait_days names. Answers, ratings and proofs stay.
    """
    settings = settings_of(surroundings, database=database)
    if said["show_due"]:
        _print_due(asyncio.run(_due(settings, surroundings)), as_json=as_json)
    elif said["show_all"]:
        _print_erasures(asyncio.run(_listed(settings, surroundings)), as_json=as_json)
    elif said["approve"] is not None:
        keys = asyncio.run(
            _approve(settings, surroundings, said["token_file"], said["approve"])
        )
        _print(
            {"erasure": said["approve"], "keys": keys},
            f"erased: {', '.join(keys)}",
            as_json=as_json,
        )
    else:
        position = asyncio.run(_request(settings, surroundings, said))
        ready = surroundings.now() + timedelta(days=settings.erasure_wait_days)
        _print(
            {"erasure": position},
            f"erasure {position} is asked for; another person approves it from "
            f"{ready:%Y-%m-%d}: adjudge erase --approve {position}",
            as_json=as_json,
        )


async def _request(
    settings: Settings, surroundings: Surroundings, said: dict[str, Any]
) -> int:
    case, inspection, reason = said["case"], said["inspection"], said["reason"]
    if inspection is None or not reason or (case is not None and said["cases"]):
        raise Trouble(
            "bad-call",
            "say whose words and why",
            "adjudge erase [CASE | --cases] --inspection ID --reason TEXT",
        )
    token_file: Path | None = said["token_file"]
    async with counter(settings, surroundings, token_file) as desk:
        command = RequestErasure(
            case=case,
            cases_only=said["cases"],
            reason_code=said["code"],
            reason=await desk.seal(inspection, reason, about.erasure(case)),
        )
        return (await desk.run(inspection, command)).position


async def _approve(
    settings: Settings,
    surroundings: Surroundings,
    token_file: Path | None,
    position: int,
) -> tuple[str, ...]:
    async with counter(settings, surroundings, token_file) as desk:
        event = await desk.event(position)
        if event is None or not isinstance(event.data, ErasureRequested):
            raise Trouble(
                "not-found",
                f"there is no erasure {position}",
                "`adjudge erase --list` shows what was asked for",
                exit_code=WRONG,
            )
        await desk.run(event.stream.id, ApproveErasure(request=position))
        return event.data.keys


async def _due(settings: Settings, surroundings: Surroundings) -> tuple[Due, ...]:
    periods = Periods(
        cases=settings.retention_case_days,
        inspections=settings.retention_inspection_days,
    )
    async with existing_records(settings, surroundings) as records:
        today = surroundings.now().date()
        return tuple(await due((records.engine, records.desk), periods, today))


async def _listed(
    settings: Settings, surroundings: Surroundings
) -> tuple[ErasureEntry, ...]:
    async with existing_records(settings, surroundings) as records:
        return tuple(await erasures(records.engine))


def _print_due(found: tuple[Due, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"due": msgspec.to_builtins(found)}, indent=1))
        return
    for each in found:
        held = "" if each.hold is None else f", held by {each.hold}"
        asked = "" if each.request is None else f", asked for as {each.request}"
        click.echo(
            f"{each.inspection} {each.case or 'as a whole'}: due since {each.since}"
            f"{held}{asked}"
        )
    click.echo(f"{len(found)} due")


def _print_erasures(found: tuple[ErasureEntry, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"erasures": msgspec.to_builtins(found)}, indent=1))
        return
    for each in found:
        state = (
            "not approved"
            if each.erased_at is None
            else f"approved by {each.approved_by}, erased {each.erased_at}"
        )
        click.echo(
            f"{each.position}: {', '.join(each.keys)}: {each.reason_code}, asked for "
            f"by {each.requested_by} {each.requested_at}, {state}"
        )
    click.echo(f"{len(found)} asked for")


def _print(said: object, sentence: str, *, as_json: bool) -> None:
    click.echo(json.dumps(said) if as_json else sentence)
