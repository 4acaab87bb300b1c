"""`adjudge rules pin`: which numbers and conditions no test depends on."""

import json
from itertools import groupby

import click

from dsl import Loaded, packaged_ids, run_test
from dsl.author.pin import LIMIT, Hold, Pin, TooManyRuns
from dsl.author.pin import pin as pins_of
from service.command_line.ending import DONE, WRONG, Trouble
from service.command_line.rules.files import based_on, chain, sound


@click.command
@click.argument("names", nargs=-1, metavar="[FILE | ID]…")
@click.option(
    "inherited",
    "--inherited",
    is_flag=True,
    help="Try the rules of the versions it is based on too.",
)
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def pin(
    ctx: click.Context, names: tuple[str, ...], *, inherited: bool, as_json: bool
) -> None:
    """Nudge every number and condition, and see which of them a test notices.

    Each rule file is tried with its own tests and those of the versions based on it;
    what it inherits is tried with the file that writes it, after it with --inherited.
    Without a name all packaged frameworks are tried.
    """
    named = names or packaged_ids()
    if inherited:
        named = tuple(dict.fromkeys(each for name in named for each in chain(name)))
    files = [_pinned(name) for name in named]
    if as_json:
        report = [_described(found, pins) for found, pins in files]
        click.echo(json.dumps(report, indent=1, ensure_ascii=False))
    else:
        for found, pins in files:
            _print(found, pins)
    ctx.exit(DONE)


def _pinned(name: str) -> tuple[Loaded, tuple[Pin, ...]]:
    found = sound(name)
    heirs = based_on(name, found.files[0].stem)
    for each in (found, *heirs):
        failing = [
            test.name
            for test in each.tests
            if each.framework and run_test(each.framework, test)
        ]
        if failing:
            raise Trouble(
                "test-failed",
                f"test “{failing[0]}” of {each.files[0].name} fails as it is",
                f"see `adjudge rules test {each.files[0].stem}`",
                exit_code=WRONG,
            )
    try:
        return found, pins_of(found, heirs)
    except TooManyRuns as refusal:
        raise Trouble(
            "too-many-runs",
            f"`{name}` would need more than {LIMIT:,} runs of its tests",
            "name a file with fewer numbers or tests",
            exit_code=WRONG,
        ) from refusal


def _print(found: Loaded, pins: tuple[Pin, ...]) -> None:
    name = found.files[0].name
    held = {hold: sum(each.hold is hold for each in pins) for hold in Hold}
    tried = len(pins) - held[Hold.BEYOND]
    click.echo(
        f"{name}: {tried} nudges; a test notices {held[Hold.TEST]},"
        f" a check refuses {held[Hold.CHECK]}, nothing notices {held[Hold.NOTHING]}"
    )
    loose = [each for each in pins if each.hold is Hold.NOTHING]
    for (line, about), group in groupby(
        loose, key=lambda each: (each.nudge.at.line, each.nudge.about)
    ):
        click.echo(f"  line {line}, {about}: no test depends on")
        for each in group:
            click.echo(f"    {each.nudge.what}")
    if held[Hold.BEYOND]:
        beyond = [each.nudge for each in pins if each.hold is Hold.BEYOND]
        click.echo("  no test can depend on these: tests give counts, not cases")
        for nudge in beyond:
            click.echo(f"    line {nudge.at.line}, {nudge.about}: {nudge.what}")


def _described(found: Loaded, pins: tuple[Pin, ...]) -> dict[str, object]:
    return {
        "file": found.files[0].name,
        "nudges": [
            {
                "line": each.nudge.at.line,
                "about": each.nudge.about,
                "change": each.nudge.what,
                "held_by": each.hold.value,
                "names": each.by,
            }
            for each in pins
        ],
    }
