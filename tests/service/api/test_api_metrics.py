"""What Prometheus is shown: figures, and nothing that names anybody or a case."""

import math
import re
from pathlib import Path

from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text

from events.open_store import open_to_prove
from service.api import metrics_application
from service.metrics import Metrics
from tests.service.api.asking import Api
from tests.service.running import free_port, running


async def shown(api: Api) -> dict[str, float]:
    async with (
        TestClient(TestServer(metrics_application(api.app))) as client,
        client.get("/metrics") as reply,
    ):
        assert reply.status == 200
        assert reply.headers["Content-Type"].startswith("text/plain; version=")
        return samples(await reply.text())


def samples(text: str) -> dict[str, float]:
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            found[name] = float(value)
    return found


ROUTE = "/v1/inspections/{inspection}/cases/{case}/answers/{question}"


async def test_answers_refusals_and_conflicts_are_counted(brent: Api) -> None:
    path = "/v1/inspections/brent/cases/C-1/answers/2.1.1"
    assert (await brent.put(path, {"answer": "Yes"}, If_None_Match="*")).status == 201
    await brent.put(path, {"answer": "No"}, If_Match='"99"')
    await brent.get("/v1/inspections/no-such-thing")

    figures = await shown(brent)

    counted = "adjudge_request_seconds_count"
    label = f'{{method="PUT",route="{ROUTE}",status="%s"}}'
    assert figures[counted + label % 201] == 1
    assert figures[counted + label % 412] == 1
    assert figures['adjudge_refusals_total{problem="stale-answer"}'] == 1
    assert figures['adjudge_refusals_total{problem="not-found"}'] == 1
    assert figures["adjudge_conflicts_total"] == 1
    assert figures["adjudge_append_seconds_count"] > 0
    assert figures["adjudge_waiting_appends"] == 0
    assert figures["adjudge_writable"] == 1
    assert figures["adjudge_unsigned_events"] == figures["adjudge_ledger_events"] > 0
    assert figures["adjudge_parked_events"] == 0
    assert figures["process_open_fds"] > 0


async def test_no_label_names_anybody_or_anything_of_a_case(brent: Api) -> None:
    await brent.get("/v1/inspections/brent/cases/C-1")
    await brent.ask("BREW", "/v1/inspections/brent")
    await brent.get("/rosa/C-1")

    figures = await shown(brent)

    labels = [label for name in figures for label in re.findall(r'="([^"]*)"', name)]
    assert labels
    for label in labels:
        for word in ("rosa", "brent", "C-1", "BREW", "request-"):
            assert word not in label


async def test_what_the_store_cannot_say_is_no_number(api: Api, tmp_path: Path) -> None:
    await changed(tmp_path, "ALTER TABLE progress RENAME TO elsewhere")

    figures = await shown(api)

    assert math.isnan(figures["adjudge_ledger_events"])
    assert figures["process_open_fds"] > 0


async def changed(folder: Path, statement: str) -> None:
    """Change the database behind the service's back."""
    engine = open_to_prove(f"sqlite+aiosqlite:///{folder / 'ledger.db'}")
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


def test_a_method_nobody_knows_is_one_of_the_others() -> None:
    metrics = Metrics()

    metrics.answered("BREW", None, 405, 0.1)

    assert b'method="other",route="other",status="405"' in metrics.text()


async def test_how_far_followers_are_behind_is_shown(api: Api, tmp_path: Path) -> None:
    await changed(tmp_path, "INSERT INTO progress VALUES ('one', 0)")

    figures = await shown(api)

    lag = figures['adjudge_follower_lag_events{follower="one"}']
    assert lag == figures["adjudge_ledger_events"] > 0


async def test_measurements_have_a_port_of_their_own(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, ADJUDGE_METRICS_PORT=str(port)) as service:
        async with (
            ClientSession() as client,
            client.get(f"http://127.0.0.1:{port}/metrics") as reply,
        ):
            assert "adjudge_request_seconds_count" in await reply.text()
        async with service.client() as client, client.get("/metrics") as reply:
            assert reply.status == 404
