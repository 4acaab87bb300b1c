"""The demonstration from start to end: load, compare, show, and stay up if asked to."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec
from aiohttp import web

from dsl import packaged
from dsl.framework import Framework
from service.change_text import change_text
from service.client import Client, Patience, open_session
from service.config import Settings
from service.demo.comparison import (
    figures_compared,
    ratings_compared,
    snapshot_compared,
)
from service.demo.load import Tell, load
from service.demo.people import AUDITOR, tokens_for, write_identities
from service.demo.plan import Plan
from service.demo.published import IDS, read
from service.demo.reconstruct import reconstruct
from service.demo.report import Compared, table, verdict
from service.serving import serving

SHOWN = ("trafford-2021", "2.2")
"""The inspection and the standard whose history is printed."""

_PLENTY = 1_000_000
_SECONDS = 60  # for one reply; a team waits longer than a browser


@dataclass(frozen=True, slots=True)
class Stage:
    """What the demonstration is given to work with."""

    settings: Settings
    open_application: Callable[[Settings], AbstractAsyncContextManager[web.Application]]
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    tell: Tell


@dataclass(frozen=True, slots=True)
class Demonstrated:
    """What is up, who may ask it, and how the comparison went."""

    url: str
    token: str  # the auditor's
    compared: tuple[Compared, ...]


@asynccontextmanager
async def demonstrated(stage: Stage) -> AsyncIterator[Demonstrated]:
    """Load, compare and print; the service stays up while the block runs.

    Raises what `load` and `serving` raise.
    """
    plans = tuple(_plan(inspection) for inspection in IDS)
    tokens = tokens_for(plans, stage.new_id)
    with TemporaryDirectory(prefix="adjudge-demo-") as folder:
        people = Path(folder) / "people.json"
        write_identities(people, tokens)
        settings = msgspec.structs.replace(
            stage.settings,
            environment="development",
            identities=str(people),
            log_level="warning",  # thousands of lines would bury the table
            writes_per_minute=_PLENTY,  # a year's fieldwork in seconds
            writes_at_once=_PLENTY,
            reads_per_minute=_PLENTY,
            reads_at_once=_PLENTY,
        )
        async with (
            stage.open_application(settings) as app,
            serving(
                app,
                host=settings.host,
                port=settings.port,
                drain_seconds=settings.drain_seconds,
            ) as url,
            open_session() as session,
        ):
            patience = Patience(seconds=_SECONDS)
            clients = {
                person: Client(url, token, session=session, patience=patience)
                for person, token in tokens.items()
            }
            began = stage.now()
            stage.tell(f"Loading {len(plans)} inspections through {url}/v1 …")
            progress = await load(plans, clients, stage.tell)
            took = (stage.now() - began).total_seconds()
            stage.tell(
                f"{progress.submitted:,} submissions by {len(tokens) - 1} people "
                f"in {took:.1f} s\n"
            )
            auditor = clients[AUDITOR]
            compared = tuple([await _compare(auditor, plan) for plan in plans])
            await _show(auditor, compared, stage.tell)
            yield Demonstrated(url, tokens[AUDITOR], compared)


def _plan(inspection: str) -> Plan:
    """The same plan in every run, so that loading twice records everything once."""
    published = read(inspection)
    chance = Random(inspection)  # noqa: S311 - made-up cases, not secrets
    return reconstruct(published, _framework(published.framework), chance)


def _framework(id_: str) -> Framework:
    framework = packaged(id_).framework
    if framework is None:
        raise AssertionError(id_)  # packaged frameworks have no mistakes: tested
    return framework


async def _compare(client: Client, plan: Plan) -> Compared:
    published = plan.published
    inspection = client.inspection(published.id)
    ratings = await inspection.show_ratings()
    publication = await inspection.report.show_publication(1)
    framework = _framework(published.framework)
    return Compared(
        published,
        ratings_compared(published, ratings, framework),
        figures_compared(published, ratings),
        ratings.agreed,
        snapshot_compared(published, publication.reported),
    )


async def _show(client: Client, compared: Sequence[Compared], tell: Tell) -> None:
    for each in compared:
        tell(f"{table(each)}\n")
    tell(f"{verdict(compared)}\n")
    inspection, part = SHOWN
    tell(f"How {inspection} {part} came about, change by change:\n")
    async for change in client.inspection(inspection).history(part):
        tell(change_text(change))
    tell("")
