"""`adjudge history`: which answer changed which rating, from the ledger's own rows."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import click
import msgspec

from events.inspection import CATEGORY
from events.recorded import StreamName
from projections import RatingChange, instant, rating_changes
from service.change_text import change_text
from service.command_line.ending import WRONG, Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import existing_records
from service.command_line.surroundings import Surroundings


@click.command
@click.argument("inspection")
@click.argument("part", required=False)
@click.option(
    "--as-of", metavar="T", help="Up to a time (RFC 3339) or a position, included."
)
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def history(  # noqa: PLR0913 - one argument an option
    surroundings: Surroundings,
    *,
    inspection: str,
    part: str | None,
    as_of: str | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Show what moved the ratings of INSPECTION, or of one PART of it, in order.

    PART is a key question (2.1.2), a standard (2.1) or `overall`. Each change names the
    answer or decision behind it, who gave it, the figures and the line of the rules.
    """
    until = _point(as_of)
    changes = asyncio.run(_changes(surroundings, database, inspection, part))
    changes = [change for change in changes if _is_by(change, until)]
    if as_json:
        shown = {
            "inspection": inspection,
            "part": part,
            "as_of": as_of,
            "changes": msgspec.to_builtins(changes),
        }
        click.echo(json.dumps(shown, indent=1, ensure_ascii=False))
        return
    for change in changes:
        click.echo(change_text(change))
    counted = "1 change" if len(changes) == 1 else f"{len(changes)} changes"
    click.echo(f"{inspection} {part or ''}".rstrip() + f": {counted}")


async def _changes(
    surroundings: Surroundings, database: str | None, inspection: str, part: str | None
) -> Sequence[RatingChange]:
    settings = settings_of(surroundings, database=database)
    async with existing_records(settings, surroundings) as records:
        if not await records.store.read(StreamName(CATEGORY, inspection)):
            raise Trouble(
                "not-found",
                f"there is no inspection `{inspection}` in this ledger",
                "the register at /v1/inspections lists those there are",
                exit_code=WRONG,
            )
        return await rating_changes(records.engine, inspection, part=part)


def _point(as_of: str | None) -> int | datetime | None:
    if as_of is None:
        return None
    try:
        if as_of.isdecimal():
            return int(as_of)
        at = datetime.fromisoformat(as_of)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):  # none, too long, or beyond the calendar
        pass
    raise Trouble(
        "bad-as-of",
        f"`{as_of}` is neither a position nor a time with its offset",
        "write 412 or 2026-11-22T15:30:00Z",
    )


def _is_by(change: RatingChange, until: int | datetime | None) -> bool:
    match until:
        case None:
            return True
        case datetime():
            return change.recorded_at <= instant(until)
        case _:
            return change.position <= until
