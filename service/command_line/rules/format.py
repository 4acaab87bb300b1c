"""`adjudge rules format`: tidies the whitespace of rule files and nothing else."""

import json
from pathlib import Path
from tempfile import NamedTemporaryFile

import click

from dsl import Diagnostic, Severity
from dsl.render import render
from dsl.text.layout import layout, words
from dsl.text.parse import parse
from service.command_line.ending import DONE, WRONG, Trouble
from service.command_line.rules.files import Named, described, named


@click.command("format")
@click.argument("names", nargs=-1, metavar="[FILE | ID]…")
@click.option("only_check", "--check", is_flag=True, help="Change nothing; exit 1.")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def format_(
    ctx: click.Context, names: tuple[str, ...], *, only_check: bool, as_json: bool
) -> None:
    """Tidy the whitespace of rule files; comments and every word stay as they are.

    Of a folder every rule file is tidied; without a name all packaged frameworks are
    looked at. Files with words that cannot be read are left alone, and if there is
    one, so are all the others.
    """
    files = named(names)
    unread = {each.source.name: _unread(each) for each in files}
    texts = [each for each in files if each.is_text]
    tidied = {each.source.name: layout(each.source) for each in texts}
    changed = [each for each in texts if tidied[each.source.name] != _text(each)]
    may_write = not only_check and not any(unread.values())
    if may_write:
        _refuse_packaged(changed)
        for each in changed:
            _write(each, tidied[each.source.name])
    if as_json:
        report = [
            {
                "file": each.source.name,
                "changed": each in changed,
                "written": each in changed and may_write,
                "diagnostics": [described(found) for found in unread[each.source.name]],
            }
            for each in files
        ]
        click.echo(json.dumps(report, indent=1))
    else:
        for each in files:
            _say(
                each,
                unread[each.source.name],
                is_changed=each in changed,
                tidy=may_write,
            )
    ctx.exit(WRONG if any(unread.values()) or (only_check and changed) else DONE)


def _text(each: Named) -> str:
    """As it lies on disk, where a byte-order mark or carriage returns still show."""
    if each.path is None:
        return each.source.text
    return each.path.read_bytes().decode("utf-8")


def _unread(each: Named) -> tuple[Diagnostic, ...]:
    if not each.is_text:
        return each.loaded.diagnostics
    return tuple(
        found
        for found in parse(each.source).diagnostics
        if found.code != "tab" and found.severity is Severity.ERROR
    )


def _refuse_packaged(changed: list[Named]) -> None:
    for each in changed:
        if each.path is None:
            raise Trouble(
                "packaged",
                f"`{each.source.stem}` comes with the service and is not rewritten",
                "name its file, or use --check",
            )


def _write(each: Named, text: str) -> None:
    """Put the whole new text in place at once, or leave the old one."""
    path = each.path
    if path is None or words(text) != words(each.source.text):
        raise Trouble(
            "not-the-same",
            f"tidying `{each.source.name}` would change more than whitespace",
            "report this; the file is untouched",
            exit_code=WRONG,
        )
    try:
        _put(path.resolve(), text)
    except OSError as error:
        raise Trouble(
            "unwritable",
            f"`{path}` cannot be written",
            f"see to its permissions ({error.strerror})",
        ) from error


def _put(path: Path, text: str) -> None:
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, delete=False
    ) as fresh:
        beside = Path(fresh.name)
        try:
            fresh.write(text)
            fresh.flush()
            beside.chmod(path.stat().st_mode)
            beside.replace(path)
        except OSError:
            beside.unlink()
            raise


def _say(
    each: Named, unread: tuple[Diagnostic, ...], *, is_changed: bool, tidy: bool
) -> None:
    for found in unread:
        click.echo(f"{render(found, each.loaded.files)}\n")
    name = each.source.name
    if unread:
        click.secho(f"{name}: left alone until this is mended", fg="red")
    elif not is_changed:
        click.secho(f"{name}: tidy", fg="green")
    else:
        click.echo(f"{name}: {'tidied' if tidy else 'not tidy'}")
