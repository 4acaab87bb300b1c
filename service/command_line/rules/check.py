"""`adjudge rules check`: every mistake in a rule file, in one run."""

import json

import click

from dsl import Diagnostic, Loaded, Severity
from dsl.author.mistakes import mistakes
from dsl.render import render
from service.command_line.ending import DONE, WRONG
from service.command_line.rules.files import beside, described, loaded


@click.command
@click.argument("names", nargs=-1, metavar="[FILE | ID]…")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def check(ctx: click.Context, names: tuple[str, ...], *, as_json: bool) -> None:
    """Show every mistake in rule files, failing tests included.

    Of a folder every rule file is checked; without a name all packaged frameworks are.
    Exit 1 if there are mistakes.
    """
    files = [(each, _mistakes(name, each)) for name, each in loaded(names)]
    errors = sum(_is_error(each) for _, found in files for each in found)
    if as_json:
        click.echo(json.dumps([_described(*each) for each in files], indent=1))
    else:
        for each in files:
            _print(*each)
    ctx.exit(WRONG if errors else DONE)


def _mistakes(name: str, each: Loaded) -> tuple[Diagnostic, ...]:
    """Among them days on which another version of the family applies."""
    framework = each.framework
    others = beside(name, framework.id) if framework and framework.family else ()
    return mistakes(each, [one.framework for one in others if one.framework])


def _is_error(found: Diagnostic) -> bool:
    return found.severity is Severity.ERROR


def _print(each: Loaded, found: tuple[Diagnostic, ...]) -> None:
    for mistake in found:
        click.echo(render(mistake, each.files))
    if found:
        codes = dict.fromkeys(mistake.code for mistake in found)
        click.echo(f"why, and what to write: adjudge rules why {' '.join(codes)}")
    errors = sum(map(_is_error, found))
    name = each.files[0].name
    if errors:
        counted = "1 mistake" if errors == 1 else f"{errors} mistakes"
        click.secho(f"{name}: {counted}", fg="red")
    else:
        click.secho(f"{name}: no mistakes", fg="green")


def _described(each: Loaded, found: tuple[Diagnostic, ...]) -> dict[str, object]:
    return {
        "file": each.files[0].name,
        "framework": each.framework.id if each.framework else None,
        "hash": each.framework.hash if each.framework else None,
        "diagnostics": [described(mistake) for mistake in found],
    }
