"""Nobody reads sealed words from outside an inspection without saying why."""

import re

import pytest

from service.access_log.access_log import AccessFilter
from service.api import OPERATIONS
from service.api.wire.promises import refusals
from service.api.wire.route import Operation
from service.api.wire.viewing import ACCESS_LOG
from service.permission import PERMISSIONS
from tests.service.api.asking import Api, Reply, answer_path
from tests.service.api.panelling import HERE, REASON, figures_of, make_whole, propose

SAID = "Said in so many words."
WHY = "Complaint 2026-114."
STEPS = {
    "inspection": "brent",
    "case": "C-1",
    "question": "2.1.1",
    "standard": "2.1",
    "part": "2.1",
    "fact": "safety is a factor",
    "received": "E-1",
    "number": "1",
    "point": "P-1",
    "domain": "2",
}
OPENING = {
    "gather_case",
    "show_received",
    "show_inspection",
    "show_report",
    "show_export",
    "show_finding",
    "list_recommendations",
    "show_discretion",
    "show_judgement",
    "show_answer",
    "show_answer_history",
    "show_evidence",
    "list_queries",
    "show_query",
    "show_erasure",
    "show_hold",
    "list_openings",
    "show_case",
}
"""Operations that show words of the inspection below, at least."""


@pytest.fixture
async def spoken(api: Api) -> tuple[Api, dict[str, str]]:
    """An inspection in which something was written wherever it can be."""
    lena = await make_whole(api)
    rosa, pavel, adam = api.as_("rosa"), api.as_("pavel"), api.as_("adam")
    case = f"{HERE}/cases/C-1"
    received = {"medium": "survey", "standards": ["1.1"], "summary": SAID}
    made = {"text": SAID, "owner": "The board"}
    figures = await figures_of(lena, "2.1")
    replies = [
        await lena.put(f"{HERE}/evidence/E-1", received),
        await lena.put(
            f"{HERE}/judgements/1.1",
            {"rating": "Outstanding", "rationale": SAID},
            If_Match="*",
        ),
        await rosa.put(
            answer_path("C-1", "2.1.1"),
            {"answer": "Yes", "evidence": SAID},
            If_Match="*",
        ),
        await lena.put(f"{HERE}/findings/2.1", {"text": SAID}),
        await lena.post(f"{HERE}/recommendations", made),
        await pavel.post(
            f"{HERE}/discretion/2.1/considerations", {"figures_hash": figures}
        ),
        await propose(lena, "2.1"),
        await rosa.post(f"{case}/submission", {}),
        await lena.post(f"{case}/queries", {"question": "2.1.1", "text": SAID}),
        await lena.post(f"{HERE}/cases/C-2/exclusions", {"reason": SAID}),
        await adam.post(
            "/v1/erasures",
            {"inspection": "brent", "reason_code": "error", "reason": SAID},
        ),
        await adam.post(
            "/v1/retention/holds",
            {"inspection": "brent", "reason": SAID},
        ),
        await adam.post(f"{HERE}/break-glass", {"reason": SAID}),
        await lena.post(f"{HERE}/domains/3/set-asides", {"reason": SAID}),
        await api.as_("greta").post(
            f"{HERE}/exports", {"reason": SAID}, Access_Reason=WHY
        ),
    ]
    for each in replies:
        assert each.status in {200, 201}, each.text
    queries = (await lena.get(f"{case}/queries")).body["queries"]
    steps = STEPS | {
        "query": queries[0]["query"],
        "erasure": replies[10].headers["Location"].rsplit("/", 1)[1],
        "export": replies[14].headers["Location"].rsplit("/", 1)[1],
        "hold": replies[11].headers["Location"].rsplit("/", 1)[1],
    }
    return api, steps


def _address(operation: Operation, steps: dict[str, str]) -> str | None:
    """Where it is asked; None if nothing of the inspection is behind it."""
    if operation.id == "show_judgement":
        steps = steps | {"standard": "1.1"}
    if operation.id in {"show_case", "show_exclusion"}:
        steps = steps | {"case": "C-2"}
    names = re.findall(r"{(\w+)}", operation.path)
    if not set(names) <= steps.keys():
        return None
    return operation.path.format_map(steps)


