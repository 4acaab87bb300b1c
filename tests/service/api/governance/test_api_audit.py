"""Checkpoints, proofs and packs over the API, checked as an outsider would."""

import asyncio
import io
from base64 import b64decode

import pytest

from events.pack.audit import audit_pack
from events.pack.read import read_pack
from events.proof.checkpoint import Checkpoint
from events.proof.key_ring import KeyRing
from events.proof.merkle import check_consistency, check_inclusion, leaf_hash
from events.proof.note import Note
from service.api.governance.exports import EXPORTING, RUNNING
from service.api.wire.context import CHECKPOINTS, PROOFS
from service.proof.checkpointing import Alarm
from service.proof.verification import verify_pack
from tests.service.api.asking import Api, answer_path
from tests.service.api.conftest import NOON


@pytest.fixture
async def greta(brent: Api) -> Api:
    """An auditor, of an inspection with an answer; nothing is signed yet."""
    path = answer_path("C-1", "2.1.1")
    reply = await brent.put(path, {"answer": "Yes"}, If_None_Match="*")
    assert reply.status == 201
    return brent.as_("greta")


async def _sign(api: Api) -> Checkpoint:
    note = await api.app[CHECKPOINTS].sign()
    assert note is not None
    return Checkpoint.parse(note.text)


async def test_integrity_says_what_is_signed_and_what_is_not(greta: Api) -> None:
    before = await greta.get("/v1/audit/integrity")
    signed = await _sign(greta)
    after = await greta.get("/v1/audit/integrity")

    assert before.body["sound"] is True
    assert before.body["checkpoint"] is None
    assert before.body["unsigned"] == before.body["position"] == signed.size
    assert after.body["checkpoint"]["size"] == signed.size
    assert after.body["unsigned"] == 0
    assert after.body["alarm"] is after.body["trouble"] is None


async def test_the_latest_checkpoint_is_a_note_that_its_key_signed(greta: Api) -> None:
    signed = await _sign(greta)

    latest = await greta.get("/v1/audit/checkpoints/latest")
    keys = await greta.get("/v1/audit/keys")

    assert latest.headers["Content-Type"].startswith("text/plain")
    ring = KeyRing.parse(keys.text)
    assert ring.attest(Note.parse(latest.text)).checkpoint == signed


async def test_checkpoints_are_listed_page_by_page(greta: Api) -> None:
    first = await _sign(greta)
    await greta.as_("lena").announce("trafford", "2020-10-05", framework="youth-2020")
    second = await _sign(greta)

    page = await greta.get("/v1/audit/checkpoints?limit=1")
    rest = await greta.get(page.body["next"])

    assert [one["size"] for one in page.body["checkpoints"]] == [first.size]
    assert [one["size"] for one in rest.body["checkpoints"]] == [second.size]
    assert rest.body["next"] is None
    assert b64decode(rest.body["checkpoints"][0]["root"]) == second.root


@pytest.mark.parametrize("position", [1, 2, 5])
async def test_an_event_is_proven_to_be_in_the_ledger(
    greta: Api, position: int
) -> None:
    signed = await _sign(greta)

    reply = await greta.get(f"/v1/audit/events/{position}/proof")

    assert reply.body["leaf"] == leaf_hash(bytes.fromhex(reply.body["hash"])).hex()
    check_inclusion(
        bytes.fromhex(reply.body["leaf"]),
        position - 1,
        size=signed.size,
        root=signed.root,
        proof=[bytes.fromhex(each) for each in reply.body["proof"]],
    )


async def test_an_extension_is_proven(greta: Api) -> None:
    first = await _sign(greta)
    await greta.as_("lena").announce("trafford", "2020-10-05", framework="youth-2020")
    second = await _sign(greta)

    reply = await greta.get(f"/v1/audit/consistency?from={first.size}")

    check_consistency(
        first.size,
        first.root,
        size=second.size,
        root=second.root,
        proof=[bytes.fromhex(each) for each in reply.body["proof"]],
    )


@pytest.mark.parametrize(
    ("path", "status", "slug"),
    [
        ("/v1/audit/checkpoints/latest", 409, "nothing-signed"),
        ("/v1/audit/events/1/proof", 409, "nothing-signed"),
        ("/v1/audit/events/0/proof", 404, "not-found"),
        ("/v1/audit/consistency", 422, "validation"),
        ("/v1/audit/consistency?from=x", 422, "validation"),
    ],
)
async def test_what_cannot_be_proven_is_refused(
    greta: Api, path: str, status: int, slug: str
) -> None:
    reply = await greta.get(path)

    assert (reply.status, reply.slug) == (status, slug)


