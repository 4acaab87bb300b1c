"""`adjudge restore`: a backup put back, with everything that was erased since."""

import asyncio
import json
from pathlib import Path

import click
import msgspec

from events.store import StoreError
from service.backup.manifest import BackupError
from service.backup.restore import Restored
from service.backup.restore import restore as put_back
from service.command_line.ending import WRONG, Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import unusable
from service.command_line.surroundings import Surroundings


@click.command
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    metavar="FOLDER…",
    type=click.Path(path_type=Path),
)
@click.option(
    "--accept-missing",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Give up N acknowledged events that the backup does not have.",
)
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def restore(
    surroundings: Surroundings,
    *,
    folders: tuple[Path, ...],
    accept_missing: int,
    database: str | None,
    as_json: bool,
) -> None:
    """Put back the ledger, the vault or both from what `adjudge backup` made.

    The ledger may go to another kind of database than it came from. Nothing in place is
    overwritten, and a database on a server must be empty. The copy is verified before
    it is moved into place, and every key that was erased since, by the ledger's events
    or by the list of erased keys, is destroyed in it again.
    """
    settings = settings_of(surroundings, database=database)
    try:
        restored = asyncio.run(
            put_back(settings, folders, surroundings.now, accept_missing=accept_missing)
        )
    except BackupError as error:
        raise Trouble(
            error.code,
            str(error),
            "see `Restore` in deploy/README.md",
            exit_code=WRONG,
        ) from error
    except StoreError as error:
        raise unusable(error) from error
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(restored), indent=1))
        return
    for line in _lines(restored):
        click.echo(line)


def _lines(restored: Restored) -> list[str]:
    differed = sum(restored.differed.values())
    lines = [
        f"restored: {' and '.join(restored.restored)}",
        f"{restored.position:,} events, the chain holds, {differed:,} rows differed",
    ]
    if restored.erased_again:
        lines.append(f"erased again: {', '.join(restored.erased_again)}")
    if restored.erased_unknown:
        lines.append(
            f"erased, though this ledger is too old to say so: "
            f"{', '.join(restored.erased_unknown)}"
        )
    if restored.signed is not None:
        lines.append(f"the first {restored.signed:,} events are those that were signed")
    if restored.signed and not restored.signs:
        lines.append(
            "the signing key is not here: put its copy in place, or begin a new one"
            " with `adjudge keys replace`"
        )
    if restored.missing:
        lines.append(f"given up: {restored.missing:,} acknowledged events")
    return lines
