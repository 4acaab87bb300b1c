"""Whatever people do in whatever order: nothing is decided or published by too few.

People of every mixture of roles give commands at random, from several stages of an
inspection, and what comes to be on record is held against the rules F1, F4 and F8.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from events.inspection import (
    DiscretionDecided,
    PersonAssigned,
    RatingsAgreed,
    ReportPublished,
)
from events.panel import (
    DiscretionProposed,
    DiscretionVoted,
    ErratumOpened,
    PublicationProposed,
)
from events.recorded import NewEvent, RecordedEvent
from projections import read_book, snapshot
from service.authority import AUTHORITY
from service.identity import PER_INSPECTION, Role
from service.inspection import about
from service.inspection.commands import InspectionCommand, ProposeJudgement
from service.inspection.panel.commands import (
    OpenErratum,
    ProposePublication,
    RaiseAccuracyPoint,
    RecordFinding,
    SendDraft,
    SettleAccuracyPoint,
)
from service.permission import PERMISSIONS
from tests.service.inspection.play import ROLES, SHELF, WORDS, Play, complete
from tests.service.inspection.test_panel import (
    agreed,
    approval,
    ballot,
    content_of,
    decision,
    drafted,
    endorsement,
    proposal,
    proposed,
    published,
    voted,
)

PEOPLE = sorted(ROLES)
MIXED = (
    Role.LEAD_INSPECTOR,
    Role.PANEL_MEMBER,
    Role.HEAD,
    Role.INSPECTOR,
    Role.INSPECTED_SERVICE,
)
STAGES: Mapping[str, Callable[[], Play]] = {
    "complete": complete,
    "voted": voted,
    "agreed": agreed,
    "drafted": drafted,
    "proposed": proposed,
    "published": published,
}
LAPSE = timedelta(days=14)


def judged(rating: str) -> Callable[[Play], InspectionCommand]:
    """What moves ratings after the fieldwork."""
    return lambda _: ProposeJudgement(standard="1.1", rating=rating)


COMMANDS: tuple[Callable[[Play], InspectionCommand], ...] = (
    proposal,
    ballot,
    lambda play: ballot(play, in_favour=False),
    decision,
    endorsement,
    lambda _: SendDraft(due_on=date(2027, 3, 20)),
    lambda _: RaiseAccuracyPoint(text=WORDS),
    lambda play: SettleAccuracyPoint(
        point=f"P-{len(play.book.proceedings.points)}",
        outcome="rejected",
        reason=WORDS,
    ),
    lambda _: RecordFinding(part="2.1", text=WORDS),
    lambda play: ProposePublication(content_hash=content_of(play), erratum=WORDS),
    approval,
    lambda _: OpenErratum(reason=WORDS),
    judged("Good"),
    judged("Inadequate"),
)

WEIGHTS = (2, 10, 1, 8, 8, 2, 1, 4, 1, 6, 6, 4, 1, 1)
"""What moves on is tried more often than what undoes it, so that an end is reached."""

MORE_ROLES = st.dictionaries(
    st.sampled_from(PEOPLE), st.sampled_from(MIXED), max_size=4
)


def _somebody(play: Play, command: InspectionCommand, chance: Random) -> str:
    """Mostly one of those whose role allows it, for the others are always refused."""
    allowed = PERMISSIONS[AUTHORITY[type(command)].action]
    able = [person for person in PEOPLE if play.roles[person] & allowed]
    return chance.choice(PEOPLE if chance.random() < _STRANGERS else able)


_STRANGERS = 0.1
_DAYS = (0,) * 40 + (6, 15)  # that pass between two steps


def test_no_order_of_commands_by_anybody_gets_round_the_rules() -> None:
    tried: Counter[str] = Counter()

    @settings(max_examples=30, deadline=None, derandomize=True)
    @given(
        stage=st.sampled_from(sorted(STAGES)),
        more=MORE_ROLES,
        seed=st.integers(0, 2**32),
    )
    def play_on(stage: str, more: dict[str, Role], seed: int) -> None:
        play, chance = _mixed(STAGES[stage](), more), Random(seed)
        for _ in range(40):
            play.wait(days=chance.choice(_DAYS))
            before = len(play.facts)
            (made,) = chance.choices(COMMANDS, WEIGHTS)
            command = made(play)
            tried[play.refused(_somebody(play, command, chance), command)] += 1
            for recorded in play.facts[before:]:
                tried[type(recorded.data).__name__] += 1
                _hold(play, recorded)
            _still_as_published(play)

    play_on()

    assert sum(tried.values()) > 1_000
    assert min(tried["DiscretionDecided"], tried["ReportPublished"]) > 0, tried
    assert min(tried["four-eyes"], tried["request-lapsed"]) > 0, tried


def _mixed(play: Play, more: Mapping[str, Role]) -> Play:
    """The same inspection with people who have one role more, and a part in it."""
    play.roles = {
        person: roles | {more[person]} if person in more else roles
        for person, roles in play.roles.items()
    }
    for person, role in more.items():
        if role in PER_INSPECTION:
            part = PersonAssigned(person=person, role=role)
            play.record("lena", NewEvent(part, about.person(person, role)))
    return play


def _hold(play: Play, recorded: RecordedEvent) -> None:
    match recorded.data:
        case DiscretionDecided():
            _decided_by_enough(play, recorded, recorded.data)
        case ReportPublished():
            _published_by_two(play, recorded, recorded.data)
        case _:
            pass


def _decided_by_enough(
    play: Play, recorded: RecordedEvent, decided: DiscretionDecided
) -> None:
    """F1 and F8."""
    past = play.facts[: recorded.version - 1]
    since = max(
        (it.version for it in past if isinstance(it.data, DiscretionDecided)), default=0
    )
    motions = [
        it
        for it in past[since:]
        if isinstance(it.data, DiscretionProposed)
        and it.data.standard == decided.standard
    ]
    proposers = {it.origin.actor for it in motions}
    (moved,) = [it for it in motions if it.version == decided.proposal]
    votes = [
        it
        for it in past
        if isinstance(it.data, DiscretionVoted) and it.data.proposal == moved.version
    ]
    voters, approver = {it.origin.actor for it in votes}, recorded.origin.actor
    casework = read_book(past, SHELF).casework
    stake = {"ida"} | casework.people_with("lead-inspector")
    assert isinstance(moved.data, DiscretionProposed)
    assert moved.data.figures_hash == decided.figures_hash
    assert moved.data.after == decided.after
    assert len(set(decided.deciders)) >= 2
    assert set(decided.deciders) <= voters
    assert proposers.isdisjoint({approver, *voters})
    assert approver not in voters
    assert stake.isdisjoint({approver, *decided.deciders})
    assert recorded.recorded_at - moved.recorded_at < LAPSE
    order = [rating.name for rating in play.book.framework.ratings]
    assert abs(order.index(decided.after) - order.index(decided.before)) <= 1


def _published_by_two(
    play: Play, recorded: RecordedEvent, report: ReportPublished
) -> None:
    """F4 and F8."""
    past = play.facts[: recorded.version - 1]
    fresh = max(
        (it.version for it in past if isinstance(it.data, ReportPublished)), default=0
    )
    offers = [it for it in past[fresh:] if isinstance(it.data, PublicationProposed)]
    last = offers[-1]
    assert isinstance(last.data, PublicationProposed)
    assert recorded.origin.actor not in {it.origin.actor for it in offers}
    assert last.data.content_hash == report.content_hash
    assert recorded.recorded_at - last.recorded_at < LAPSE
    agreements = [it for it in past if isinstance(it.data, RatingsAgreed)]
    agreement = agreements[-1].data
    assert isinstance(agreement, RatingsAgreed)
    assert agreement.figures_hash == report.figures_hash
    assert agreement.ratings == report.ratings
    assert len(set(agreement.agreed_by)) >= 2
    opened = [it.version for it in past if isinstance(it.data, ErratumOpened)]
    assert agreements[-1].version > max(opened, default=0)
    seen = snapshot(read_book(past, SHELF))
    assert (seen.ratings, seen.overall) == (report.ratings, report.overall)
    assert all(it.settled for it in play.book.proceedings.points.values())


def _still_as_published(play: Play) -> None:
    panel = play.book.proceedings
    if panel.is_published:
        last = panel.published[-1].fact
        assert snapshot(play.book).figures_hash == last.figures_hash
