"""A day that three people spend on the same cases without a network, by seed.

In the places that more than one of them changes they will disagree; what is right there
was agreed among them, and is what each settles on, whoever came first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from service.client import Place, answer_to, fact_of

PEOPLE = ("rosa", "lena", "omar")
CASES = ("C-1", "C-2", "C-3", "C-4")
SAMPLE = "court disposals"
_QUESTIONS = ("2.1.1", "2.1.2", "2.2.1", "2.2.2", "2.3.1", "2.1.1.a", "2.4.1")
_ANSWERS = ("Yes", "No", "Not applicable")
_FACT, _VALUES = "safety is a factor", ("yes", "no")
_MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)

Spot = tuple[str, str]
"""A case, and a question or the fact, in whichever inspection."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing somebody records; `value` None takes it back."""

    spot: Spot
    value: str | None
    at: datetime
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Day:
    """What is on record in the morning, what each records, and what was agreed."""

    morning: Mapping[Spot, str]
    deeds: Mapping[str, tuple[Deed, ...]]
    agreed: Mapping[Spot, str | None]

    def ends(self) -> Mapping[Spot, str | None]:
        """What must be on record at the end, whatever the order."""
        ends: dict[Spot, str | None] = dict(self.morning)
        for deeds in self.deeds.values():
            for deed in deeds:
                ends[deed.spot] = deed.value
        ends.update(self.agreed)
        return ends

    def size(self) -> int:
        """How many deeds there are."""
        return sum(map(len, self.deeds.values()))


def place_of(inspection: str, spot: Spot) -> Place:
    """Where a spot is in one inspection."""
    case, name = spot
    make = fact_of if name == _FACT else answer_to
    return make(inspection, case, name)


def plan_day(seed: int) -> Day:
    """The same day for the same seed."""
    chance = Random(f"day {seed}")
    spots = [(case, name) for case in CASES for name in (*_QUESTIONS, _FACT)]
    morning = {
        spot: chance.choice(_words(spot))
        for spot in chance.sample(spots, len(spots) // 3)
    }
    deeds = {person: _deeds(chance, spots, morning) for person in PEOPLE}
    touched = {person: {deed.spot for deed in done} for person, done in deeds.items()}
    shared = [
        spot for spot in spots if sum(spot in theirs for theirs in touched.values()) > 1
    ]
    agreed = {
        spot: chance.choice([*_words(spot), *([] if chance.random() < 0.8 else [None])])
        for spot in shared
    }
    return Day(morning, deeds, agreed)


def _deeds(
    chance: Random, spots: list[Spot], morning: Mapping[Spot, str]
) -> tuple[Deed, ...]:
    """Half of all spots, some of them twice, each time with another value."""
    chosen = chance.sample(spots, len(spots) // 2)
    chosen += chance.sample(chosen, len(chosen) // 3)
    held: dict[Spot, str | None] = dict(morning)
    deeds = []
    for minutes, spot in enumerate(chosen):
        before = held.get(spot)
        values: list[str | None] = [word for word in _words(spot) if word != before]
        if before is not None and chance.random() < 0.2:
            values = [None]
        value = held[spot] = chance.choice(values)
        told = value is not None and spot[1] != _FACT and chance.random() < 0.3
        deeds.append(
            Deed(
                spot,
                value,
                _MORNING + timedelta(minutes=7 * minutes),
                f"Seen in {spot[0]} at {minutes}." if told else None,
            )
        )
    return tuple(deeds)


def _words(spot: Spot) -> tuple[str, ...]:
    return _VALUES if spot[1] == _FACT else _ANSWERS
