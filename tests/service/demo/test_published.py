"""The published figures agree with themselves, and say how each is known."""

from importlib import resources

import pytest

from service.demo import IDS, published, read
from service.demo.published import Basis, Published

SCORES = {"Inadequate": 0, "Requires improvement": 1, "Good": 2, "Outstanding": 3}
RATED = tuple(it for it in IDS if it != "west-london-sqs-2016")


@pytest.fixture(params=IDS)
def report(request: pytest.FixtureRequest) -> Published:
    return read(str(request.param))


def test_every_file_is_listed_and_bears_its_id() -> None:
    folder = resources.files("service.demo") / "published"

    assert {file.name for file in folder.iterdir()} == {f"{it}.json" for it in IDS}
    assert [read(it).id for it in IDS] == [*IDS]


def test_fieldwork_is_listed_oldest_first() -> None:
    starts = [read(it).fieldwork.starts_on for it in IDS]

    assert starts == sorted(starts)


def test_a_count_gives_the_percentage_that_is_printed(report: Published) -> None:
    for code, figures in report.questions.items():
        exact = 100 * figures.yes / figures.relevant
        if figures.percent is not None:
            assert figures.percent - 0.5 <= exact < figures.percent + 0.5, code


def test_a_derived_count_has_a_printed_percentage_behind_it(report: Published) -> None:
    for code, figures in report.questions.items():
        assert figures.basis is not Basis.DERIVED or figures.percent is not None, code


def test_every_section_names_its_place(report: Published) -> None:
    assert all(section.place for section in report.sections.values())


def test_the_facts_of_a_sample_cover_its_cases(report: Published) -> None:
    for sample in report.samples.values():
        for fact, runs in sample.facts.items():
            assert sum(length for _, length in runs) == sample.cases, fact


def test_all_but_trafford_are_marked_as_reconstructed() -> None:
    assert [it for it in IDS if not read(it).is_reconstructed] == ["trafford-2021"]


@pytest.mark.parametrize("inspection", RATED)
def test_the_score_is_the_sum_of_the_ratings(inspection: str) -> None:
    report = read(inspection)

    total = sum(SCORES[it] for part, it in report.ratings.items() if part != "4.1")

    assert total == report.score


def test_trafford_prints_every_question_and_prompt() -> None:
    questions = read("trafford-2021").questions

    assert len(questions) == 23
    assert sum(len(it.prompts) for it in questions.values()) == 93


def test_a_screening_is_eighteen_counts_and_no_rating() -> None:
    report = read("west-london-sqs-2016")

    assert len(report.questions) == 18
    assert not report.ratings
    assert report.score is None
    assert report.overall is None


def test_the_parts_of_a_count_stay_within_it(report: Published) -> None:
    for code, figures in report.questions.items():
        for parts in figures.by.values():
            assert sum(yes for yes, _ in parts.values()) <= figures.yes, code
            assert sum(of for _, of in parts.values()) <= figures.relevant, code


@pytest.mark.parametrize(
    ("percent", "cases", "fits"),
    [
        (52, 21, ((11, 21),)),
        (65, 19, ((11, 17),)),
        (100, 2, ((1, 1), (2, 2))),
        (99, 50, ()),
    ],
)
def test_the_counts_that_fit_a_percentage_are_all_found(
    percent: int, cases: int, fits: tuple[tuple[int, int], ...]
) -> None:
    assert published.counts_that_fit(percent, cases=cases) == fits
