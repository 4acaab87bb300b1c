"""The API over a real ledger, a real vault and the packaged rules."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from dsl import packaged
from events.open_store import open_store, open_to_prove
from events.proof.signing_keys import create_signing_keys
from events.proof.sql import SqlProofs
from events.recorded import Origin
from events.sql.pages import SqlPages
from events.vault.sqlite import memory_vault
from projections import RatingModels, Shelf
from service.access_log.access_log import AccessLog
from service.adoption import adopt
from service.api import Build, Parts, application
from service.api.wire.context import DRAIN, LOGGER, METRICS, NEW_ID, SPANS, Drain
from service.api.wire.middleware import around
from service.demo.people import AUDITOR
from service.demo.plan import CONTACT, HEAD, LEAD, PANEL
from service.desk import Desk
from service.identity import LocalIdentities, LocalPerson, Role, token_hash
from service.logs import logger_to
from service.metrics import Metrics
from service.proof.checkpointing import Bench, Checkpointing
from service.records.layout import layout_table
from service.records.records import LAID_OUT
from service.spans import NO_SPANS
from service.webhooks.webhooks import Webhooks
from tests.service.api.asking import Api, Clock

PEOPLE = {
    "rosa": {Role.INSPECTOR},
    "noor": {Role.INSPECTOR},
    "quinn": {Role.QUALITY_LEAD},
    "ola": {Role.OPERATIONS},
    "lena": {Role.LEAD_INSPECTOR},
    "leah": {Role.LEAD_INSPECTOR},
    "pavel": {Role.PANEL_MEMBER},
    "petra": {Role.PANEL_MEMBER},
    "paul": {Role.PANEL_MEMBER},
    "pia": {Role.PANEL_MEMBER},
    "hugo": {Role.HEAD},
    "sam": {Role.INSPECTED_SERVICE},
    "greta": {Role.GOVERNANCE},
    "adam": {Role.ADMIN},
    "ruth": {Role.RULE_AUTHOR},
    "rhys": {Role.RULE_AUTHOR},
    "olga": {Role.RULE_AUTHOR, Role.GOVERNANCE},
}
DEMONSTRATING = {
    LEAD: {Role.LEAD_INSPECTOR},
    **{f"inspector-{number}": {Role.INSPECTOR} for number in range(1, 6)},
    **{person: {Role.PANEL_MEMBER} for person in PANEL},
    HEAD: {Role.HEAD},
    CONTACT: {Role.INSPECTED_SERVICE},
    AUDITOR: {Role.GOVERNANCE},
}
"""Those of the demonstration, for what is run again here."""

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    ticks = count()
    log = io.BytesIO()

    clock = Clock(NOON)

    shelf = Shelf()
    models = RatingModels(shelf)
    url = f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}"
    laid_out = (*LAID_OUT, layout_table())
    store = await open_store(url, clock, models, tables=laid_out)
    proving = open_to_prove(url)
    bench = Bench(
        SqlPages(store.storage.engine), SqlProofs(proving), tmp_path / "signing.key"
    )
    create_signing_keys(bench.keys, "adjudge.example/ledger", bytes)
    logger = logger_to(log, level="info", now=clock)
    vault = await memory_vault()
    origin = Origin(actor="system:test", observed_at=NOON)
    for framework in ("youth-2020", "youth-2021"):
        await adopt(store, shelf, packaged(framework), origin, reviewer="ruth")
    people = [
        LocalPerson(person, frozenset(roles), token_hash(f"token-of-{person}"))
        for person, roles in (PEOPLE | DEMONSTRATING).items()
    ]
    app = application(
        Parts(
            desk=Desk(store, models),
            store=store,
            engine=store.storage.engine,
            shelf=shelf,
            vault=vault,
            identities=LocalIdentities(people),
            logger=logger,
            pages=SqlPages(store.storage.engine),
            proofs=bench.store,
            checkpoints=Checkpointing(bench, now=clock, logger=logger),
            access_log=AccessLog(proving, clock),
            webhooks=Webhooks(proving, clock),
            at_home=True,
            clock=clock,
            new_id=lambda: f"request-{next(ticks):08}",
            build=Build("0.0.0"),
        )
    )
    async with TestClient(TestServer(app)) as client:
        yield Api(client, app, log, clock)
    await proving.dispose()
    await store.close()
    await vault.close()
    assert b"request_failed" not in log.getvalue(), log.getvalue()


@pytest.fixture
async def brent(api: Api) -> Api:
    """An inspection `brent` under youth-2020 with two cases, C-1 and C-2."""
    lena = api.as_("lena")
    await lena.announce("brent", "2020-10-05", framework="youth-2020")
    await lena.add_case("brent", "C-1", "court disposals")
    await lena.add_case("brent", "C-2", "out-of-court disposals")
    return api.as_("rosa")


@pytest.fixture
async def faulty() -> AsyncIterator[Api]:
    """A service in which a handler fails with somebody's words in its mouth."""
    log = io.BytesIO()

    async def fail(_: web.Request) -> web.Response:
        raise ValueError("The social worker's note of March contradicts the plan.")

    app = web.Application(middlewares=[around])
    app[LOGGER] = logger_to(log, level="info", now=lambda: NOON)
    app[NEW_ID] = lambda: "request-1"
    app[DRAIN] = Drain()
    app[METRICS] = Metrics()
    app[SPANS] = NO_SPANS
    app.router.add_get("/version", fail)
    async with TestClient(TestServer(app)) as client:
        yield Api(client, app, log, Clock(NOON))
