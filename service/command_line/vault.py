"""`adjudge vault rotate`: another master key, without touching the ledger."""

import asyncio
import json
from pathlib import Path

import click

from events.store import StoreError
from service.command_line.commands import Commands, Entry
from service.command_line.ending import UNREACHABLE, Trouble
from service.command_line.settings import settings_of
from service.command_line.store import unusable
from service.command_line.surroundings import Surroundings
from service.records.key_vault import rotate as wrap_anew

vault = Commands(
    "vault",
    says="Take care of the keys.",
    entries={
        "rotate": Entry(
            "service.command_line.vault:rotate", "Make a new master key the one in use."
        )
    },
)


@click.command
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def rotate(surroundings: Surroundings, *, as_json: bool) -> None:
    """Wrap every key with a new master key; the old one opens nothing afterwards.

    The service may go on: it takes up the new key by itself. Broken off at any point,
    call it again. Backups of the vault made before still need the old master key.
    """
    settings = settings_of(surroundings)
    if not Path(settings.vault).exists():
        raise Trouble(
            "no-such-vault",
            f"there is no vault at `{settings.vault}`",
            "name it with ADJUDGE_VAULT",
            exit_code=UNREACHABLE,
        )
    try:
        wrapped, id_ = asyncio.run(wrap_anew(settings))
    except StoreError as error:
        raise unusable(error) from error
    if as_json:
        click.echo(json.dumps({"keys": wrapped, "master_key": id_}))
    else:
        click.echo(f"{wrapped} keys are under master key {id_}")
