"""Evidence opened in an emergency: until when to the second, and who may look at it."""

from datetime import timedelta

import pytest

from events.break_glass import BreakGlassOpened, BreakGlassReviewed
from service.choices import Choices
from service.identity import Role
from service.inspection.commands import BreakGlass, ReviewBreakGlass
from tests.projections.recording import announced
from tests.service.inspection.play import ROLES, WORDS, Play

ADMIN, BOTH = "adam", "bella"
EMERGENCY = {
    **ROLES,
    ADMIN: frozenset({Role.ADMIN}),
    BOTH: frozenset({Role.ADMIN, Role.GOVERNANCE}),
}
OPEN = BreakGlass(reason=WORDS)


@pytest.fixture
def play() -> Play:
    choices = Choices(break_glass_minutes=15)
    return Play(roles=EMERGENCY, choices=choices).open(announced("youth-2020"))


def test_it_ends_to_the_second_and_is_one_persons(play: Play) -> None:
    assert play.do(ADMIN, OPEN) == [BreakGlassOpened(minutes=15, reason=WORDS)]

    glass, opened = play.book.break_glass, play.now
    last = opened + timedelta(minutes=15) - timedelta(microseconds=1)
    assert glass.opening_of(ADMIN, opened) is not None
    assert glass.opening_of(ADMIN, last) is not None
    assert glass.opening_of(ADMIN, opened + timedelta(minutes=15)) is None
    assert glass.opening_of(BOTH, opened) is None


def test_what_is_open_is_not_opened_again(play: Play) -> None:
    play.do(ADMIN, OPEN)

    assert play.do(ADMIN, OPEN) == []
    assert play.do(BOTH, OPEN) != []
    play.wait(minutes=15)
    assert play.do(ADMIN, OPEN) != []


def test_nobody_looks_at_what_they_opened_themselves(play: Play) -> None:
    play.do(BOTH, OPEN)
    (position,) = play.book.break_glass.openings
    look = ReviewBreakGlass(opening=position)

    assert play.refused(BOTH, look) == "four-eyes"
    assert play.refused(ADMIN, look) == "forbidden"
    assert play.refused("greta", ReviewBreakGlass(opening=99)) == "not-found"
    assert play.do("greta", look) == [BreakGlassReviewed(opening=position)]
    assert play.do("greta", look) == []
