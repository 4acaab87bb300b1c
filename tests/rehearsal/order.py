"""One evening: three people sync what they recorded apart, and settle their conflicts.

Who syncs when and where it is cut is drawn from the chance that is given; the exact
moments are the machine's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from service.client import (
    Client,
    Entry,
    Later,
    Outbox,
    Patience,
    State,
    Unreachable,
    Unsettled,
    open_outbox,
    sync,
)
from service.client.views import CaseView
from tests.rehearsal.plan import CASES, PEOPLE, Day, Spot, place_of
from tests.rehearsal.wire import Wire
from tests.service.running import TOKEN, token_of

CUTS = {"request": 6, "reply": 6, "client": 6, "server": 1}
"""What is cut, and how often beside the others: a service takes long to start."""

_KEY = bytes(range(32))
_EVENING = datetime(2026, 3, 2, 18, tzinfo=UTC)
_PATIENCE = Patience(tries=2, first_wait=0.01, seconds=20)
_MOST_ROUNDS = 80


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an evening takes place on: a folder, a network, a service to be killed."""

    folder: Path
    wire: Wire
    kill: Callable[[], None]
    restart: Callable[[], Awaitable[None]]

    def lead(self) -> Client:
        """The lead inspector, whose network never breaks."""
        return Client(self.wire.target, TOKEN)


class Evening:
    """What happens to one day's work; kept until it is looked at."""

    def __init__(
        self, day: Day, inspection: str, grounds: Grounds, chance: Random
    ) -> None:
        self.day = day
        self.inspection = inspection
        self.surfaced: dict[str, list[Unsettled]] = {person: [] for person in PEOPLE}
        self.cuts = dict.fromkeys(CUTS, 0)
        self.syncs = 0
        self._grounds = grounds
        self._chance = chance
        self._now = _EVENING
        self._is_killed = False

    def outbox(self, person: str) -> AbstractAsyncContextManager[Outbox]:
        """Somebody's outbox, opened anew as after a crash."""
        path = self._grounds.folder / f"{self.inspection}-{person}.db"
        return open_outbox(path, person, key=_KEY)

    async def record(self) -> None:
        """Each takes the cases along in the morning and works through the day."""
        async with self._grounds.lead() as lead:
            cases = [
                await lead.inspection(self.inspection).case(ref).show() for ref in CASES
            ]
        days = [self._record(person, cases) for person in PEOPLE]
        await asyncio.gather(*days)

    async def _record(self, person: str, cases: Sequence[CaseView]) -> None:
        async with self.outbox(person) as outbox:
            for case in cases:
                await outbox.take_along(case)
            for deed in self.day.deeds[person]:
                await outbox.record(
                    place_of(self.inspection, deed.spot),
                    deed.value,
                    observed_at=deed.at,
                    evidence=deed.evidence,
                )

    async def sync(self) -> None:
        """Everybody twice in any order, and then until nothing waits for anybody."""
        turns = self._chance.sample([*PEOPLE, *PEOPLE], 2 * len(PEOPLE))
        for person in turns:
            await self._turn(person, self._cut(0.8))
        for _ in range(_MOST_ROUNDS):
            busy = [person for person in PEOPLE if await self._is_busy(person)]
            if not busy:
                return
            await self._turn(self._chance.choice(busy), self._cut(0.5))
        raise AssertionError(f"{self.inspection} never came to rest")

    async def again(self) -> None:
        """Everybody syncs once more, and nobody has anything to send."""
        for person in PEOPLE:
            async with self.outbox(person) as outbox, self._client(person) as client:
                report = await sync(outbox, client)
            assert (report.accepted, report.waiting, report.unsettled) == (0, 0, ())

    async def entries(self, person: str) -> tuple[Entry, ...]:
        """Everything somebody recorded."""
        async with self.outbox(person) as outbox:
            return tuple(await outbox.entries())

    def _cut(self, often: float) -> str | None:
        if self._chance.random() > often:
            return None
        (cut,) = self._chance.choices([*CUTS], weights=[*CUTS.values()])
        return cut

    async def _is_busy(self, person: str) -> bool:
        async with self.outbox(person) as outbox:
            return bool(await outbox.entries(State.WAITING, State.UNSETTLED))

    async def _turn(self, person: str, cut: str | None) -> None:
        """One sync, cut or not, and what the person settles after it."""
        wire = self._grounds.wire
        self.syncs += 1
        async with self.outbox(person) as outbox:
            async with self._client(person) as client:
                syncing = asyncio.create_task(sync(outbox, client))
                if cut is not None:
                    self._arm(cut, syncing)
                await asyncio.wait({syncing})
            wire.mend()
            if not syncing.cancelled():
                fault = syncing.exception()
                if fault is not None and not isinstance(fault, Unreachable | Later):
                    raise fault
        if self._is_killed:
            await self._grounds.restart()
            self._is_killed = False
        async with self.outbox(person) as outbox:
            await self._settle(person, outbox)

    def _arm(self, cut: str, syncing: "asyncio.Task[object]") -> None:
        wire, chance = self._grounds.wire, self._chance
        stays_down = chance.random() < 0.5

        def struck() -> None:
            self.cuts[cut] += 1
            wire.down = stays_down or cut == "server"
            if cut == "client":
                syncing.cancel()
            if cut == "server":
                self._grounds.kill()
                self._is_killed = True

        way = {"request": "up", "reply": "down"}.get(cut) or chance.choice(
            ("up", "down")
        )
        wire.cut_after(way, chance.randrange(1, 6_000), struck)

    async def _settle(self, person: str, outbox: Outbox) -> None:
        """Look at what was not taken, and bring most of it to what was agreed."""
        for it in await outbox.unsettled():
            if it.theirs is None:  # cut off before it was read
                continue
            self.surfaced[person].append(it)
            if self._chance.random() < 0.2:
                continue
            self._now += timedelta(minutes=1)
            agreed = self.day.agreed.get((it.place.case, it.place.name))
            if it.mine.value == agreed:
                await outbox.keep_mine(it, observed_at=self._now)
            elif it.theirs.value == agreed:
                await outbox.keep_theirs(it, observed_at=self._now)
            else:
                await outbox.settle(it, agreed, observed_at=self._now)

    def _client(self, person: str) -> Client:
        return Client(self._grounds.wire.url, token_of(person), patience=_PATIENCE)


def spots(day: Day) -> list[Spot]:
    """Every place of the day."""
    return sorted(day.ends())
