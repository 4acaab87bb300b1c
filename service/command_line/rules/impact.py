"""`adjudge rules impact`: what other rules would change about every inspection held."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec

from dsl import Framework, packaged, packaged_ids
from service.command_line.ending import DONE, MISUSED, WRONG, Trouble
from service.command_line.export_file import FaultyLine, held_in_export
from service.command_line.input_file import text_of
from service.command_line.rating_file import FaultyFile, nearest
from service.command_line.rules.files import sound_framework
from service.command_line.settings import settings_of
from service.command_line.store import existing_records
from service.command_line.surroundings import Surroundings
from service.impact import Held, LeftOut, Progress, Replayed, held_in, replayed

_TOLD = 20  # times at most


@dataclass(frozen=True, slots=True)
class _Against:
    """The inspections, and the position they were read at; an export has none."""

    said: str
    position: int | None
    inspections: Sequence[Held]


@click.command
@click.argument("new", metavar="NEW")
@click.option(
    "--against",
    metavar="STORE | EXPORT",
    help="A store's URL, or a file with one inspection file a line, `-` for standard"
    " input. Otherwise ADJUDGE_DATABASE, or sqlite+aiosqlite:///adjudge.db.",
)
@click.option(
    "held_under",
    "--held-under",
    metavar="ID",
    multiple=True,
    help="Only inspections held under this framework; more than one may be named.",
)
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def impact(
    ctx: click.Context,
    *,
    new: str,
    against: str | None,
    held_under: tuple[str, ...],
    as_json: bool,
) -> None:
    """Rate every inspection again under NEW and list each rating that would change.

    NEW is a rule file or a packaged framework. A ledger is read up to the position it
    is at when the command begins, which is named, even while it is being written to.
    Inspections whose rules are of another family are left out; with --held-under, so
    are those of other versions, whose ratings may change with the version alone.
    Decisions of the panel are kept where NEW admits them. An EXPORT holds figures, not
    cases: they are rated again as they are. Exit 1 if any rating would change.

    \b
    A line of an EXPORT, as `adjudge rate` reads it and with a name:
    {"inspection": "brent-2019", "framework": "youth-2018", "judgements": {…}, …}
    """
    framework = sound_framework(new)
    if against is not None and "://" not in against:
        found = _in_export(against)
    else:
        found = asyncio.run(_in_ledger(ctx.obj, against))
    held = [
        each
        for each in found.inspections
        if not held_under or each.framework.id in held_under
    ]
    results = [*replayed(framework, held, _progress("rated"))]
    rated = [each for each in results if isinstance(each, Replayed)]
    left_out = [each for each in results if isinstance(each, LeftOut)]
    if as_json:
        click.echo(_described(framework, found, rated, left_out))
    else:
        _print(framework, found, rated, left_out)
    ctx.exit(WRONG if any(each.changed for each in rated) else DONE)


def _print(
    new: Framework,
    against: _Against,
    rated: Sequence[Replayed],
    left_out: Sequence[LeftOut],
) -> None:
    for each in rated:
        if each.changed or each.not_admitted:
            click.echo("\n".join(_lines(each, new)) + "\n")
    unknown = Counter(thing for each in rated for thing in each.unknown)
    for thing, number in sorted(unknown.items()):
        click.echo(f"not in {new.id}: {thing}, in {_counted(number)}")
    for framework, number in Counter(each.framework for each in left_out).items():
        named = ", ".join(e.inspection for e in left_out if e.framework == framework)
        other = f"{framework} is of another family"
        click.echo(f"left out, as {other}: {_counted(number)}: {named}")
    ratings = sum(len(each.changed) for each in rated)
    changed = sum(bool(each.changed) for each in rated)
    click.echo(
        f"{new.id} would change {'1 rating' if ratings == 1 else f'{ratings} ratings'}"
        f" in {changed} of {_counted(len(rated))} {against.said}"
    )


def _lines(each: Replayed, new: Framework) -> list[str]:
    lines = [f"{each.inspection} ({each.framework})"]
    for changed in each.changed:
        before, after = _rating(changed.before), _rating(changed.after)
        so_far = ", so far" if changed.provisional else ""
        lines += [
            f"  {changed.part}: {before} → {after}{so_far}",
            f"    under {each.framework}: {changed.because_before}",
            f"    under {new.id}: {changed.because_after}",
        ]
    lines += [
        f"  the panel's move of {part} would not be admitted"
        for part in each.not_admitted
    ]
    return lines


def _rating(rating: str | None) -> str:
    return "not rated" if rating is None else f"'{rating}'"


def _counted(number: int) -> str:
    return "1 inspection" if number == 1 else f"{number} inspections"


def _described(
    new: Framework,
    against: _Against,
    rated: Sequence[Replayed],
    left_out: Sequence[LeftOut],
) -> str:
    shown = {
        "framework": new.id,
        "hash": new.hash,
        "position": against.position,
        "inspections": len(rated),
        "changed": [
            {"inspection": each.inspection, "framework": each.framework}
            | msgspec.to_builtins(changed)
            for each in rated
            for changed in each.changed
        ],
        "not_admitted": [
            {"inspection": each.inspection, "standards": each.not_admitted}
            for each in rated
            if each.not_admitted
        ],
        "unknown": [
            {"inspection": each.inspection, "things": each.unknown}
            for each in rated
            if each.unknown
        ],
        "left_out": msgspec.to_builtins(left_out),
    }
    return json.dumps(shown, indent=1, ensure_ascii=False)


async def _in_ledger(surroundings: Surroundings, url: str | None) -> _Against:
    settings = settings_of(surroundings, database=url)
    async with existing_records(settings, surroundings) as records:
        position, held = await held_in(records.store, _progress("read"))
    return _Against(f"on record at position {position}", position, held)


def _in_export(file: str) -> _Against:
    if file != "-" and not Path(file).is_file():
        raise Trouble(
            "nothing-to-compare",
            f"`{file}` is neither a store's URL nor a file",
            "write a URL like sqlite+aiosqlite:///adjudge.db, or name an export",
        )
    try:
        held = [*held_in_export(text_of(file), _packaged)]
    except FaultyLine as error:
        fault = error.fault
        raise Trouble(
            fault.code,
            f"line {error.line} of `{file}`: {fault.sentence}",
            fault.way_out,
            exit_code=MISUSED if fault.unreadable else WRONG,
        ) from error
    return _Against(f"in `{file}`", None, held)


def _packaged(framework_id: str) -> Framework:
    known = framework_id in packaged_ids()
    framework = packaged(framework_id).framework if known else None
    if framework is None:
        raise FaultyFile(
            "unknown-framework",
            f"there is no framework `{framework_id}`",
            nearest(framework_id, packaged_ids()),
        )
    return framework


def _progress(done: str) -> Progress:
    """Tell standard error how far it is, now and then."""

    def tell(number: int, of: int) -> None:
        every = max(1, of // _TOLD)
        if of > _TOLD and (number % every == 0 or number == of):
            click.echo(f"{done} {number} of {of} inspections", err=True)

    return tell
