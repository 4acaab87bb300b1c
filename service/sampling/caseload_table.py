"""The table in a caseload file: CSV or XLSX in, headings and rows of plain cells out.

A file is refused whole, in one sentence, if it is too large, holds macros or is of no
kind that can be read; nothing in it is ever carried out.
"""

import csv
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from io import BytesIO, StringIO
from itertools import islice
from zipfile import BadZipFile, ZipFile

import openpyxl

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 200

_ZIPPED = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # also what a password makes of XLSX
_SEPARATORS = (",", ";")


class Special(Enum):
    """What a cell holds that is no value."""

    FORMULA = "formula"


Cell = str | date | Special | None
"""Text without blanks at its ends; None where there is none."""


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and the rows below them; each row is as long as the headings."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    remarks: tuple[str, ...] = ()


class FaultyCaseload(Exception):
    """The file cannot be read: a stable code, one sentence and a way out."""

    def __init__(self, code: str, sentence: str, way_out: str) -> None:
        super().__init__(f"{sentence}; {way_out}")
        self.code = code
        self.sentence = sentence
        self.way_out = way_out


def read_table(file: bytes) -> Table:
    """Read a file by what it holds, whatever it is called; raises FaultyCaseload."""
    if len(file) > MOST_BYTES:
        raise FaultyCaseload(
            "too-large",
            f"the file is larger than {MOST_BYTES // 1024**2} MB",
            "leave out the columns that are not needed",
        )
    if file.startswith(_OLD_EXCEL):
        raise FaultyCaseload(
            "not-a-table",
            "the file is an old Excel file or has a password",
            "save it as XLSX or as CSV UTF-8, without a password",
        )
    if file.startswith(_ZIPPED):
        rows, remarks = _read_xlsx(file)
    else:
        rows, remarks = _read_csv(file), ()
    headings = [str(cell) if isinstance(cell, str) else "" for cell in next(rows, ())]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise FaultyCaseload(
            "no-headings", "the first row has no headings", "head every column"
        )
    return Table(tuple(headings), tuple(_below(rows, len(headings))), remarks)


def _below(rows: Iterator[Sequence[Cell]], width: int) -> Iterator[tuple[Cell, ...]]:
    if width > MOST_COLUMNS:
        raise _too_many("columns", MOST_COLUMNS)
    for number, cells in enumerate(rows, start=2):
        if number > MOST_ROWS + 1:
            raise _too_many("rows", MOST_ROWS)
        if any(cell is not None for cell in cells[width:]):
            raise FaultyCaseload(
                "ragged-row",
                f"row {number} has more cells than there are headings",
                "put text that holds a separator in double quotes",
            )
        yield (*cells[:width], *[None] * (width - len(cells)))


def _too_many(what: str, most: int) -> FaultyCaseload:
    return FaultyCaseload(
        "too-large",
        f"the file has more than {most:,} {what}",
        "leave out what is not needed",
    )


def _read_csv(file: bytes) -> Iterator[Sequence[Cell]]:
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FaultyCaseload(
            "not-utf-8",
            f"byte {error.start + 1} is not UTF-8",
            "save the file as XLSX or as CSV UTF-8",
        ) from error
    if "\0" in text:
        raise FaultyCaseload(
            "not-a-table", "the file is neither CSV nor XLSX", "save it as one of them"
        )
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield [_of_csv(cell) for cell in cells]
    except csv.Error as error:
        raise FaultyCaseload(
            "broken-row",
            f"line {reader.line_num} does not end as a CSV row does",
            "see to its double quotes",
        ) from error


def _of_csv(cell: str) -> Cell:
    value = cell.strip()
    return Special.FORMULA if value.startswith(("=", "@")) else value or None


def _read_xlsx(file: bytes) -> tuple[Iterator[Sequence[Cell]], tuple[str, ...]]:
    _look_inside(file)
    try:
        with warnings.catch_warnings(action="ignore"):  # of styles it does not know
            book = openpyxl.load_workbook(
                BytesIO(file), read_only=True, keep_links=False
            )
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its size may be wrong
            rows = [
                [_of_xlsx(cell.value, cell.data_type) for cell in row]
                for row in islice(
                    sheet.iter_rows(max_col=MOST_COLUMNS + 1), MOST_ROWS + 2
                )
            ]
            sheets = len(book.sheetnames)
            book.close()
    except Exception as error:  # the reader raises whatever its parts do
        raise FaultyCaseload(
            "not-a-table", "the file is no whole XLSX file", "save it as XLSX again"
        ) from error
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    remark = f"the first of {sheets} sheets was read"
    return iter(rows), (remark,) if sheets > 1 else ()


def _look_inside(file: bytes) -> None:
    """Refuse by the list of contents alone, before anything is unpacked."""
    try:
        contents = ZipFile(BytesIO(file)).infolist()
    except (BadZipFile, NotImplementedError, ValueError) as error:  # the second is how
        # zipfile says that it cannot unpack what the list of contents asks for
        raise FaultyCaseload(
            "not-a-table", "the file is no whole XLSX file", "save it as XLSX again"
        ) from error
    if any(
        entry.filename.lower().endswith(".bin") and "vba" in entry.filename.lower()
        for entry in contents
    ):
        raise FaultyCaseload(
            "macros", "the file holds macros", "save it as XLSX without them"
        )
    if sum(entry.file_size for entry in contents) > MOST_UNPACKED:
        raise FaultyCaseload(
            "too-large",
            f"the file unpacks to more than {MOST_UNPACKED // 1024**2} MB",
            "leave out the columns that are not needed",
        )


def _of_xlsx(value: object, data_type: str) -> Cell:
    if data_type == "f":
        return Special.FORMULA
    match value:
        case None:
            return None
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).strip() or None
