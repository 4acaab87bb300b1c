"""Loading the published inspections: all of them at once, with progress."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from aiohttp import ClientSession

from service.demo.people import AUDITOR, team_of
from service.demo.plan import LEAD, Plan
from service.demo.team import Refusal, Team

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
    plans: Sequence[Plan], client: ClientSession, tokens: Mapping[str, str], tell: Tell
) -> Progress:
    """Announce every inspection and let all teams work; raises Refusal.

    An inspection that is there already is gone over again, which records nothing new.
    """
    await _check_ledger(plans, client, tokens[AUDITOR])
    progress = Progress(sum(len(plan.submissions) for plan in plans), tell)
    try:
        async with asyncio.TaskGroup() as together:
            for plan in plans:
                together.create_task(_load_one(plan, client, tokens, progress))
    except* Refusal as refusals:
        raise _first(refusals) from refusals
    return progress


async def _load_one(
    plan: Plan, client: ClientSession, tokens: Mapping[str, str], progress: Progress
) -> None:
    published = plan.published
    announcement = {
        "inspection": published.id,
        "service": published.service,
        "programme": published.programme,
        "framework": published.framework,
        "fieldwork_starts_on": published.fieldwork.starts_on.isoformat(),
        "team": team_of(plan),
        "observed_at": plan.submissions[0].at.isoformat(),
    }
    headers = {
        "Authorization": f"Bearer {tokens[LEAD]}",
        "Idempotency-Key": f"demo-{published.id}",
    }
    async with client.post(
        "/v1/inspections", json=announcement, headers=headers
    ) as response:
        if not response.ok:
            raise Refusal(await response.text())
    await Team(plan, client, tokens, progress.count).work()


async def _check_ledger(
    plans: Sequence[Plan], client: ClientSession, token: str
) -> None:
    """A demonstration never mixes with real inspections: nothing could be undone."""
    async with client.get(
        "/v1/inspections", headers={"Authorization": f"Bearer {token}"}
    ) as response:
        register = await response.json()
    ours = {plan.published.id for plan in plans}
    theirs = {each["inspection"] for each in register["inspections"]} - ours
    if theirs:
        raise ForeignLedger(f"the ledger holds `{min(theirs)}`")


def _first(refusals: BaseExceptionGroup[Refusal]) -> Refusal:
    """One of the refusals; when one team stops, the others do too."""
    first = refusals.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