async def test_proofs_are_made_only_against_checkpoints_there_are(greta: Api) -> None:
    signed = await _sign(greta)
    await greta.as_("lena").announce("trafford", "2020-10-05", framework="youth-2020")
    later = await _sign(greta)
    missing = await greta.get("/v1/audit/events/1/proof?size=1")
    beyond = await greta.get(
        f"/v1/audit/events/{signed.size + 1}/proof?size={signed.size}"
    )
    backwards = await greta.get(
        f"/v1/audit/consistency?from={later.size}&to={signed.size}"
    )

    assert (missing.status, missing.slug) == (409, "nothing-signed")
    assert (beyond.status, beyond.slug) == (404, "not-found")
    assert (backwards.status, backwards.slug) == (422, "validation")


@pytest.mark.parametrize("person", ["rosa", "lena", "pavel", "adam", "ruth"])
async def test_only_governance_reads_proofs_and_takes_packs(
    greta: Api, person: str
) -> None:
    asked = greta.as_(person)

    assert (await asked.get("/v1/audit/integrity")).status == 403
    assert (await asked.get("/v1/audit/keys")).status == 403
    assert (await asked.post("/v1/exports", {})).status == 403


async def _export(api: Api, body: object, *, key: str = "e-1") -> bytes:
    headers = {"Authorization": "Bearer token-of-greta", "Idempotency-Key": key}
    async with api.client.post("/v1/exports", json=body, headers=headers) as response:
        assert response.status == 200, await response.text()
        assert response.content_type == "application/zip"
        assert "attachment; filename=" in response.headers["Content-Disposition"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        return await response.read()


@pytest.mark.parametrize("inspection", [None, "brent"])
async def test_a_pack_taken_over_the_api_proves_itself(
    greta: Api, inspection: str | None
) -> None:
    first = await _sign(greta)
    await greta.as_("lena").announce("trafford", "2020-10-05", framework="youth-2020")
    body = {"inspection": inspection, "checkpoints": [first.size]}

    packed = await _export(greta, body)

    pack = read_pack(io.BytesIO(packed))
    report = verify_pack(pack, pack.checkpoints[:1], pack.keys)
    assert report.findings == ()
    assert pack.claims[0].inspection == "inspection-brent"
    assert audit_pack(pack).findings == ()


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        ({"inspection": "nowhere"}, 404, "not-found"),
        ({"checkpoints": [2]}, 409, "nothing-signed"),
        ({"checkpoints": [0]}, 422, "validation"),
    ],
)
async def test_an_export_that_cannot_be_made_is_refused(
    greta: Api, body: object, status: int, slug: str
) -> None:
    reply = await greta.post("/v1/exports", body)

    assert (reply.status, reply.slug) == (status, slug)


async def test_an_alarm_shows_everywhere_and_stops_every_command(greta: Api) -> None:
    await _sign(greta)
    greta.app[CHECKPOINTS].alarm = Alarm(NOON, "the ledger was rewritten")

    ready = await greta.get("/readyz")
    shown = await greta.get("/v1/audit/integrity")
    answered = await greta.as_("rosa").put(
        answer_path("C-1", "2.1.2"), {"answer": "Yes"}, If_None_Match="*"
    )
    read = await greta.as_("rosa").get(answer_path("C-1", "2.1.1"))

    assert (ready.status, ready.slug) == (503, "integrity-alarm")
    assert ready.body["detail"] == "the ledger was rewritten"
    assert shown.body["sound"] is False
    assert shown.body["alarm"]["says"] == "the ledger was rewritten"
    assert (answered.status, answered.slug) == (503, "integrity-alarm")
    assert read.status == 200
    # what was signed before can still be taken away
    assert read_pack(io.BytesIO(await _export(greta, {}))).is_whole


async def test_exports_wait_for_each_other(greta: Api) -> None:
    packs = await asyncio.gather(
        _export(greta, {}, key="e-1"), _export(greta, {}, key="e-2")
    )

    assert packs[0] == packs[1]
    assert await greta.app[PROOFS].checkpoint() is not None


async def test_an_export_asked_for_again_while_it_is_made_is_told_so(
    greta: Api,
) -> None:
    async with greta.app[EXPORTING]:
        first = asyncio.create_task(_export(greta, {}))
        while not greta.app[RUNNING]:  # noqa: ASYNC110 - a handler tells nobody
            await asyncio.sleep(0.01)
        again = await greta.post("/v1/exports", {}, Idempotency_Key="e-1")

    assert (again.status, again.slug) == (409, "request-in-progress")
    assert await first
    assert await _export(greta, {})
