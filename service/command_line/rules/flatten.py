"""`adjudge rules flatten`: the whole version as the one text that is hashed."""

import json

import click

from service.command_line.ending import DONE
from service.command_line.rules.files import sound


@click.command
@click.argument("name", metavar="FILE | ID")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def flatten(ctx: click.Context, name: str, *, as_json: bool) -> None:
    """Print a framework whole, with everything it inherits, as it is hashed.

    The text is itself a rule file: read again, it has the same hash. Comments, `>`
    lines and tests are not part of it.
    """
    framework = sound(name).framework
    if framework is not None:
        whole = {
            "framework": framework.id,
            "hash": framework.hash,
            "text": framework.canonical,
        }
        shown = json.dumps(whole, indent=1, ensure_ascii=False) if as_json else None
        click.echo(shown or framework.canonical, nl=shown is not None)
    ctx.exit(DONE)
