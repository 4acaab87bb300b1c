"""Many orders of a few days, on one ledger whose service is killed now and then."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from service.client import Client, Inspection, Place, When
from tests.rehearsal.look import Left, look
from tests.rehearsal.order import Evening, Grounds
from tests.rehearsal.plan import CASES, PEOPLE, SAMPLE, Day, place_of, plan_day
from tests.rehearsal.wire import Wire, wire
from tests.service.running import Running, running

_ORDERS_OF_A_DAY = 20
_UNLIMITED = {
    "ADJUDGE_WRITES_PER_MINUTE": "1000000",
    "ADJUDGE_WRITES_AT_ONCE": "1000000",
    "ADJUDGE_READS_PER_MINUTE": "1000000",
    "ADJUDGE_READS_AT_ONCE": "1000000",
}


@dataclass
class Tally:
    """What was tried and what came of it."""

    orders: int = 0
    days: int = 0
    deeds: int = 0
    syncs: int = 0
    surfaced: int = 0
    cuts: Counter[str] = field(default_factory=Counter)

    def lines(self) -> tuple[str, ...]:
        """The figures, for people."""
        cuts = ", ".join(f"{number} {kind}" for kind, number in self.cuts.items())
        recorded = f"{self.deeds:,} deeds recorded offline, {self.syncs:,} syncs"
        return (
            f"{self.orders} orders of {self.days} days: {recorded}",
            f"cut {self.cuts.total():,} times: {cuts}",
            f"conflicts shown {self.surfaced:,} times, all settled by a person",
            "nothing lost, doubled or overwritten unseen",
            "one state and one set of ratings a day, whatever the order",
        )


class _Service:
    """The service, killed and started again over the same files."""

    def __init__(self, folder: Path, wire: Wire) -> None:
        self._folder = folder
        self._wire = wire
        self._stack = AsyncExitStack()
        self._running: Running | None = None

    async def start(self) -> None:
        others = {person: ["inspector"] for person in PEOPLE}
        self._running = await self._stack.enter_async_context(
            running(self._folder, others=others, **_UNLIMITED)
        )
        self._wire.target = self._running.url

    def kill(self) -> None:
        if self._running is not None:
            os.killpg(self._running.process.pid, signal.SIGKILL)

    async def restart(self) -> None:
        if self._running is not None:
            await self._running.process.wait()
        await self.stop()
        await self.start()

    async def stop(self) -> None:
        await self._stack.aclose()


async def rehearse(
    folder: Path,
    *,
    orders: int,
    seed: int,
    progress: Callable[[str], None],
    orders_of_a_day: int = _ORDERS_OF_A_DAY,
) -> Tally:
    """Rehearse so many orders; raises AssertionError at the first thing wrong."""
    tally = Tally()
    async with wire("") as between:
        service = _Service(folder, between)
        await service.start()
        try:
            grounds = Grounds(folder, between, service.kill, service.restart)
            left: dict[int, Left] = {}
            for number in range(orders):
                of_day = seed * 1_000 + number // orders_of_a_day
                day, name = plan_day(of_day), f"day-{seed}-{number}"
                chance = Random(f"{seed} {number}")
                evening = Evening(day, name, grounds, chance)
                found = await _one(evening, grounds)
                assert found == left.setdefault(of_day, found), name
                _count(tally, evening, days=len(left))
                progress(f"{name}: {evening.syncs} syncs, {dict(evening.cuts)}")
        finally:
            await service.stop()
    return tally


async def _one(evening: Evening, grounds: Grounds) -> Left:
    async with grounds.lead() as lead:
        await _morning(evening.day, evening.inspection, lead)
    await evening.record()
    await evening.sync()
    async with grounds.lead() as lead:
        before = (await lead.inspection(evening.inspection).show()).version
        await evening.again()
        assert (await lead.inspection(evening.inspection).show()).version == before
        return await look(evening, lead)


async def _morning(day: Day, name: str, lead: Client) -> None:
    """The inspection as the three find it."""
    await lead.announce(
        name,
        service="A service",
        programme="single",
        framework="youth-2020",
        fieldwork_starts_on=date(2020, 10, 5),
        team={"tester": "lead-inspector", **dict.fromkeys(PEOPLE, "inspector")},
        when=When(key=name),
    )
    inspection = lead.inspection(name)
    added = [inspection.add_case(SAMPLE, {}, case=ref) for ref in CASES]
    await asyncio.gather(*added)
    recorded = [
        _record(inspection, place_of(name, spot), value)
        for spot, value in day.morning.items()
    ]
    await asyncio.gather(*recorded)


async def _record(inspection: Inspection, place: Place, value: str) -> None:
    case = inspection.case(place.case)
    if place.kind == "answer":
        await case.answer(place.name, value)
    else:
        await case.record_fact(place.name, value)


def _count(tally: Tally, evening: Evening, *, days: int) -> None:
    tally.orders += 1
    tally.days = days
    tally.deeds += evening.day.size()
    tally.syncs += evening.syncs
    tally.surfaced += sum(map(len, evening.surfaced.values()))
    tally.cuts.update(evening.cuts)
