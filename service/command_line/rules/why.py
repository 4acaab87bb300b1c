"""`adjudge rules why`: what a mistake means, and what to write instead."""

import json

import click

from dsl.author.why import why as page_of
from dsl.diagnostic_codes import DIAGNOSTIC_CODES
from dsl.findings import nearest
from service.command_line.ending import Trouble


@click.command
@click.argument("codes", nargs=-1, metavar="[CODE]…")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
def why(codes: tuple[str, ...], *, as_json: bool) -> None:
    """Explain the codes of mistakes, each with an example and what to write instead.

    Without a code all codes are listed with what they mean.
    """
    unknown = next((code for code in codes if code not in DIAGNOSTIC_CODES), None)
    if unknown is not None:
        near = nearest(unknown, DIAGNOSTIC_CODES)
        raise Trouble(
            "no-such-code",
            f"there is no mistake of the code `{unknown}`",
            f"did you mean `{near}`" if near else "`adjudge rules why` lists them all",
        )
    if as_json:
        chosen = codes or tuple(DIAGNOSTIC_CODES)
        click.echo(json.dumps([_described(code) for code in chosen], indent=1))
    elif codes:
        click.echo("\n\n".join(f"{code}\n\n{page_of(code)}" for code in codes))
    else:
        width = max(map(len, DIAGNOSTIC_CODES))
        for code, means in DIAGNOSTIC_CODES.items():
            click.echo(f"{code:<{width}}  {means}")


def _described(code: str) -> dict[str, str | None]:
    return {"code": code, "means": DIAGNOSTIC_CODES[code], "page": page_of(code)}
