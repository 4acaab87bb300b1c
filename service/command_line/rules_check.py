"""`adjudge rules check`: every mistake in a rule file, in one run."""

import json

import click

from dsl import Diagnostic, Loaded, Severity, run_test
from dsl.render import render
from service.command_line.ending import DONE, WRONG
from service.command_line.rule_files import described, loaded


@click.command
@click.argument("names", nargs=-1, metavar="[FILE | ID]…")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def check(ctx: click.Context, names: tuple[str, ...], *, as_json: bool) -> None:
    """Show every mistake in rule files, failing tests included.

    Without a name all packaged frameworks are checked. Exit 1 if there are mistakes.
    """
    files = [(each, _mistakes(each)) for each in loaded(names)]
    errors = sum(_is_error(found) for _, mistakes in files for found in mistakes)
    if as_json:
        click.echo(json.dumps([_described(*each) for each in files], indent=1))
    else:
        for each, mistakes in files:
            _print(each, mistakes)
    ctx.exit(WRONG if errors else DONE)


def _mistakes(each: Loaded) -> tuple[Diagnostic, ...]:
    if each.framework is None:
        return each.diagnostics
    failures = [run_test(each.framework, test) for test in each.tests]
    return each.diagnostics + tuple(found for failed in failures for found in failed)


def _is_error(found: Diagnostic) -> bool:
    return found.severity is Severity.ERROR


def _print(each: Loaded, mistakes: tuple[Diagnostic, ...]) -> None:
    for found in mistakes:
        click.echo(render(found, each.files))
    if mistakes:
        codes = dict.fromkeys(found.code for found in mistakes)
        click.echo(f"why, and what to write: adjudge rules why {' '.join(codes)}")
    errors = sum(map(_is_error, mistakes))
    name = each.files[0].name
    if errors:
        counted = "1 mistake" if errors == 1 else f"{errors} mistakes"
        click.secho(f"{name}: {counted}", fg="red")
    else:
        click.secho(f"{name}: no mistakes", fg="green")


def _described(each: Loaded, mistakes: tuple[Diagnostic, ...]) -> dict[str, object]:
    return {
        "file": each.files[0].name,
        "framework": each.framework.id if each.framework else None,
        "hash": each.framework.hash if each.framework else None,
        "diagnostics": [described(found) for found in mistakes],
    }
