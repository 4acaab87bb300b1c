"""`adjudge backup`: copies of ledger and vault, apart, verified before they count."""

import asyncio
import json
from pathlib import Path

import click
import msgspec

from events.store import StoreError
from service.backup.backup import Verified, back_up_ledger, back_up_vault
from service.backup.manifest import BackupError, Manifest
from service.command_line.ending import DONE, WRONG, Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import unusable
from service.command_line.surroundings import Surroundings
from service.config import Settings


@click.command
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--only", type=click.Choice(["ledger", "vault"]), help="One of the two alone."
)
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def backup(
    ctx: click.Context,
    *,
    folder: Path,
    only: str | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Copy the ledger to FOLDER/ledger and the vault to FOLDER/vault.

    The service may go on meanwhile. The ledger may be in either kind of database; its
    copy is one file, with the public keys that prove it. Each copy is verified: the
    ledger's chain from the first event, its checkpoints, its read models against its
    events, and every key of the vault. Move the two to different places; neither holds
    the master key or the signing key.
    """
    surroundings: Surroundings = ctx.obj
    settings = settings_of(surroundings, database=database)
    try:
        made, verified = asyncio.run(_back_up(settings, surroundings, folder, only))
    except BackupError as error:
        raise Trouble(
            error.code, str(error), "see `Back up` in deploy/README.md"
        ) from error
    except StoreError as error:
        raise unusable(error) from error
    differed = {} if verified is None else verified.differed
    if as_json:
        shown = {"made": msgspec.to_builtins(made), "differed": differed}
        click.echo(json.dumps(shown, indent=1))
    else:
        for manifest in made:
            click.echo(_line(manifest))
        for name, rows in differed.items():
            if rows:
                click.echo(f"{name}: {rows:,} rows were not what the events say")
    ctx.exit(WRONG if any(differed.values()) else DONE)


async def _back_up(
    settings: Settings, surroundings: Surroundings, folder: Path, only: str | None
) -> tuple[list[Manifest], Verified | None]:
    made, verified = [], None
    if only != "vault":
        manifest, verified = await back_up_ledger(
            settings, folder / "ledger", surroundings.now
        )
        made.append(manifest)
    if only != "ledger":
        made.append(await back_up_vault(settings, folder / "vault", surroundings.now))
    return made, verified


def _line(manifest: Manifest) -> str:
    if manifest.kind == "vault":
        return f"vault: {manifest.keys:,} keys, master key {manifest.master_key}"
    return (
        f"ledger: {manifest.position:,} events, chain and ratings verified, "
        f"{manifest.signed or 0:,} of them signed, head {manifest.head_hash[:16]}"
    )
