"""Rules adopted by two processes at the same moment."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from events.recorded import Origin
from service.desk import Errand
from service.identity import Role
from service.records.records import open_records
from service.refusal import Refused
from service.rulemaking import (
    AdoptDraft,
    DraftRules,
    ReviewDraft,
    RulesAccepted,
    RulesDesk,
    impact_of_draft,
    sound,
)
from service.rulemaking.reading import checked

NOON = datetime(2020, 3, 5, 12, tzinfo=UTC)
TEXT = """\
framework "{name}"
  based on "Youth 2018"
  applies to fieldwork from 1 April 2020 until 31 March 2021
"""


def errand(person: str, *roles: Role) -> Errand:
    origin = Origin(actor=person, observed_at=NOON)
    return Errand(origin=origin, roles=frozenset(roles), at=NOON)


async def reviewed(desk: RulesDesk, framework: str, text: str) -> AdoptDraft:
    """A draft of theirs that is ready to be adopted, and how it would be."""
    said, _ = await desk.run(
        DraftRules(framework=framework, text=text),
        errand("p-author", Role.RULE_AUTHOR),
    )
    drafted = msgspec.json.decode(said, type=RulesAccepted)
    await desk.run(
        ReviewDraft(
            framework=framework,
            revision=drafted.revision,
            framework_hash=drafted.framework_hash,
            in_favour=True,
            remark="Read side by side with the other one.",
        ),
        errand("p-reader", Role.RULE_AUTHOR),
    )
    return AdoptDraft(
        framework=framework,
        revision=drafted.revision,
        framework_hash=drafted.framework_hash,
        impact_hash="",
    )


async def test_of_two_siblings_adopted_at_once_on_the_same_days_one_is_refused(
    tmp_path: Path,
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/ledger.db"
    names = {
        "youth-2020-east": "Youth 2020, east",
        "youth-2020-west": "Youth 2020, west",
    }
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(open_records(url, lambda: NOON))
            for _ in names
        ]
        desks = [RulesDesk(each.store, each.shelf) for each in opened]
        adopting = []
        for desk, records, (id_, name) in zip(
            desks, opened, names.items(), strict=True
        ):
            text = TEXT.format(name=name)
            read = sound(checked(id_, text, records.shelf))
            impact = await impact_of_draft(records.store, read)
            wanted = await reviewed(desk, id_, text)
            seen = msgspec.structs.replace(wanted, impact_hash=impact.impact_hash)
            adopting.append(desk.run(seen, errand("p-third", Role.GOVERNANCE)))

        outcomes = await asyncio.gather(*adopting, return_exceptions=True)

        for records in opened:
            await records.store.caught_up()
            kept = [id_ for id_ in records.shelf.ids() if id_ in names]
            assert len(kept) == 1
    (refused,) = (it for it in outcomes if isinstance(it, BaseException))
    assert isinstance(refused, Refused)
    assert refused.code in {"content-moved", "rule-diagnostics"}
