"""Every published inspection run again, each step tried first by those who may not.

From the announcement to the review of the action plan, over HTTP. Steps on cases go in
batches, each sent first by a colleague and by somebody who assesses nothing; every
other step is tried by one of those who may not, and by all of them where it is the
first of its kind or a step towards publication. Of each kind of step one is tried
before anything is on record and, of what comes after the fieldwork, at each stage
before its own; answers and facts, and one of each kind, are tried again once it is
published.
"""

from collections.abc import Callable
from random import Random

import msgspec
import pytest

from dsl import packaged
from events.recorded import Origin
from service.adoption import adopt
from service.api.wire.context import SHELF, STORE
from service.client.report import ReportedView
from service.demo import IDS, read, reconstruct
from service.demo.comparison import snapshot_compared
from service.demo.people import AUDITOR
from service.demo.plan import CONTACT
from tests.service.api.asking import Api
from tests.service.api.walking import ACTS, WAITS_FOR, Walk

CASEWORK = {"Join", "Learn", "Answer", "Withdraw", "Submit", "Accept", "Finish"}


@pytest.mark.parametrize("inspection", IDS)
async def test_every_step_is_refused_to_the_wrong_people_and_at_the_wrong_moment(
    api: Api, inspection: str, record_property: Callable[[str, object], None]
) -> None:
    published = read(inspection)
    rules = packaged(published.framework)
    assert rules.framework is not None
    origin = Origin(actor="system:test", observed_at=api.clock())
    await adopt(api.app[STORE], api.app[SHELF], rules, origin, reviewer="ruth")
    plan = reconstruct(published, rules.framework, Random(inspection))
    walk = Walk(api, plan)

    await walk.announce()
    await walk.try_before_anything()
    await walk.carry_out()
    await walk.try_afterwards()

    here = f"/v1/inspections/{inspection}/publications/1"
    shown = (await api.as_(AUDITOR).get(here)).body
    kept = snapshot_compared(
        published, msgspec.convert(shown["reported"], ReportedView)
    )
    assert [row for row in kept if row.differs] == []
    assert len(kept) > len(published.questions)
    assert shown["differs_then"] == shown["differs_now"] == []
    told = await api.as_(CONTACT).get(f"/v1/inspections/{inspection}/published")
    parts = told.body["parts"]
    rated = {it["part"]: it["rating"] for it in parts if it["kind"] == "standard"}
    assert rated == published.ratings
    counted = [it for it in parts if it["yes"] is not None]
    assert all(3 <= it["yes"] <= it["relevant"] - 3 for it in counted)
    assert counted

    steps = len(plan.submissions)
    assert walk.tried >= CASEWORK | {*WAITS_FOR}
    if inspection == "trafford-2021":  # which had discretion, three times
        assert walk.tried >= {*ACTS, "Judge", "Decide"}
    assert walk.refused_people > 2 * steps
    assert walk.refused_moments > steps / 2
    record_property("published and printed figure combinations", len(kept))
    record_property("step and wrong person combinations", walk.refused_people)
    record_property("step and wrong moment combinations", walk.refused_moments)
