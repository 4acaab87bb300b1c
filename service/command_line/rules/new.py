"""`adjudge rules new`: a rule file to start from."""

import json
from pathlib import Path

import click

from dsl import packaged_ids
from dsl.author.starter import BadName, starter
from service.command_line.ending import DONE, Trouble


@click.command
@click.argument("name", metavar="NAME")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def new(ctx: click.Context, name: str, *, as_json: bool) -> None:
    """Write a small framework with notes, which checks clean and whose test passes.

    The file is written to the current folder and named after NAME; a file that is
    there already is never touched.
    """
    try:
        source = starter(name)
    except BadName as refusal:
        raise Trouble("bad-name", str(refusal), "choose a plain name") from refusal
    if source.stem in packaged_ids():
        raise Trouble(
            "name-taken",
            f"`{source.stem}` is the id of a packaged framework",
            "choose another name",
        )
    path = Path(source.name)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(source.text)
    except FileExistsError as error:
        raise Trouble(
            "file-exists", f"`{path}` is there already", "choose another name"
        ) from error
    except OSError as error:
        raise Trouble(
            "unwritable",
            f"`{path}` cannot be written",
            f"see to its permissions ({error.strerror})",
        ) from error
    if as_json:
        click.echo(json.dumps({"file": source.name, "framework": source.stem}))
    else:
        click.echo(f"wrote {path}; next: adjudge rules check {path}")
    ctx.exit(DONE)
