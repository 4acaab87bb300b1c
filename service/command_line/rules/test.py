"""`adjudge rules test`: the tests written in rule files, expected beside actual."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from dsl import Diagnostic, Loaded, Severity, run_test
from dsl.author.coverage import Reach, reaches
from dsl.render import render
from dsl.rule_test import RuleTest
from service.command_line.ending import DONE, WRONG, Trouble
from service.command_line.junit import Case, Failure, as_junit
from service.command_line.rules.files import described, loaded

Tried = tuple[tuple[RuleTest, tuple[Diagnostic, ...]], ...]


@click.command
@click.argument("names", nargs=-1, metavar="[FILE | ID]…")
@click.option("covered", "--coverage", is_flag=True, help="Show what no test reaches.")
@click.option("junit", "--junit", metavar="FILE", help="Write JUnit XML to FILE.")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def test(
    ctx: click.Context,
    names: tuple[str, ...],
    *,
    covered: bool,
    junit: str | None,
    as_json: bool,
) -> None:
    """Run the tests written in rule files.

    Of a folder those of every rule file are run; without a name those of all packaged
    frameworks. Exit 1 if a test fails, or
    if a file has mistakes that keep its tests from running.
    """
    files = [(each, _tried(each)) for _, each in loaded(names)]
    if junit is not None:
        suites = [(each.files[0].name, _cases(each, tried)) for each, tried in files]
        _write(junit, as_junit(suites))
    if as_json:
        click.echo(json.dumps([_described(*each) for each in files], indent=1))
    else:
        for each, tried in files:
            _print(each, tried)
            if covered:
                _print_coverage(_reaches(each))
    passed = all(_passed(*each) for each in files)
    ctx.exit(DONE if passed else WRONG)


def _tried(each: Loaded) -> Tried:
    if each.framework is None:
        return ()
    framework = each.framework
    return tuple((case, run_test(framework, case)) for case in each.tests)


def _reaches(each: Loaded) -> tuple[Reach, ...]:
    return reaches(each.framework, each.tests) if each.framework else ()


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


def _print_coverage(found: tuple[Reach, ...]) -> None:
    missed = [reach for reach in found if not reach.tests]
    click.echo(
        f"  {len(found) - len(missed)} of {len(found)} bands, rows and rules reached"
    )
    for reach in missed:
        click.echo(
            f"  {reach.at.file}, line {reach.at.line}: no test reaches {reach.what}"
        )


def _write(file: str, report: bytes) -> None:
    try:
        Path(file).write_bytes(report)
    except OSError as error:
        raise Trouble(
            "unwritable",
            f"`{file}` cannot be written",
            f"name a file in a folder that can be written to ({error.strerror})",
        ) from error


def _cases(each: Loaded, tried: Tried) -> Sequence[Case]:
    """The tests of a file; one that is broken stands for all that could not run."""
    name = each.files[0].name
    if each.framework is None:
        errors = [d for d in each.diagnostics if d.severity is Severity.ERROR]
        failures = _failures(each, errors)
        return (Case("can be read", name, errors[0].span.line, failures, broken=True),)
    return tuple(
        Case(case.name, name, case.span.line, _failures(each, failures))
        for case, failures in tried
    )


def _failures(each: Loaded, found: Sequence[Diagnostic]) -> tuple[Failure, ...]:
    return tuple(Failure(one.message, render(one, each.files)) for one in found)


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
        "coverage": [
            {
                "file": reach.at.file,
                "line": reach.at.line,
                "kind": reach.kind,
                "what": reach.what,
                "tests": reach.tests,
            }
            for reach in _reaches(each)
        ],
    }
