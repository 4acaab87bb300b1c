"""`adjudge rules what-if`: what would change the ratings of one inspection."""

import asyncio
import json
from pathlib import Path

import click
import msgspec

from dsl import Evidence, Framework, WhatIf
from dsl import what_if as worked_out
from events.inspection import CATEGORY
from events.recorded import StreamName
from projections import read_book
from service.command_line.ending import MISUSED, WRONG, Trouble
from service.command_line.input_file import text_of
from service.command_line.rating_file import FaultyFile, evidence_of, read
from service.command_line.rules.files import sound_framework
from service.command_line.settings import database_option, settings_of
from service.command_line.store import existing_records
from service.command_line.surroundings import Surroundings

_Inspection = tuple[Framework, Evidence]


@click.command("what-if")
@click.argument("inspection", metavar="INSPECTION_FILE | INSPECTION")
@click.option("rules", "--framework", metavar="FILE | ID", help="Other rules to use.")
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def what_if(
    surroundings: Surroundings,
    *,
    inspection: str,
    rules: str | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Show the fewest changed judgements that would raise or lower each rating.

    INSPECTION_FILE is a file as `adjudge rate` reads it, `-` for standard input;
    otherwise INSPECTION is one in the ledger. A changed judgement is one relevant case
    judged the other way on one key question, or another rating given to a judged
    standard. Where a changed count would let a decision of the panel lapse, it is said.
    --framework is for files: the ledger's inspections keep their own rules.
    """
    if inspection == "-" or Path(inspection).is_file():
        framework, evidence = _in_file(inspection, rules)
    else:
        framework, evidence = asyncio.run(
            _in_ledger(surroundings, database, inspection)
        )
    found = worked_out(framework, evidence)
    if as_json:
        shown = {
            "inspection": inspection,
            "framework": framework.id,
            "hash": framework.hash,
            "parts": msgspec.to_builtins(found),
        }
        click.echo(json.dumps(shown, indent=1, ensure_ascii=False))
        return
    for each in found:
        click.echo("\n".join(_lines(each)))


def _lines(each: WhatIf) -> list[str]:
    rating = "not rated" if each.rating is None else f"'{each.rating}'"
    lines = [f"{each.part} is {rating}" + (f": {each.because}" if each.because else "")]
    lines += [f"  {turn.sentence}" for turn in each.turns]
    if each.out_of_reach and each.rating is not None:
        names = " or ".join(f"'{name}'" for name in each.out_of_reach)
        lines.append(f"  no changed judgement makes it {names}")
    return lines


def _in_file(file: str, rules: str | None) -> _Inspection:
    try:
        said = read(text_of(file))
        name = rules or said.framework
        if name is None:
            raise Trouble(
                "no-framework",
                "the file names no framework",
                "name one with --framework",
            )
        framework = sound_framework(name)
        return framework, evidence_of(framework, said)
    except FaultyFile as fault:
        raise Trouble(
            fault.code,
            fault.sentence,
            fault.way_out,
            exit_code=MISUSED if fault.unreadable else WRONG,
        ) from fault


async def _in_ledger(
    surroundings: Surroundings, database: str | None, inspection: str
) -> _Inspection:
    settings = settings_of(surroundings, database=database)
    async with existing_records(settings, surroundings) as records:
        past = await records.store.read(StreamName(CATEGORY, inspection))
        if not past:
            raise Trouble(
                "not-found",
                f"`{inspection}` is neither a file nor an inspection in this ledger",
                "the register at /v1/inspections lists those there are",
                exit_code=WRONG,
            )
        book = read_book(past, records.shelf)
        return book.framework, book.ratings.evidence()
