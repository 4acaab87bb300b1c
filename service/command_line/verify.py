"""`adjudge verify`: a pack, or the store as it lies, checked from the first event."""

import asyncio
import json
from pathlib import Path

import click
import msgspec

from events.pack.form import PackError
from events.pack.read import read_pack
from events.proof.audit import Report
from events.proof.key_ring import KeyRing
from events.proof.note import Note
from events.proof.signing_keys import read_key_ring
from events.store import StoreError
from service.command_line.checkpoint_files import checkpoint_option, read_notes
from service.command_line.ending import DONE, WRONG, Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import require_existing, unusable
from service.command_line.surroundings import Surroundings
from service.config import Settings
from service.proof.verification import verify_pack, verify_store
from service.records.records import lying_open


@click.command
@click.argument("pack", required=False, type=click.Path(path_type=Path))
@checkpoint_option
@click.option(
    "--keys",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The ledger's keys from elsewhere; a store has its own otherwise.",
)
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def verify(  # noqa: PLR0913 - one argument an option
    ctx: click.Context,
    *,
    pack: Path | None,
    checkpoints: tuple[Path, ...],
    keys: Path | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Check PACK, or the store, from the first event: chain, tree, signatures, ratings.

    A store is read as it lies and nothing is written; of its history and its current
    ratings every row must follow from the events. What differs is named with its place,
    and so is what cannot be proven without a checkpoint kept elsewhere. Exit 1 if
    anything is wrong, 3 if the store cannot be read.
    """
    surroundings: Surroundings = ctx.obj
    outside = read_notes(checkpoints)
    if pack is not None:
        report = _of_pack(pack, outside, None if keys is None else _ring(keys))
    else:
        settings = settings_of(surroundings, database=database)
        ring = _ring(Path(settings.signing_key) if keys is None else keys)
        report = asyncio.run(_of_store(settings, ring, outside))
    if as_json:
        sound = not report.findings
        shown = {"sound": sound, **msgspec.to_builtins(report)}
        click.echo(json.dumps(shown, indent=1, ensure_ascii=False))
    else:
        _print(report)
    ctx.exit(WRONG if report.findings else DONE)


def _of_pack(file: Path, outside: tuple[Note, ...], ring: KeyRing | None) -> Report:
    try:
        with file.open("rb") as opened:
            return verify_pack(read_pack(opened), outside, ring)
    except OSError as error:
        raise Trouble(
            "unreadable-file",
            f"cannot read `{file}`: {(error.strerror or 'no such file').lower()}",
            "name an audit pack",
        ) from error
    except PackError as error:
        raise Trouble(
            "bad-pack",
            str(error),
            "ask for another copy; keep this one",
            exit_code=WRONG,
        ) from error


async def _of_store(
    settings: Settings, ring: KeyRing, outside: tuple[Note, ...]
) -> Report:
    require_existing(settings)
    try:
        async with lying_open(settings.database) as store:
            return await verify_store(store, ring, outside)
    except StoreError as error:
        raise unusable(error) from error


def _ring(file: Path) -> KeyRing:
    try:
        return read_key_ring(file)
    except StoreError as error:
        raise Trouble(
            "no-keys", str(error), "name the ledger's keys with --keys"
        ) from error


def _print(report: Report) -> None:
    for finding in report.findings:
        place = "" if finding.position is None else f"event {finding.position}: "
        click.secho(f"WRONG       {place}{finding.says}", fg="red")
    for says in report.proven:
        click.secho(f"shown       {says}", fg="green")
    for says in report.unproven:
        click.echo(f"not shown   {says}")
    count = len(report.findings)
    counted = "1 thing is" if count == 1 else f"{count} things are"
    click.echo(f"{counted} wrong" if count else "nothing is wrong")
