"""A caseload file, CSV or XLSX, read into cases with every mistake found at once.

Only the columns a framework's samples need are read: the reference, the start and the
facts. No message repeats what a cell holds, so that no name that strayed into a file
comes out of it again.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from hashlib import sha256

from dsl.framework import Fact, Framework
from dsl.rating.wording import listed
from dsl.sampling.eligibility import Case
from service.sampling.caseload_table import (
    Cell,
    FaultyCaseload,
    Special,
    Table,
    read_table,
)

REFERENCE = "case"
STARTED = "started"

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,62}")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d\d)-(\d\d)([ T][\d:.]+)?")
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_SPOKEN = {"true": "yes", "false": "no"}


@dataclass(frozen=True, slots=True)
class Caseload:
    """Every case of a file without mistakes, in the order of its rows."""

    cases: tuple[Case, ...]
    digest: str  # "sha256:…" of the file's bytes
    ignored: tuple[str, ...]  # headings of columns that were not read
    remarks: tuple[str, ...]  # how the file was understood, one clause each


class BadCells(Exception):
    """A file with mistakes, each one clause with its row and column."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(f"{len(faults)} mistakes")
        self.faults = tuple(faults)


class _Wrong(Exception):
    """A cell does not hold what its column asks for; says what would be right."""


def read_caseload(file: bytes, framework: Framework) -> Caseload:
    """Read a file for one framework; raises FaultyCaseload or BadCells."""
    table = read_table(file)
    columns = _columns(table.headings, framework)
    _refuse_formulas(table, columns)
    faults: list[str] = []
    rows = (row for row in enumerate(table.rows, start=2) if any(row[1]))
    cases = tuple(_case(row, columns, framework.facts, faults) for row in rows)
    if faults:
        raise BadCells(faults)
    if not cases:
        raise FaultyCaseload("no-cases", "the file has no cases", "give each a row")
    read = columns.values()
    return Caseload(
        cases,
        f"sha256:{sha256(file).hexdigest()}",
        tuple(
            name for at, name in enumerate(table.headings) if name and at not in read
        ),
        (*table.remarks, *_order_of_dates(table, columns)),
    )


def needed_columns(framework: Framework) -> tuple[str, ...]:
    """Headings a file must have for the samples of a framework to be drawn."""
    samples = framework.samples.values()
    facts = {test.fact for sample in samples for test in sample.where}
    facts |= {fact for sample in samples for fact in sample.matched_on}
    started = any(sample.started_months for sample in samples)
    return (
        REFERENCE,
        *([STARTED] if started else []),
        *(fact for fact in framework.facts if fact in facts),
    )


def _columns(headings: Sequence[str], framework: Framework) -> Mapping[str, int]:
    """Place of each needed column; capitals and blanks in headings do not matter."""
    plain = [_plain(heading) for heading in headings]
    needed = needed_columns(framework)
    missing = [name for name in needed if _plain(name) not in plain]
    if missing:
        guesses = "".join(_guess(name, plain) for name in missing)
        raise FaultyCaseload(
            "missing-column",
            f"no column is headed {listed([f'`{name}`' for name in missing], 'or')}"
            f"{guesses}",
            f"`{framework.id}` needs {listed([f'`{name}`' for name in needed])}",
        )
    twice = [name for name in needed if plain.count(_plain(name)) > 1]
    if twice:
        raise FaultyCaseload(
            "column-twice",
            f"more than one column is headed {listed([f'`{name}`' for name in twice])}",
            "keep one of them",
        )
    return {name: plain.index(_plain(name)) for name in needed}


def _guess(name: str, plain: Sequence[str]) -> str:
    """A place and not the heading: a file without headings has a case in their row."""
    close = get_close_matches(_plain(name), plain, n=1)
    return f" (is column {plain.index(close[0]) + 1} `{name}`?)" if close else ""


def _refuse_formulas(table: Table, columns: Mapping[str, int]) -> None:
    for number, cells in enumerate(table.rows, start=2):
        for name, at in columns.items():
            if cells[at] is Special.FORMULA:
                raise FaultyCaseload(
                    "formula",
                    f"row {number}, column {at + 1} (`{name}`) holds a formula",
                    "paste the values over the formulas",
                )


def _case(
    row: tuple[int, Sequence[Cell]],
    columns: Mapping[str, int],
    facts: Mapping[str, Fact],
    faults: list[str],
) -> Case:
    """A case as far as its cells can be understood; the others are added to faults."""
    number, cells = row

    understood: dict[str, str | date | None] = {}
    for name, at in columns.items():
        try:
            understood[name] = _understand(name, cells[at], facts)
        except _Wrong as wrong:
            faults.append(f"row {number}, column {at + 1} (`{name}`): {wrong}")
    return Case(
        str(understood.pop(REFERENCE, "")),
        number,
        started if isinstance(started := understood.pop(STARTED, None), date) else None,
        {name: str(value) for name, value in understood.items() if value is not None},
    )


def _understand(name: str, cell: Cell, facts: Mapping[str, Fact]) -> str | date | None:
    if name == REFERENCE:
        return _reference(cell)
    if cell is None:
        return None
    if name == STARTED:
        return _day(cell)
    return _value(cell, facts[name])


def _reference(cell: Cell) -> str:
    if isinstance(cell, str) and _REFERENCE.fullmatch(cell):
        return cell
    raise _Wrong("up to 63 letters, digits, dots and hyphens make a reference")


def _day(cell: Cell) -> date:
    if isinstance(cell, date):
        return cell
    text = cell if isinstance(cell, str) else ""
    try:
        if found := _YEAR_FIRST.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DAY_FIRST.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError as error:
        raise _Wrong("there is no such day") from error
    raise _Wrong("write a day as `2018-09-30` or `30/09/2018`")


def _value(cell: Cell, fact: Fact) -> str:
    values = {_plain(value): value for value in fact.values}
    said = _plain(cell) if isinstance(cell, str) else ""
    said = _SPOKEN.get(said, said) if _SPOKEN.keys().isdisjoint(values) else said
    if said in values:
        return values[said]
    close = get_close_matches(said, values, n=1)
    if close:
        raise _Wrong(f"not a known value, `{values[close[0]]}` may be meant")
    raise _Wrong(f"none of {listed([f'`{value}`' for value in fact.values], 'or')}")


def _order_of_dates(table: Table, columns: Mapping[str, int]) -> Iterator[str]:
    at = columns.get(STARTED)
    if at is None:
        return
    read = [
        number
        for number, cells in enumerate(table.rows, start=2)
        if isinstance(cell := cells[at], str) and _DAY_FIRST.fullmatch(cell)
    ]
    if read:
        yield f"days written as in row {read[0]} were read day first"


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
