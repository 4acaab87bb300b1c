"""The composition root: everything the service is made of, chosen in one place."""

import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from secrets import token_bytes

from aiohttp import web

from events.recorded import Origin
from events.sql.replies import forget_replies
from service.access_log.access_log import AccessLog
from service.adoption import adopt_packaged
from service.api import Build, Parts, Streams, application
from service.choices import choices_of
from service.config import Settings, rates
from service.following import following
from service.logs import logger_to
from service.proof.checkpoints import checkpointing
from service.records.forgetting import Kept, forgetting
from service.records.key_vault import open_keys
from service.records.ledger_end import check_end, remembering
from service.records.lost_files import check_before, check_opened
from service.records.records import open_records
from service.retention import Periods, destroy_erased
from service.sign_in.identifying import open_identities
from service.sign_in.sessions import Lifetime, Sessions
from service.spans import collected
from service.version import VERSION
from service.webhooks.delivering import Deliverer, delivering
from service.webhooks.webhooks import Webhooks

ITSELF = "system:adjudge"
"""The actor of what the service does of its own accord."""


@asynccontextmanager
async def open_application(
    settings: Settings, *, now: Callable[[], datetime], new_id: Callable[[], str]
) -> AsyncIterator[web.Application]:
    """The API over the ledger and the vault the settings name.

    At the end all that was accepted is written. Raises StoreError and IdentitiesError.
    """
    logger = logger_to(sys.stderr.buffer, level=settings.log_level, now=now)
    check_before(settings)
    async with AsyncExitStack() as opened:
        spans = await opened.enter_async_context(collected(settings.traces_endpoint))
        known = await opened.enter_async_context(open_identities(settings, now))
        records = await opened.enter_async_context(
            open_records(
                settings.database, now, choices=choices_of(settings), spans=spans
            )
        )
        await check_opened(settings, records.store)
        vault = await opened.enter_async_context(open_keys(settings))
        await check_end(records.store, vault)
        await destroy_erased(records.engine, vault)
        at_home = settings.environment == "development"
        accesses = AccessLog(records.writing, now)
        deliverer = Deliverer(records.writing, vault, now, at_home=at_home)
        async with (
            remembering(records.store, vault, logger),
            forgetting(
                (
                    Kept(
                        what="replies",
                        days=settings.reply_days,
                        forget=partial(forget_replies, records.writing),
                    ),
                    Kept(
                        what="accesses",
                        days=settings.access_log_days,
                        forget=accesses.forget,
                    ),
                ),
                now=now,
                logger=logger,
            ),
            checkpointing(settings, records, now=now, logger=logger) as checkpoints,
            following(
                records, owner=f"{os.getpid()} {new_id()}", now=now, logger=logger
            ),
            delivering(deliverer, logger),
        ):
            itself = Origin(actor=ITSELF, observed_at=now())
            if checkpoints.alarm is None:  # else nothing is written
                await adopt_packaged(records.store, records.shelf, itself)
            yield application(
                Parts(
                    desk=records.desk,
                    store=records.store,
                    engine=records.engine,
                    shelf=records.shelf,
                    vault=vault,
                    identities=known.identities,
                    logger=logger,
                    pages=records.pages,
                    proofs=records.proofs,
                    checkpoints=checkpoints,
                    clock=now,
                    new_id=new_id,
                    spans=spans,
                    build=Build(VERSION),
                    body_limit=settings.body_limit,
                    periods=Periods(
                        cases=settings.retention_case_days,
                        inspections=settings.retention_inspection_days,
                    ),
                    body_seconds=settings.body_seconds,
                    rates=rates(settings),
                    position_seconds=settings.position_seconds,
                    streams=Streams(
                        longest=settings.stream_seconds, each=settings.streams_each
                    ),
                    access_log=accesses,
                    webhooks=Webhooks(records.writing, now),
                    at_home=at_home,
                    sign_in=known.sign_in,
                    sessions=Sessions(
                        records.writing,
                        now=now,
                        random=token_bytes,
                        lifetime=Lifetime(
                            idle=settings.session_idle_seconds,
                            at_most=settings.session_seconds,
                        ),
                    ),
                )
            )
