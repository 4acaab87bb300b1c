"""`adjudge export`: one self-contained audit pack, which proves what it says."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from events.pack.export import Archive, NothingSignedError, export_ledger
from events.proof.checkpoint import Checkpoint
from events.proof.signing_keys import read_key_ring
from events.store import StoreError
from service.command_line.checkpoint_files import checkpoint_option, read_notes
from service.command_line.ending import WRONG, Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import existing_records, require_existing, unusable
from service.command_line.surroundings import Surroundings
from service.config import Settings
from service.logs import logger_to
from service.proof.checkpoints import open_checkpoints
from service.proof.export_pack import Sources, Wanted, export_pack
from service.records.records import lying_open
from service.refusal import Refused


@click.command
@click.argument("inspection", required=False)
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The pack; never written over.",
)
@checkpoint_option
@click.option(
    "--as-it-lies",
    is_flag=True,
    help="Of a store that is damaged: nothing is signed, no ratings are claimed.",
)
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def export(  # noqa: PLR0913 - one argument an option
    surroundings: Surroundings,
    *,
    inspection: str | None,
    output: Path,
    checkpoints: tuple[Path, ...],
    as_it_lies: bool,
    database: str | None,
    as_json: bool,
) -> None:
    """Write an audit pack of INSPECTION, or of everything.

    It holds the events, the rules, signed checkpoints, proofs, the ratings that follow,
    and a verifier that needs nothing but Python. A checkpoint is signed first. Those
    given with --checkpoint are put in, so that the pack can be held against them.
    """
    settings = settings_of(surroundings, database=database)
    notes = read_notes(checkpoints)
    sizes = frozenset(Checkpoint.parse(note.text).size for note in notes)
    wanted = Wanted(inspection, sizes)
    if as_it_lies and inspection is not None:
        raise Trouble(
            "bad-call", "only all of a store is taken as it lies", "name no inspection"
        )
    exported = (
        _as_it_lies(settings, wanted, output)
        if as_it_lies
        else _exported(settings, surroundings, wanted, output)
    )
    position = asyncio.run(exported)
    if as_json:
        shown = {"file": str(output), "inspection": inspection, "position": position}
        click.echo(json.dumps(shown, indent=1))
        return
    click.echo(f"{output}: {inspection or 'everything'} up to event {position:,}")


async def _exported(
    settings: Settings, surroundings: Surroundings, wanted: Wanted, output: Path
) -> int:
    logger = logger_to(sys.stderr.buffer, level="error", now=surroundings.now)
    async with existing_records(settings, surroundings) as records:
        checkpoints = await open_checkpoints(
            settings, records, now=surroundings.now, logger=logger
        )
        sources = Sources(
            records.store, records.desk, records.pages, records.proofs, checkpoints
        )
        with _new(output) as file:
            return await export_pack(sources, wanted, file)


async def _as_it_lies(settings: Settings, wanted: Wanted, output: Path) -> int:
    require_existing(settings)
    try:
        ring = read_key_ring(Path(settings.signing_key))
        async with lying_open(settings.database) as store:
            archive = Archive(store.pages, store.proofs, ring, wanted.sizes)
            with _new(output) as file:
                return await export_ledger(archive, file)
    except StoreError as error:
        raise unusable(error) from error


@contextmanager
def _new(output: Path) -> Iterator[IO[bytes]]:
    """A file that was not there; nothing of it is left if the export fails."""
    try:
        file = output.open("xb")
    except OSError as error:
        raise Trouble(
            "unwritable-file",
            f"`{output}` cannot be made: {(error.strerror or '').lower()}",
            "name a new file with --output",
        ) from error
    try:
        with file:
            yield file
    except BaseException as error:
        output.unlink()
        match error:
            case Refused():
                raise _trouble(error) from error
            case NothingSignedError():
                refused = Refused("nothing-signed", str(error))
                raise _trouble(refused) from error
            case OSError():
                raise Trouble(
                    "unwritable-file",
                    f"`{output}` cannot be written: {(error.strerror or '').lower()}",
                    "make room, or name another file with --output",
                ) from error
            case _:
                raise


def _trouble(refused: Refused) -> Trouble:
    match refused.code:
        case "integrity-alarm":
            way_out = "`adjudge verify` shows what differs"
        case "not-found":
            way_out = "the register at /v1/inspections lists those there are"
        case _:
            way_out = "the sizes there are stand at /v1/audit/checkpoints"
    return Trouble(refused.code, refused.reason, way_out, exit_code=WRONG)
