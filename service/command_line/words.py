"""`adjudge words`: the words of many cases, which two people agree to take away."""

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from events.exporting import ExportRequested
from events.inspection import CATEGORY
from events.recorded import RecordedEvent, StreamName
from projections import RatingBook, instant
from service.change_rows import Asked
from service.choices import choices_of
from service.command_line.ending import WRONG, Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import existing_records
from service.command_line.surroundings import Surroundings
from service.command_line.two_people import Counter, counter, refusal, token_option
from service.config import Settings
from service.inspection import about
from service.inspection.asker import Asker
from service.inspection.commands import ApproveExport, RejectExport, RequestExport
from service.inspection.exporting import state_of
from service.refusal import Refused
from service.scope import scope_of


@click.command
@click.option("--inspection", metavar="ID", help="Whose cases' words.")
@click.option("--reason", metavar="TEXT", help="Why, or why not; kept sealed.")
@click.option("--part", help="Only what moved this part, or a part below it.")
@click.option("--actor", help="Only what this person caused.")
@click.option("--approve", type=int, metavar="N", help="Approve request N.")
@click.option("--reject", type=int, metavar="N", help="Turn request N down.")
@click.option(
    "--list", "show_all", is_flag=True, help="List the inspection's requests."
)
@token_option
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def words(
    surroundings: Surroundings, /, *, database: str | None, as_json: bool, **said: Any
) -> None:
    """Ask to take away the words of many cases, or settle what somebody else asked.

    They are the words as they stand now. Once another person has approved it with
    --approve, whoever asked takes the table away over the API, once.
    """
    settings = settings_of(surroundings, database=database)
    if said["show_all"] and said["inspection"] is not None:
        listed = asyncio.run(_listed(settings, surroundings, said["inspection"]))
        if as_json:
            click.echo(json.dumps({"exports": listed}, indent=1))
        else:
            for each in listed:
                click.echo(
                    "{export}: {cases} cases, asked for by {requested_by} "
                    "{requested_at}, {state}".format_map(each)
                )
            click.echo(f"{len(listed)} asked for")
        return
    position, sentence = asyncio.run(_carry_out(settings, surroundings, said))
    click.echo(json.dumps({"export": position}) if as_json else sentence)


async def _carry_out(
    settings: Settings, surroundings: Surroundings, said: dict[str, Any]
) -> tuple[int, str]:
    approve: int | None = said["approve"]
    reject: int | None = said["reject"]
    token_file: Path | None = said["token_file"]
    if approve is None and (
        not said["reason"] or (reject is None and said["inspection"] is None)
    ):
        raise Trouble(
            "bad-call",
            "say whose words and why",
            "adjudge words --inspection ID --reason TEXT, or --approve N",
        )
    async with counter(settings, surroundings, token_file) as desk:
        if approve is not None:
            event, asked = await _requested(desk, approve)
            agreed = ApproveExport(request=approve, content_hash=asked.content_hash)
            await desk.run(event.stream.id, agreed)
            requester = event.origin.actor
            return approve, f"approved: {requester} takes the words away, once"
        if reject is not None:
            event, _ = await _requested(desk, reject)
            inspection = event.stream.id
            reason = await desk.seal(inspection, said["reason"], about.EXPORTS)
            await desk.run(inspection, RejectExport(request=reject, reason=reason))
            return reject, f"request {reject} is rejected"
        return await _request(desk, said)


async def _request(desk: Counter, said: dict[str, Any]) -> tuple[int, str]:
    inspection, asked = (
        said["inspection"],
        Asked(actor=said["actor"], part=said["part"]),
    )
    reason = await desk.seal(inspection, said["reason"], about.EXPORTS)
    stream, records = StreamName(CATEGORY, inspection), desk.records
    scope = scope_of(await records.store.read(stream), records.shelf, asked)
    wanted = RequestExport(
        as_of=scope.as_of,
        cases=len(scope.cases),
        content_hash=scope.content_hash,
        reason=reason,
        part=asked.part,
        actor=asked.actor,
    )
    position = (await desk.run(inspection, wanted)).position
    return position, (
        f"request {position} is for the words of {len(scope.cases)} cases; another "
        f"person approves it: adjudge words --approve {position}"
    )


async def _requested(
    desk: Counter, position: int
) -> tuple[RecordedEvent, ExportRequested]:
    event = await desk.event(position)
    if event is None or not isinstance(event.data, ExportRequested):
        raise Trouble(
            "not-found",
            f"there is no request {position} to take words away",
            "`adjudge words --inspection ID --list` shows those there are",
            exit_code=WRONG,
        )
    return event, event.data


async def _listed(
    settings: Settings, surroundings: Surroundings, inspection: str
) -> list[dict[str, object]]:
    asker = Asker(
        person="",
        roles=frozenset(),
        at=surroundings.now(),
        choices=choices_of(settings),
    )

    def view(book: RatingBook) -> list[dict[str, object]]:
        return [
            {
                "export": position,
                "state": state_of(export, asker),
                "cases": export.asked.fact.cases,
                "content_hash": export.asked.fact.content_hash,
                "requested_by": export.asked.by,
                "requested_at": instant(export.asked.at),
            }
            for position, export in book.exports.items()
        ]

    async with existing_records(settings, surroundings) as records:
        try:
            return await records.desk.read(inspection, view)
        except Refused as refused:
            raise refusal(refused) from refused
