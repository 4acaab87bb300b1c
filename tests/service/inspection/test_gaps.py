"""Fieldwork without a single case has no end, unless nothing needs cases."""

from events.inspection import CaseAdded, DomainSetAside
from projections import RatingBook, read_book
from service.inspection.fieldwork.gaps import of_inspection
from tests.projections.recording import announced, record, shelf_of
from tests.service.inspection.play import WORDS


def _kinds(*facts: CaseAdded | DomainSetAside) -> set[str]:
    book = read_book(record([announced("youth-2020"), *facts]), shelf_of("youth-2020"))
    assert isinstance(book, RatingBook)
    return {gap.kind for gap in of_inspection(book, every_case_checked=True)}


def test_fieldwork_without_a_case_is_not_finished() -> None:
    assert "no-cases" in _kinds()


def test_one_case_is_enough_to_begin_with() -> None:
    added = CaseAdded(case="C-1", sample="court disposals")

    assert "no-cases" not in _kinds(added)


def test_an_inspection_of_what_needs_no_cases_has_none() -> None:
    aside = [DomainSetAside(domain=domain, reason=WORDS) for domain in ("2", "3")]

    assert "no-cases" in _kinds(aside[0])
    assert "no-cases" not in _kinds(*aside)
