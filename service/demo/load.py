"""Loading the published inspections: all of them at once, with progress."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from service.client import Client, Refusal, When
from service.demo.people import AUDITOR, team_of
from service.demo.plan import LEAD, Plan
from service.demo.team import Team

Tell = Callable[[str], None]

_STEPS = 10  # lines of progress


class ForeignLedger(Exception):
    """The ledger holds inspections that are not ours; nothing was written to it."""


class Progress:
    """Counts submissions, and says so at every tenth of the way."""

    def __init__(self, total: int, tell: Tell) -> None:
        self._total = total
        self._tell = tell
        self.submitted = 0
        self.moved = 0  # ratings, guidance and discretion states

    def count(self, moved: int) -> None:
        """One more submission is in, and moved so many."""
        before, self.submitted = self.submitted, self.submitted + 1
        self.moved += moved
        if before * _STEPS // self._total < self.submitted * _STEPS // self._total:
            self._tell(
                f"  {self.submitted:,} of {self._total:,} submissions in, "
                f"{self.moved:,} ratings and states moved"
            )


async def load(
    plans: Sequence[Plan], clients: Mapping[str, Client], tell: Tell
) -> Progress:
    """Announce every inspection and let all teams work; raises Refusal.

    An inspection that is there already is gone over again, which records nothing new.
    """
    await _check_ledger(plans, clients[AUDITOR])
    progress = Progress(sum(len(plan.submissions) for plan in plans), tell)
    try:
        async with asyncio.TaskGroup() as together:
            for plan in plans:
                together.create_task(_load_one(plan, clients, progress))
    except* Refusal as refusals:
        raise _first(refusals) from refusals
    return progress


async def _load_one(
    plan: Plan, clients: Mapping[str, Client], progress: Progress
) -> None:
    published = plan.published
    await clients[LEAD].announce(
        published.id,
        service=published.service,
        programme=published.programme,
        framework=published.framework,
        fieldwork_starts_on=published.fieldwork.starts_on,
        team=team_of(plan),
        when=When(observed_at=plan.submissions[0].at, key=f"demo-{published.id}"),
    )
    await Team(plan, clients, progress.count).work()


async def _check_ledger(plans: Sequence[Plan], auditor: Client) -> None:
    """A demonstration never mixes with real inspections: nothing could be undone."""
    ours = {plan.published.id for plan in plans}
    async for each in auditor.inspections():
        if each.inspection not in ours:
            raise ForeignLedger(f"the ledger holds `{each.inspection}`")


def _first(refusals: BaseExceptionGroup[Refusal]) -> Refusal:
    """One of the refusals; when one team stops, the others do too."""
    first = refusals.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
