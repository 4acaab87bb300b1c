"""`adjudge keys`: which keys sign checkpoints; the next one; a witness's."""

import asyncio
import json
from pathlib import Path

import click

from events.proof.note_key import NoteError
from events.proof.signing_keys import read_key_ring
from events.store import StoreError
from service.command_line.commands import Commands, Entry
from service.command_line.ending import Trouble
from service.command_line.settings import database_option, settings_of
from service.command_line.store import existing_records, unusable
from service.command_line.surroundings import Surroundings
from service.config import Settings
from service.records.key_rotation import replace_lost_key, rotate_key, trust_witness

keys = Commands(
    "keys",
    says="Show and change the keys that sign checkpoints.",
    entries={
        "show": Entry("service.command_line.keys:show", "Show the key ring."),
        "rotate": Entry(
            "service.command_line.keys:rotate", "Hand over to a new signing key."
        ),
        "replace": Entry(
            "service.command_line.keys:replace", "Begin a new key after one was lost."
        ),
        "trust": Entry(
            "service.command_line.keys:trust", "Let a witness's cosignatures count."
        ),
    },
)


@click.command
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show(surroundings: Surroundings, *, as_json: bool) -> None:
    """Show the keys that sign, or once signed, and the sizes each speaks for.

    Give this to whoever verifies, by another way than the packs.
    """
    settings = settings_of(surroundings)
    try:
        ring = read_key_ring(Path(settings.signing_key))
    except StoreError as error:
        raise unusable(error) from error
    if as_json:
        shown = [
            {"key": str(known.key), "first": known.first, "last": known.last}
            for known in ring.keys
        ]
        click.echo(json.dumps({"keys": shown}, indent=1))
    else:
        click.echo(str(ring), nl=False)


@click.command
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def rotate(surroundings: Surroundings, *, database: str | None, as_json: bool) -> None:
    """Make a new signing key; both keys sign the checkpoint of the hand-over.

    The old key signs nothing after it, and what it signed stays proven. The service may
    go on meanwhile if it shares the file.
    """
    settings = settings_of(surroundings, database=database)
    size = asyncio.run(_rotated(settings, surroundings))
    if as_json:
        click.echo(json.dumps({"first": size}))
    else:
        click.echo(f"a new key signs from event {size:,} on")


@click.command
@database_option
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def replace(surroundings: Surroundings, *, database: str | None, as_json: bool) -> None:
    """Begin a new signing key where the file has the key ring and no key any more.

    A restore leaves it so where the signing key is not there. What was signed stays
    proven; tell whoever verifies the new key, since the lost one cannot sign for it.
    """
    settings = settings_of(surroundings, database=database)
    size = asyncio.run(_replaced(settings, surroundings))
    if as_json:
        click.echo(json.dumps({"first": size}))
    else:
        click.echo(f"a new key signs from event {size:,} on; tell whoever verifies")


@click.command
@click.argument("key")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def trust(surroundings: Surroundings, *, key: str, as_json: bool) -> None:
    """Let cosignatures by KEY, a witness's verifier key, count from now on."""
    settings = settings_of(surroundings)
    try:
        trust_witness(Path(settings.signing_key), key)
    except NoteError as error:
        raise Trouble(
            "bad-key", str(error), "give a key as C2SP tlog-cosignature writes it"
        ) from error
    except StoreError as error:
        raise unusable(error) from error
    if as_json:
        click.echo(json.dumps({"trusted": key}))
    else:
        click.echo("cosignatures by this key count")


async def _rotated(settings: Settings, surroundings: Surroundings) -> int:
    async with existing_records(settings, surroundings) as records:
        return await rotate_key(
            records, Path(settings.signing_key), now=surroundings.now
        )


async def _replaced(settings: Settings, surroundings: Surroundings) -> int:
    async with existing_records(settings, surroundings) as records:
        return await replace_lost_key(records, Path(settings.signing_key))
