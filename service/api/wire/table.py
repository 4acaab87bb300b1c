"""Results to take away: the same rows as CSV, as lines of JSON, or as a spreadsheet.

Rows are sent as they are made, whatever there are of them. A cell never begins like a
formula: a spreadsheet would carry it out.
"""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO

import msgspec
from aiohttp import web
from msgspec import Struct
from openpyxl import Workbook

from service.api.wire.route import JSON
from service.api.wire.showing import link_to

CSV, LINES = "text/csv", "application/x-ndjson"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = (JSON, LINES, CSV, SHEET)
"""What a list may be asked for as; the first is what is given where nobody says."""

Rows = AsyncIterator[Sequence[Struct]]
"""Rows of one type, some at a time."""

_BEGINS_A_FORMULA = re.compile(r"[=+\-@\t\r]")
_NOT_IN_A_SHEET = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MOST_ROWS = 1_000_000  # of one sheet; programs take 1,048,576
_CHUNK = 256 * 1024  # bytes


def form_asked(request: web.Request, forms: Sequence[str] = FORMS) -> str:
    """The form that `Accept` likes best; the first one where it likes none."""
    liked: dict[str, float] = {}
    for each in request.headers.get("Accept", "").split(","):
        media, *parameters = (part.strip().lower() for part in each.split(";"))
        liked[media] = next(map(_weight, filter(_is_weight, parameters)), 1.0)
    best = max(forms, key=lambda form: liked.get(form, 0.0))
    return best if liked.get(best) else forms[0]


def table(
    rows: Rows,
    type_: type[Struct],
    *,
    form: str,
    name: str,
    next_: str | None = None,
) -> web.Response:
    """A download of rows; `name` is that of the file, without its ending.

    `next_` is the address of what follows, where these are the rows of a page.
    """
    ending, made = _MADE[form]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    if next_ is not None:
        headers["Link"] = link_to(next_)
    return web.Response(
        body=made(rows, [field.name for field in msgspec.structs.fields(type_)]),
        content_type=form,
        charset="utf-8" if form == CSV else None,
        headers=headers,
    )


async def at_once(rows: Sequence[Struct]) -> Rows:
    """Rows that are there already."""
    yield rows


async def _csv(rows: Rows, columns: Sequence[str]) -> AsyncIterator[bytes]:
    yield _csv_lines([columns])
    async for some in rows:
        yield _csv_lines([_cells(row) for row in some])


def _csv_lines(lines: Sequence[Sequence[object]]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(lines)
    return file.getvalue().encode()


async def _json_lines(rows: Rows, _: Sequence[str]) -> AsyncIterator[bytes]:
    async for some in rows:
        yield msgspec.json.Encoder().encode_lines(some)


async def _sheet(rows: Rows, columns: Sequence[str]) -> AsyncIterator[bytes]:
    """A spreadsheet is made on disk first: its table of contents comes last."""
    book = Workbook(write_only=True)
    sheet, written = book.create_sheet(), 0
    sheet.append(columns)
    async for some in rows:
        if written + len(some) > _MOST_ROWS:
            sheet, written = book.create_sheet(), 0
            sheet.append(columns)
        await asyncio.to_thread(_append, sheet.append, some)
        written += len(some)
    with await asyncio.to_thread(TemporaryFile) as file:
        await asyncio.to_thread(book.save, file)
        file.seek(0)
        while chunk := await asyncio.to_thread(_read, file):
            yield chunk


def _append(append: Callable[[Sequence[object]], None], rows: Sequence[Struct]) -> None:
    for row in rows:
        append([_in_a_sheet(cell) for cell in _cells(row)])


def _in_a_sheet(cell: object) -> object:
    return _NOT_IN_A_SHEET.sub("\ufffd", cell) if isinstance(cell, str) else cell


def _read(file: IO[bytes]) -> bytes:
    return file.read(_CHUNK)


def _cells(row: Struct) -> Sequence[object]:
    return [_harmless(cell) for cell in msgspec.structs.astuple(row)]


def _harmless(cell: object) -> object:
    """The cell as text that no spreadsheet takes for a formula."""
    if isinstance(cell, tuple):
        cell = " ".join(map(str, cell))
    if isinstance(cell, str) and _BEGINS_A_FORMULA.match(cell):
        return f"'{cell}"
    return cell


def _is_weight(parameter: str) -> bool:
    return parameter.startswith("q=")


def _weight(parameter: str) -> float:
    try:
        return float(parameter.removeprefix("q="))
    except ValueError:
        return 0.0


_MADE: Mapping[
    str, tuple[str, Callable[[Rows, Sequence[str]], AsyncIterator[bytes]]]
] = MappingProxyType(
    {
        CSV: ("csv", _csv),
        LINES: ("ndjson", _json_lines),
        SHEET: ("xlsx", _sheet),
    }
)