async def _noted(api: Api, operation: Operation, person: str) -> set[str]:
    """What the access log has of somebody at one operation."""
    wanted = AccessFilter(person=person)
    found = await api.app[ACCESS_LOG].search(wanted, after=0, limit=500)
    return {each.kind for each in found if each.operation == operation.id}


async def _asked_by(api: Api, person: str, address: str, **said: str) -> Reply:
    return await api.as_(person).get(address, **said)


@pytest.mark.parametrize("person", ["greta", "olga"])
async def test_no_operation_shows_governance_words_without_a_reason(
    spoken: tuple[Api, dict[str, str]], person: str
) -> None:
    api, steps = spoken
    opened, kept = set(), set()

    for operation in OPERATIONS:
        may, address = operation.contract.may, _address(operation, steps)
        if operation.method != "GET" or may is None or address is None:
            continue
        if operation.id == "watch_inspection" or "governance" not in PERMISSIONS[may]:
            continue
        silent = await _asked_by(api, person, address)
        seen = await _noted(api, operation, person)
        said = await _asked_by(api, person, address, Access_Reason=WHY)
        shown = await _noted(api, operation, person) - seen
        assert SAID not in silent.text, operation.id
        assert REASON not in silent.text, operation.id
        assert not seen & {"words", "case"}, operation.id
        if shown & {"words", "case"}:
            assert (silent.status, silent.slug) == (403, "reason-required"), operation
            assert "reason-required" in refusals(operation), operation.id
            kept.add(operation.id)
        if SAID in said.text or REASON in said.text:
            opened.add(operation.id)

    assert opened <= kept
    assert opened == OPENING, opened ^ OPENING


async def test_those_who_work_there_say_no_reason(
    spoken: tuple[Api, dict[str, str]],
) -> None:
    api, _ = spoken

    for path in ("evidence/E-1", "findings/2.1", "judgements/1.1", "discretion/2.1"):
        for person in ("lena", "rosa", "quinn", "pavel"):
            reply = await api.as_(person).get(f"{HERE}/{path}")
            assert (path, person, reply.status) == (path, person, 200)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("cases/C-1", 200),  # judged for 2.1, which somebody has taken up
        ("cases/C-1/answers/2.1.1", 200),
        ("cases/C-2", 403),  # of another domain
        ("cases/C-9", 403),  # of none, which is not theirs to know
    ],
)
async def test_the_panel_reads_its_pack_and_gives_a_reason_for_the_rest(
    spoken: tuple[Api, dict[str, str]], path: str, status: int
) -> None:
    api, _ = spoken

    reply = await api.as_("petra").get(f"{HERE}/{path}")

    assert reply.status == status
    assert status == 200 or reply.slug == "reason-required"


async def test_before_anything_is_before_the_panel_it_says_why_it_looks(
    brent: Api,
) -> None:
    pavel = brent.as_("pavel")
    written = {"answer": "Yes", "evidence": SAID}
    path = answer_path("C-1", "2.1.1")
    assert (await brent.put(path, written, If_None_Match="*")).status == 201

    for asked in (path, f"{HERE}/evidence", f"{path}/evidence"):
        silent = await pavel.get(asked)
        said = await pavel.get(asked, Access_Reason=WHY)

        assert (silent.status, silent.slug) == (403, "reason-required")
        assert said.status == 200
    noted = await _reasons(brent, "pavel")
    assert noted == [WHY] * 3


async def test_another_role_is_no_reason_where_it_gives_no_part(brent: Api) -> None:
    olga = brent.as_("olga")  # governance, and an author of rules

    silent = await olga.get(f"{HERE}/cases/C-1")

    assert (silent.status, silent.slug) == (403, "reason-required")


async def _reasons(api: Api, person: str) -> list[str | None]:
    """The reasons somebody gave for what they saw."""
    wanted = AccessFilter(person=person)
    found = await api.app[ACCESS_LOG].search(wanted, after=0, limit=500)
    return [each.reason for each in found]
