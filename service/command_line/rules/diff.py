"""`adjudge rules diff`: what two versions of the rules do differently."""

import json

import click

from dsl.author.change import Change, Spot
from dsl.author.diff import diff as changes_between
from service.command_line.ending import DONE
from service.command_line.rules.files import sound


@click.command
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def diff(ctx: click.Context, before: str, after: str, *, as_json: bool) -> None:
    """Show what changed in meaning between two frameworks, files or ids.

    A change of words, order, comments, sources or assumptions is no change of meaning.
    """
    old, new = sound(before).framework, sound(after).framework
    changes = changes_between(old, new) if old and new else ()
    if as_json and old and new:
        report = {
            "before": {"framework": old.id, "hash": old.hash},
            "after": {"framework": new.id, "hash": new.hash},
            "same": not changes,
            "changes": [_described(change) for change in changes],
        }
        click.echo(json.dumps(report, indent=1, ensure_ascii=False))
    elif not changes:
        click.echo(f"{after} means the same as {before}")
    else:
        for change in changes:
            click.echo(f"{change.sentence}  [{_places(change)}]")
    ctx.exit(DONE)


def _places(change: Change) -> str:
    spots = [_place(spot) for spot in (change.before, change.after) if spot]
    return " → ".join(spots)


def _place(spot: Spot) -> str:
    return f"{spot.file}, line {spot.line}"


def _described(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind.value,
        "about": change.about,
        "subjects": change.subjects,
        "sentence": change.sentence,
        "before": _spot(change.before),
        "after": _spot(change.after),
    }


def _spot(spot: Spot | None) -> dict[str, object] | None:
    return None if spot is None else {"file": spot.file, "line": spot.line}
