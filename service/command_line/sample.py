"""`adjudge sample`: a caseload file in, reproducible stratified samples out."""

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from dsl.framework import Framework
from dsl.rating.wording import listed
from dsl.sampling.draw import NotDrawable, draw
from service.command_line.ending import DONE, WRONG, Trouble
from service.command_line.rules.files import sound_framework
from service.sampling.caseload import BadCells, read_caseload
from service.sampling.caseload_table import MOST_BYTES, FaultyCaseload
from service.sampling.sample_report import Drawn, as_json, as_text


@click.command
@click.argument("caseload", metavar="CASELOAD")
@click.option("framework_id", "--framework", required=True, metavar="ID")
@click.option(
    "names", "--sample", multiple=True, metavar="NAME", help="Can be repeated."
)
@click.option("every", "--all", is_flag=True, help="Every sample of the framework.")
@click.option(
    "--fieldwork",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Its first day, as 2018-12-03.",
)
@click.option(
    "--seed", required=True, metavar="TEXT", help="Recorded with the samples."
)
@click.option("as_json_text", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def sample(  # noqa: PLR0913 - one argument an option
    ctx: click.Context,
    *,
    caseload: str,
    framework_id: str,
    names: tuple[str, ...],
    every: bool,
    fieldwork: datetime,
    seed: str,
    as_json_text: bool,
) -> None:
    """Draw samples from a caseload file, CSV or XLSX; `-` reads standard input.

    The file needs a column `case` with a reference, `started` with a day where the
    rules ask for one, and one for each fact its samples look at, headed by the fact's
    name. Other columns are not read. The same file, rules, day and seed draw the same
    cases. A target that cannot be met is reported and is no error; mistakes in the
    file are all reported, exit 1.
    """
    if not seed.strip() or not seed.isprintable():
        raise Trouble(
            "bad-seed", "the seed is not one line of text", "give --seed TEXT"
        )
    framework = sound_framework(framework_id)
    shown = _shown(framework, names, every=every)
    try:
        read = read_caseload(_bytes(caseload), framework)
        drawing = draw(framework, read.cases, fieldwork=fieldwork.date(), seed=seed)
    except FaultyCaseload as fault:
        raise Trouble(
            fault.code, fault.sentence, fault.way_out, exit_code=WRONG
        ) from fault
    except BadCells as bad:
        for mistake in bad.faults:
            click.echo(f"adjudge: bad-cell: {mistake}", err=True)
        ctx.exit(WRONG)
    except NotDrawable as fault:
        raise Trouble(
            fault.code, fault.sentence, "name other rules", exit_code=WRONG
        ) from fault
    drawn = Drawn(framework, read, fieldwork.date(), seed, drawing, shown)
    if as_json_text:
        click.echo(json.dumps(as_json(drawn), indent=1, ensure_ascii=False))
    else:
        click.echo(as_text(drawn))
    ctx.exit(DONE)


def _shown(
    framework: Framework, names: tuple[str, ...], *, every: bool
) -> tuple[str, ...]:
    if every == bool(names):
        raise Trouble(
            "bad-call", "samples are named or all meant", "give --sample NAME or --all"
        )
    known = tuple(framework.samples)
    for name in names:
        if name not in known:
            raise Trouble(
                "unknown-sample",
                f"`{framework.id}` has no sample `{name}`",
                f"it has {listed([f'`{each}`' for each in known]) or 'none'}",
            )
    return known if every else names


def _bytes(file: str) -> bytes:
    """At most one byte more than a caseload may have, which is then refused."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with Path(file).open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise Trouble(
            "unreadable-file",
            f"cannot read `{file}`: {(why or 'no such file').lower()}",
            "name a caseload file",
        ) from error
