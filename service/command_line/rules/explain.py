"""`adjudge rules explain`: a framework as pages that a lead inspector can sign off."""

import json
from difflib import get_close_matches

import click
import msgspec

from dsl.author.describe import describe, describe_part
from dsl.author.page import Block, as_html, as_markdown
from dsl.framework import OVERALL, Framework
from service.command_line.ending import DONE, Trouble
from service.command_line.rules.files import sound


@click.command
@click.argument("name", metavar="FILE | ID")
@click.argument("part", metavar="[PART]", required=False)
@click.option("form", "--html", flag_value="html", help="Print one HTML page.")
@click.option("form", "--markdown", flag_value="markdown", help="The default.")
@click.option("form", "--json", flag_value="json", help="Print JSON.")
@click.pass_context
def explain(ctx: click.Context, name: str, part: str | None, form: str | None) -> None:
    """Explain a framework, or one part of it, in plain English.

    Says what is inspected, how each part is rated, bands, discretion, guidance and
    samples, with every source, and every assumption still to be confirmed. PART is a
    domain, standard or question, or `overall`. How one inspection came to its ratings
    is told by `adjudge rate FILE --explain`.
    """
    found = sound(name)
    blocks: tuple[Block, ...] = ()
    if found.framework is not None:
        blocks = (
            describe(found.framework, found.tests)
            if part is None
            else _part(found.framework, part)
        )
    if form == "json":
        report = [
            {"kind": type(block).__name__.lower(), **msgspec.to_builtins(block)}
            for block in blocks
        ]
        click.echo(json.dumps(report, indent=1, ensure_ascii=False))
    else:
        click.echo(as_html(blocks) if form == "html" else as_markdown(blocks), nl=False)
    ctx.exit(DONE)


def _part(framework: Framework, part: str) -> tuple[Block, ...]:
    overall = [OVERALL] if OVERALL in framework.rates else []
    known = [*framework.domains, *framework.standards, *framework.questions, *overall]
    if part not in known:
        near = get_close_matches(part, known, n=1)
        raise Trouble(
            "no-such-part",
            f"`{framework.id}` has no part `{part}`",
            f"did you mean `{near[0]}`?"
            if near
            else f"it has {', '.join(known[:4])} …",
        )
    return describe_part(framework, part)
