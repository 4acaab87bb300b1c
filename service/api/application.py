"""The HTTP application: what it is given, and everything it answers to."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from aiohttp import web
from msgspec import Struct, field
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.typing import FilteringBoundLogger

from events.pack.export import StoredStreams
from events.proof.store import ProofStore
from events.store import ServedStore
from events.vault.vault import Vault
from projections import Shelf
from service.access_log.access_log import AccessLog
from service.api import (
    about_service,
    assignments,
    batches,
    frameworks,
    inbox,
    inspections,
    operations,
    rules,
    sign_in,
    stream,
    webhooks,
)
from service.api.access import guarded
from service.api.description.made import DESCRIPTION, Description
from service.api.fieldwork import (
    allocations,
    caseloads,
    cases,
    evidence,
    facts,
    markings,
    queries,
    reviews,
    samples,
)
from service.api.governance import (
    access_events,
    activity,
    audit,
    break_glass,
    erasures,
    exports,
    holds,
    ledger,
    personal_data,
)
from service.api.panel import PANEL_OPERATIONS
from service.api.rating import (
    answers,
    changes,
    comparison,
    corrections,
    counterfactuals,
    judgements,
    outstanding,
    ratings,
    word_exports,
)
from service.api.wire import context
from service.api.wire.every_read import PATIENCE
from service.api.wire.middleware import around
from service.api.wire.pacing import ALLOWANCES
from service.api.wire.route import Operation
from service.api.wire.viewing import ACCESS_LOG
from service.api.wire.words import VAULT
from service.desk import Desk
from service.identity import Identities
from service.limits import NO_LIMITS, Allowances, Rates
from service.metrics import Metrics
from service.operations import Operations
from service.proof.checkpointing import Checkpointing
from service.retention import Periods
from service.rulemaking import RulesDesk
from service.sign_in.openid import SignIn
from service.sign_in.sessions import Sessions
from service.spans import NO_SPANS, Spans
from service.webhooks.webhooks import Webhooks

OPERATIONS: tuple[Operation, ...] = (
    *answers.routes,  # the busiest first: the router tries paths in this order
    *batches.routes,
    *about_service.routes,
    *frameworks.routes,
    *rules.routes,
    *inspections.routes,
    *stream.routes,
    *inbox.routes,
    *webhooks.routes,
    *operations.routes,
    *personal_data.routes,
    *assignments.routes,
    *cases.routes,
    *caseloads.routes,
    *samples.routes,
    *allocations.routes,
    *reviews.routes,
    *queries.routes,
    *corrections.routes,
    *markings.routes,
    *outstanding.routes,
    *facts.routes,
    *judgements.routes,
    *PANEL_OPERATIONS,
    *ratings.routes,
    *evidence.routes,
    *comparison.routes,
    *counterfactuals.routes,
    *ledger.routes,
    *changes.routes,
    *word_exports.routes,
    *audit.routes,
    *access_events.routes,
    *activity.routes,
    *exports.routes,
    *erasures.routes,
    *holds.routes,
    *break_glass.routes,
    *sign_in.routes,
)
"""The whole route table."""


class Parts(Struct, frozen=True, kw_only=True):
    """What the application is built from; the composition root chooses each."""

    desk: Desk
    store: ServedStore
    engine: AsyncEngine  # of the read models
    shelf: Shelf
    pages: StoredStreams  # the ledger's rows as they lie
    proofs: ProofStore
    checkpoints: Checkpointing
    vault: Vault
    identities: Identities
    logger: FilteringBoundLogger
    clock: Callable[[], datetime]  # aware UTC
    new_id: Callable[[], str]  # for requests that bring none
    build: context.Build
    access_log: AccessLog
    webhooks: Webhooks
    at_home: bool = False  # webhooks may lead to this machine
    spans: Spans = NO_SPANS
    body_limit: int = 64 * 1024
    periods: Periods = Periods()
    body_seconds: float = 30
    rates: Rates = NO_LIMITS
    position_seconds: float = 2
    streams: stream.Streams = field(default_factory=stream.Streams)
    sign_in: SignIn | None = None  # None: nobody signs in with a browser
    sessions: Sessions | None = None


def application(parts: Parts) -> web.Application:
    """The API over these parts; it owns none of them and closes none."""
    app = web.Application(middlewares=[around], client_max_size=parts.body_limit)
    app[context.DESK] = parts.desk
    app[context.STORE] = parts.store
    app[context.ENGINE] = parts.engine
    app[context.PAGES] = parts.pages
    app[context.PROOFS] = parts.proofs
    app[context.CHECKPOINTS] = parts.checkpoints
    app[context.SHELF] = parts.shelf
    app[rules.RULES] = RulesDesk(parts.store, parts.shelf, choices=parts.desk.choices)
    app[context.IDENTITIES] = parts.identities
    app[ACCESS_LOG] = parts.access_log
    app[context.SIGN_IN] = parts.sign_in
    app[context.SESSIONS] = parts.sessions
    app[context.LOGGER] = parts.logger
    app[context.CLOCK] = parts.clock
    app[context.NEW_ID] = parts.new_id
    app[context.METRICS] = _measured(parts)
    app[context.SPANS] = parts.spans
    app[context.PERIODS] = parts.periods
    app[context.BUILD] = parts.build
    app[exports.EXPORTING] = asyncio.Lock()
    app[exports.RUNNING] = set()
    app[context.BODY_SECONDS] = parts.body_seconds
    app[context.DRAIN] = context.Drain()
    app[PATIENCE] = parts.position_seconds
    app[ALLOWANCES] = Allowances(parts.rates)
    app[VAULT] = parts.vault
    app[webhooks.WEBHOOKS] = parts.webhooks
    app[webhooks.AT_HOME] = parts.at_home
    app[operations.OPERATIONS] = Operations(parts.clock, parts.logger)
    app.cleanup_ctx.append(operations.kept)
    app[stream.STREAMS] = parts.streams
    app.cleanup_ctx.append(stream.watched)
    app.on_shutdown.append(stream.ended)
    app[DESCRIPTION] = Description(OPERATIONS, parts.build.version)
    for operation in OPERATIONS:
        _add(app.router, operation)
    return app


def _measured(parts: Parts) -> Metrics:
    store, metrics = parts.store, Metrics()
    store.watch(metrics.appended)
    metrics.watch(
        "adjudge_waiting_appends",
        "Requests that wait to be written.",
        lambda: store.waiting,
    )
    metrics.watch(
        "adjudge_writable",
        "Whether the last batch reached the disk.",
        lambda: store.writable,
    )
    return metrics


def _add(router: web.UrlDispatcher, operation: Operation) -> None:
    handler = guarded(operation)
    if operation.method == "GET":
        router.add_get(operation.path, handler)  # and HEAD
    else:
        router.add_route(operation.method, operation.path, handler)
