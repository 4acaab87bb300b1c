"""`adjudge hold`: what must not be erased, until two people agree that it may."""

import asyncio
import json
from pathlib import Path
from typing import Any

import click
import msgspec

from events.retention import HoldPlaced
from projections import HoldEntry, holds
from service.command_line.ending import WRONG, Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import existing_records
from service.command_line.surroundings import Surroundings
from service.command_line.two_people import Counter, counter, token_option
from service.config import Settings
from service.inspection import about
from service.inspection.commands import ApproveRelease, PlaceHold, RequestRelease


@click.command
@click.argument("case", required=False)
@click.option("--inspection", metavar="ID", help="What to hold, or whose case.")
@click.option("--reason", metavar="TEXT", help="Why; kept sealed.")
@click.option("--release", type=int, metavar="N", help="Ask that hold N be lifted.")
@click.option("--approve", type=int, metavar="N", help="Approve that N be lifted.")
@click.option("--list", "show_all", is_flag=True, help="List every hold.")
@token_option
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def hold(
    surroundings: Surroundings, /, *, database: str | None, as_json: bool, **said: Any
) -> None:
    """Let nothing of CASE, or of a whole inspection, be erased.

    One person places a hold; two lift it: one asks with --release, another approves it
    with --approve, after the wait that the setting erasure_wait_days names.
    """
    settings = settings_of(surroundings, database=database)
    if said["show_all"]:
        _print_holds(asyncio.run(_listed(settings, surroundings)), as_json=as_json)
        return
    position, sentence = asyncio.run(_carry_out(settings, surroundings, said))
    click.echo(json.dumps({"hold": position}) if as_json else sentence)


async def _carry_out(
    settings: Settings, surroundings: Surroundings, said: dict[str, Any]
) -> tuple[int, str]:
    approve: int | None = said["approve"]
    release: int | None = said["release"]
    token_file: Path | None = said["token_file"]
    if approve is None and (
        not said["reason"] or (release is None and said["inspection"] is None)
    ):
        raise Trouble(
            "bad-call",
            "say what to hold and why",
            "adjudge hold [CASE] --inspection ID --reason TEXT, or --release N",
        )
    async with counter(settings, surroundings, token_file) as desk:
        if approve is not None:
            inspection, _ = await _placed(desk, approve)
            await desk.run(inspection, ApproveRelease(hold=approve))
            return approve, f"hold {approve} is lifted"
        if release is not None:
            inspection, placed = await _placed(desk, release)
            thing = about.hold(placed.case)
            reason = await desk.seal(inspection, said["reason"], thing)
            await desk.run(inspection, RequestRelease(hold=release, reason=reason))
            return (
                release,
                f"another person approves it: adjudge hold --approve {release}",
            )
        inspection, case = said["inspection"], said["case"]
        reason = await desk.seal(inspection, said["reason"], about.hold(case))
        accepted = await desk.run(inspection, PlaceHold(case=case, reason=reason))
        return accepted.position, f"hold {accepted.position} is placed"


async def _placed(desk: Counter, position: int) -> tuple[str, HoldPlaced]:
    event = await desk.event(position)
    if event is None or not isinstance(event.data, HoldPlaced):
        raise Trouble(
            "not-found",
            f"there is no hold {position}",
            "`adjudge hold --list` shows those there are",
            exit_code=WRONG,
        )
    return event.stream.id, event.data


async def _listed(
    settings: Settings, surroundings: Surroundings
) -> tuple[HoldEntry, ...]:
    async with existing_records(settings, surroundings) as records:
        return tuple(await holds(records.engine))


def _print_holds(found: tuple[HoldEntry, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"holds": msgspec.to_builtins(found)}, indent=1))
        return
    for each in found:
        lifted = (
            "in force" if each.released_at is None else f"lifted by {each.released_by}"
        )
        click.echo(
            f"{each.position}: {each.inspection} {each.case or 'as a whole'}, placed "
            f"by {each.placed_by} {each.placed_at}, {lifted}"
        )
    click.echo(f"{len(found)} holds")
