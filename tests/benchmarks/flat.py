"""Whether costs stay flat: the same work on a small ledger and on a large one.

Both take turns in short blocks, so that a slow moment of the machine hits both; what
counts is the median of the blocks' ratios. The inspections worked on are alike.
"""

import random
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import msgspec

from events.recorded import NewEvent, StreamName
from events.store import Append
from projections import rating_changes
from service.desk import Accepted, Errand
from service.identity import Role
from service.inspection import about
from service.inspection.commands import AddCase, AnnounceInspection, GiveAnswer
from service.records.records import Records
from tests.benchmarks.filling import (
    FRAMEWORK,
    ORIGIN,
    SAMPLE,
    given,
    inspection,
    stream,
)

TARGET = 1.5
CASES = 8
FACTS = {"safety is a factor": "yes", "risk of serious harm, judged": "medium"}

_BLOCK = 20
_REPLY = msgspec.json.Decoder(Accepted)


@dataclass
class Place:
    """A ledger to work on; what is done there is the same everywhere."""

    records: Records
    inspection: str = "probe"  # the one that is written to
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    versions: dict[str, int] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    until: int = 0  # where the first inspection ends

    async def begin(self) -> None:
        """Announce the inspection that is written to."""
        await self._run(
            AnnounceInspection(
                service="A service",
                programme="single",
                fieldwork_starts_on=date(2020, 10, 5),
                framework=FRAMEWORK,
            )
        )
        for number in range(CASES):
            await self._run(AddCase(case=f"C-{number}", sample=SAMPLE, facts=FACTS))
        past = await self.records.store.read(stream(0))
        self.until = past[-1].position
        await self._append(*inspection(random.Random(0), CASES, 0))

    async def append(self) -> None:
        """One answer straight into the store, and its ratings."""
        await self._append(given(self.chance, CASES))

    async def answer(self) -> None:
        """One answer as an inspector gives it, up to the reply with its effects."""
        case = f"C-{self.chance.randrange(CASES)}"
        question = f"2.{self.chance.randint(1, 3)}.{self.chance.randint(1, 3)}"
        thing = about.answer(case, question)
        said = "No" if self.answers.get(thing) == "Yes" else "Yes"
        command = GiveAnswer(case=case, question=question, answer=said)
        seen = self.versions.get(thing)
        accepted = await self._run(command, thing=thing, seen=seen)
        self.versions[thing], self.answers[thing] = accepted.version, said

    async def as_of(self) -> None:
        """The ratings of the first inspection as they stood at a position."""
        await self.records.desk.read(
            stream(0).id, lambda book: book.ratings.rating("2.1"), as_of=self.until
        )

    async def history(self) -> None:
        """Every change of one rating of the first inspection."""
        await rating_changes(self.records.engine, stream(0).id, part="2.1")

    async def _append(self, *facts: NewEvent) -> None:
        to = StreamName("inspection", f"{self.inspection}-appended")
        await self.records.store.append(
            Append(stream=to, origin=ORIGIN, decide=lambda: facts)
        )

    async def _run(
        self,
        command: AnnounceInspection | AddCase | GiveAnswer,
        *,
        thing: str | None = None,
        seen: int | None = None,
    ) -> Accepted:
        errand = Errand(
            origin=ORIGIN,
            roles=frozenset(Role),
            at=ORIGIN.observed_at,
            thing=thing,
            seen=seen,
        )
        reply, _ = await self.records.desk.run(self.inspection, command, errand)
        return _REPLY.decode(reply)


@dataclass(frozen=True)
class Cost:
    """Milliseconds on the small ledger and on the large one, and their ratio."""

    small: float
    large: float
    ratio: float

    def __str__(self) -> str:
        return f"{self.small:.3f} ms and {self.large:.3f} ms, ratio {self.ratio:.2f}"


async def costs(small: Place, large: Place, *, blocks: int) -> Mapping[str, Cost]:
    """Do the same work on both, in turn, and compare."""
    for place in (small, large):
        await place.begin()
    work: Mapping[str, Callable[[Place], Awaitable[None]]] = {
        "append": Place.append,
        "answer": Place.answer,
        "as_of": Place.as_of,
        "history": Place.history,
    }
    found = {}
    for name, do in work.items():
        pairs = []
        for number in range(blocks + 1):
            order = (small, large) if number % 2 else (large, small)
            timed = {id(place): await _block(place, do) for place in order}
            pairs.append((timed[id(small)], timed[id(large)]))
        del pairs[0]  # warming up
        found[name] = Cost(
            small=statistics.median(pair[0] for pair in pairs),
            large=statistics.median(pair[1] for pair in pairs),
            ratio=statistics.median(pair[1] / pair[0] for pair in pairs),
        )
    return found


async def _block(place: Place, do: Callable[[Place], Awaitable[None]]) -> float:
    """The median of a block, in milliseconds."""
    taken = []
    for _ in range(_BLOCK):
        begun = time.perf_counter()
        await do(place)
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken)
