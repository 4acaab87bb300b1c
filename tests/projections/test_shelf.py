"""The shelf holds what was adopted, as it was adopted."""

from datetime import date

import pytest
from msgspec.structs import replace

from dsl import FaultyRules
from events.framework import FrameworkWithdrawn, RuleFile
from events.recorded import StreamName
from projections import RulesMoved, Shelf
from tests.projections.recording import adopted, recorded, shelf_of

STREAM = StreamName("framework", "youth-2021")


def test_an_edition_is_read_from_the_adopted_texts_alone() -> None:
    edition = shelf_of("youth-2021").edition("youth-2021", 1)

    assert edition.framework.hash == edition.adopted.framework_hash
    assert [file.name for file in edition.adopted.files] == [
        "youth-2021.rules",
        "youth-2020.rules",
        "youth-2018.rules",
    ]


def test_an_edition_that_reads_otherwise_than_adopted_is_refused() -> None:
    shelf = Shelf()
    moved = replace(adopted("youth-2021"), framework_hash="sha256:0")
    shelf.place(recorded(moved, position=1, stream=STREAM))

    with pytest.raises(RulesMoved, match="`youth-2021` revision 1 no longer has"):
        _ = shelf.edition("youth-2021", 1).framework


def test_an_edition_that_does_not_read_any_more_says_why() -> None:
    shelf = Shelf()
    broken = replace(
        adopted("sqs-2012"), files=(RuleFile("sqs-2012.rules", "framework"),)
    )
    shelf.place(recorded(broken, position=1, stream=STREAM))

    with pytest.raises(FaultyRules):
        _ = shelf.edition("sqs-2012", 1).framework


def test_the_framework_in_force_is_chosen_by_the_day_of_fieldwork() -> None:
    shelf = shelf_of("youth-2018", "youth-2020", "youth-2021")

    chosen = [
        [edition.id for edition in shelf.in_force(date(*day))]
        for day in ((2019, 8, 5), (2020, 6, 1), (2021, 7, 11), (2021, 7, 12))
    ]

    assert chosen == [["youth-2018"], [], ["youth-2020"], ["youth-2021"]]


def test_a_withdrawn_revision_stays_readable_and_is_not_used_anew() -> None:
    shelf = shelf_of("youth-2021")
    withdrawn = FrameworkWithdrawn(framework="youth-2021", revision=1, reason="erratum")
    shelf.place(recorded(withdrawn, position=2, stream=STREAM))

    assert shelf.latest("youth-2021") is None
    assert not shelf.is_usable(shelf.edition("youth-2021", 1))
    assert shelf.edition("youth-2021", 1).framework.name == "Youth 2021"


def test_the_newest_usable_revision_is_the_latest() -> None:
    shelf = shelf_of("youth-2021")
    second = replace(adopted("youth-2021"), revision=2)
    shelf.place(recorded(second, position=2, stream=STREAM))

    latest = shelf.latest("youth-2021")

    assert latest is not None
    assert latest.revision == 2
    assert [edition.revision for edition in shelf.revisions("youth-2021")] == [1, 2]


def test_the_shelf_takes_nothing_but_facts_of_frameworks() -> None:
    with pytest.raises(TypeError, match="holds no such fact"):
        Shelf().place(recorded(RuleFile("a.rules", ""), position=1, stream=STREAM))
