"""Caseload files: what is read, what is not, and how mistakes are told."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl import load, packaged
from dsl.framework import Framework
from dsl.source import SourceFile
from service.sampling import caseload_table
from service.sampling.caseload import BadCells, Caseload, needed_columns, read_caseload
from service.sampling.caseload_table import FaultyCaseload

HEADINGS = (
    "case,started,disposal,gender,risk of serious harm,safety and wellbeing level"
)
ROW = "C-1,2018-04-01,community sentence,female,low,high"


def youth() -> Framework:
    framework = packaged("youth-2018").framework
    assert framework is not None
    return framework


def read(*lines: str) -> Caseload:
    return read_caseload("\n".join(lines).encode(), youth())


def workbook(*rows: Sequence[object], sheets: int = 1) -> bytes:
    book = openpyxl.Workbook()
    for _ in range(1, sheets):
        book.create_sheet()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def refusal(file: bytes) -> FaultyCaseload:
    with pytest.raises(FaultyCaseload) as refused:
        read_caseload(file, youth())
    return refused.value


def faults(*lines: str) -> tuple[str, ...]:
    with pytest.raises(BadCells) as bad:
        read(*lines)
    return bad.value.faults


def test_a_row_is_a_case_with_its_start_and_facts() -> None:
    (case,) = read(HEADINGS, ROW).cases

    assert (case.reference, case.row) == ("C-1", 2)
    assert case.started_on == date(2018, 4, 1)
    assert case.facts == {
        "disposal": "community sentence",
        "gender": "female",
        "risk of serious harm": "low",
        "safety and wellbeing level": "high",
    }


def test_columns_are_those_the_samples_look_at() -> None:
    resettled = packaged("youth-2021").framework
    assert resettled is not None

    assert needed_columns(youth()) == (
        "case",
        "started",
        "disposal",
        "gender",
        "risk of serious harm",
        "safety and wellbeing level",
    )
    assert "started" not in needed_columns(resettled)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace(",", ";"), id="semicolons"),
        pytest.param(lambda text: "\ufeff" + text, id="a byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(lambda text: text.replace("gender", " GENDER "), id="capitals"),
        pytest.param(lambda text: text.replace("female", "Female "), id="a capital"),
        pytest.param(lambda text: text.replace("low", '"low"'), id="quotes"),
        pytest.param(lambda text: text + "\n\n,,\n", id="empty rows at the end"),
        pytest.param(
            lambda text: text.replace("2018-04-01", "1/4/2018"), id="day first"
        ),
        pytest.param(
            lambda text: text.replace("2018-04-01", "2018-04-01 00:00:00"),
            id="midnight",
        ),
    ],
)
def test_a_file_reads_the_same_with(change: Callable[[str], str]) -> None:
    plain = f"{HEADINGS}\n{ROW}"

    changed = read_caseload(change(plain).encode(), youth())

    assert changed.cases == read(plain).cases


def test_a_workbook_reads_as_the_same_csv_does() -> None:
    cells: list[object] = [*ROW.split(",")]
    cells[1] = datetime(2018, 4, 1)  # noqa: DTZ001 - spreadsheets have no time zone
    file = workbook(HEADINGS.split(","), cells, [None] * 6)

    assert read_caseload(file, youth()).cases == read(HEADINGS, ROW).cases


def test_numbers_and_days_of_a_workbook_are_read_as_they_show() -> None:
    cells: list[object] = [*ROW.split(",")]
    cells[0], cells[1] = 17.0, date(2018, 4, 1)
    more: list[object] = [18, True, 1.5, 2, "", None]

    parts = _unzipped(workbook(HEADINGS.split(","), cells))
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"<v>17</v>", b"<v>1.7E1</v>")

    (case,) = read_caseload(_zipped(parts), youth()).cases
    with pytest.raises(BadCells) as bad:
        read_caseload(workbook(HEADINGS.split(","), more), youth())

    assert (case.reference, case.started_on) == ("17", date(2018, 4, 1))
    assert len(bad.value.faults) == 3


def test_a_yes_or_no_fact_takes_what_spreadsheets_write_for_it() -> None:
    from_true, from_yes = (
        read_caseload(file, _with_yes_or_no())
        for file in (
            b"case,urgent\nC-1,TRUE\n",
            workbook(["case", "urgent"], ["C-1", True]),
        )
    )

    assert from_true.cases == from_yes.cases
    assert from_true.cases[0].facts == {"urgent": "yes"}


def test_other_columns_are_not_read_and_named() -> None:
    read_of = read(f"name,{HEADINGS},", f"Jo Bloggs,{ROW}")

    assert read_of.ignored == ("name",)
    assert "Bloggs" not in repr(read_of)


def test_an_empty_cell_is_a_fact_not_known() -> None:
    (case,) = read(HEADINGS, "C-1,,,,,high").cases

    assert case.started_on is None
    assert case.facts == {"safety and wellbeing level": "high"}


def test_a_short_row_ends_in_facts_not_known() -> None:
    (case,) = read(HEADINGS, "C-1,2018-04-01").cases

    assert case.facts == {}


def test_every_bad_cell_is_told_with_its_place_and_without_what_it_holds() -> None:
    told = faults(
        HEADINGS,
        ROW,
        "Jo Bloggs,31/02/2018,comunity sentence,Bloggs,low,high",
        ",01/04/18,community sentence,female,low,high",
    )

    reference = "up to 63 letters, digits, dots and hyphens make a reference"
    meant = "not a known value, `community sentence` may be meant"
    assert told == (
        f"row 3, column 1 (`case`): {reference}",
        "row 3, column 2 (`started`): there is no such day",
        f"row 3, column 3 (`disposal`): {meant}",
        "row 3, column 4 (`gender`): none of `female`, `male` or `other`",
        f"row 4, column 1 (`case`): {reference}",
        "row 4, column 2 (`started`): write a day as `2018-09-30` or `30/09/2018`",
    )


def test_days_with_strokes_are_read_day_first_and_it_is_said() -> None:
    caseload = read(
        HEADINGS, ROW, ROW.replace("C-1", "C-2").replace("2018-04-01", "4/5/2018")
    )

    assert caseload.cases[1].started_on == date(2018, 5, 4)
    assert caseload.remarks == ("days written as in row 3 were read day first",)


def test_only_the_first_sheet_is_read_and_it_is_said() -> None:
    file = workbook(HEADINGS.split(","), [*ROW.split(",")], sheets=3)

    assert read_caseload(file, youth()).remarks == ("the first of 3 sheets was read",)


def test_missing_columns_are_named_at_once_with_a_guess_by_place() -> None:
    told = refusal(b"Case no,started,disposal,gendr\n")

    assert told.code == "missing-column"
    assert told.sentence == (
        "no column is headed `case`, `gender`, `risk of serious harm` or"
        " `safety and wellbeing level` (is column 1 `case`?) (is column 4 `gender`?)"
    )


@pytest.mark.parametrize(
    ("file", "code"),
    [
        pytest.param(b"", "no-headings", id="nothing"),
        pytest.param(b"\n\n", "no-headings", id="empty lines"),
        pytest.param(HEADINGS.encode(), "no-cases", id="headings alone"),
        pytest.param(
            f"{HEADINGS},case\n{ROW}".encode(), "column-twice", id="two cases"
        ),
        pytest.param(
            f"{HEADINGS}\n{ROW},x".encode(), "ragged-row", id="a cell too many"
        ),
        pytest.param(f'{HEADINGS}\n"C-1'.encode(), "broken-row", id="an open quote"),
        pytest.param(HEADINGS.encode("utf-16"), "not-utf-8", id="UTF-16"),
        pytest.param(b"case\0", "not-a-table", id="a NUL"),
        pytest.param(b"\xd0\xcf\x11\xe0old", "not-a-table", id="an old Excel file"),
        pytest.param(b"PK\x03\x04rest", "not-a-table", id="half a zip"),
        pytest.param(
            f"{HEADINGS}\n=1+1,2018-04-01".encode(), "formula", id="a formula in CSV"
        ),
        pytest.param(
            workbook(HEADINGS.split(","), ["C-1", "=TODAY()"]),
            "formula",
            id="a formula",
        ),
        pytest.param(
            b"x" * (caseload_table.MOST_BYTES + 1), "too-large", id="too large"
        ),
        pytest.param(b",".join([b"x"] * 201), "too-large", id="too many columns"),
        pytest.param(
            HEADINGS.encode() + b"\nx" * (caseload_table.MOST_ROWS + 1),
            "too-large",
            id="too many rows",
        ),
    ],
)
def test_a_file_is_refused_for(file: bytes, code: str) -> None:
    assert refusal(file).code == code


def test_a_formula_in_a_column_that_is_not_read_does_no_harm() -> None:
    file = workbook([*HEADINGS.split(","), "age"], [*ROW.split(","), "=1+1"])

    assert len(read_caseload(file, youth()).cases) == 1


def test_a_workbook_with_macros_is_refused() -> None:
    assert refusal(_zipped({"xl/vbaProject.bin": b"macro"})).code == "macros"


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    assert refusal(_zipped({"readme.txt": b"hello"})).code == "not-a-table"


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread() -> None:
    huge = _zipped({"xl/workbook.xml": b"\0" * (caseload_table.MOST_UNPACKED + 1)})

    assert len(huge) < 1024**2
    assert refusal(huge).code == "too-large"


def test_a_workbook_that_blows_up_while_parsed_is_refused() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><workbook>&e9;</workbook>'
    parts = _unzipped(workbook(HEADINGS.split(","), [*ROW.split(",")]))

    file = _zipped(parts | {"xl/workbook.xml": bomb.encode()})

    assert refusal(file).code == "not-a-table"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_in_one_sentence(
    data: st.DataObject,
) -> None:
    parts = _unzipped(workbook(HEADINGS.split(","), [*ROW.split(",")]))
    name = data.draw(st.sampled_from(sorted(parts)))
    at = data.draw(st.integers(0, len(parts[name])))
    length = data.draw(st.integers(0, 20))
    noise = data.draw(st.binary(max_size=6))
    parts[name] = parts[name][:at] + noise + parts[name][at + length :]

    assert not any("\n" in said for said in _sentences(_zipped(parts)))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*HEADINGS, *ROW, '"', "\r", "\n", "é", "\x85"])))
def test_any_text_is_read_or_refused_in_one_sentence(pieces: list[str]) -> None:
    file = f"{HEADINGS}\n{ROW}\n{''.join(pieces)}".encode()

    assert not any("\n" in said for said in _sentences(file))


def _sentences(file: bytes) -> tuple[str, ...]:
    """What is said against a file; nothing if it can be read."""
    try:
        read_caseload(file, youth())
    except FaultyCaseload as refused:
        return (str(refused),)
    except BadCells as bad:
        return bad.faults
    return ()


def _zipped(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return file.getvalue()


def _unzipped(file: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(file)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _with_yes_or_no() -> Framework:
    file = SourceFile(
        "small.rules",
        'framework "Small"\n'
        "answers\n  'Yes' is sufficient\n  'No' is not sufficient\n"
        'fact "urgent" of a case is yes or no\n'
        'domain 1 "All"\nquestion 1.1 "Is it good?"\n'
        "rate questions in domain 1 by counts only\n"
        'sample "urgent ones" for domain 1\n  is cases where "urgent" is yes\n',
    )
    framework = load(file, lambda _: None).framework
    assert framework is not None
    return framework
