"""`adjudge rules test`: the tests written in rule files, expected beside actual."""

import json

import click

from dsl import Diagnostic, Loaded, Severity, run_test
from dsl.render import render
from dsl.rule_test import RuleTest
from service.command_line.ending import DONE, WRONG
from service.command_line.rule_files import described, loaded

Tried = tuple[tuple[RuleTest, tuple[Diagnostic, ...]], ...]


@click.command
@click.argument("names", nargs=-1, metavar="[FILE | ID]…")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def test(ctx: click.Context, names: tuple[str, ...], *, as_json: bool) -> None:
    """Run the tests written in rule files.

    Without a name those of all packaged frameworks are run. Exit 1 if a test fails, or
    if a file has mistakes that keep its tests from running.
    """
    files = [(each, _tried(each)) for each in loaded(names)]
    if as_json:
        click.echo(json.dumps([_described(*each) for each in files], indent=1))
    else:
        for each, tried in files:
            _print(each, tried)
    passed = all(_passed(*each) for each in files)
    ctx.exit(DONE if passed else WRONG)


def _tried(each: Loaded) -> Tried:
    if each.framework is None:
        return ()
    framework = each.framework
    return tuple((case, run_test(framework, case)) for case in each.tests)


def _passed(each: Loaded, tried: Tried) -> bool:
    return each.framework is not None and not any(failures for _, failures in tried)


def _print(each: Loaded, tried: Tried) -> None:
    name = each.files[0].name
    if each.framework is None:
        errors = [d for d in each.diagnostics if d.severity is Severity.ERROR]
        for found in errors:
            click.echo(f"{render(found, each.files)}\n")
        click.secho(f"{name}: its tests cannot run until this is mended", fg="red")
        return
    for case, failures in tried:
        click.echo(f"{_verdict(failures)}  {name}, line {case.span.line}: {case.name}")
        for failure in failures:
            click.echo(f"\n{render(failure, each.files)}\n")
    failed = sum(bool(failures) for _, failures in tried)
    click.echo(f"{name}: {len(tried) - failed} passed, {failed} failed")


def _verdict(failures: tuple[Diagnostic, ...]) -> str:
    if failures:
        return click.style("failed", fg="red")
    return click.style("passed", fg="green")


def _described(each: Loaded, tried: Tried) -> dict[str, object]:
    return {
        "file": each.files[0].name,
        "framework": each.framework.id if each.framework else None,
        "diagnostics": [described(found) for found in each.diagnostics],
        "tests": [
            {
                "name": case.name,
                "line": case.span.line,
                "passed": not failures,
                "failures": [described(failure) for failure in failures],
            }
            for case, failures in tried
        ],
    }
