"""Taking the panel's steps over HTTP, each by somebody else."""

from typing import Any

from tests.service.api.asking import Api, Reply, answer_path

HERE = "/v1/inspections/brent"
REASON = "The case was read again by two of us and the plan does address the risk."

TEAM = {"lena": "lead-inspector", "rosa": "inspector", "sam": "inspected-service"}
FACTS = {
    "safety is a factor": "yes",
    "risk of serious harm, judged": "high",
    "desistance changed": "yes",
    "safety changed": "yes",
    "harm changed": "yes",
}


async def make_whole(api: Api) -> Api:
    """An inspection `brent` with every question answered, all yes but 2.1.2."""
    lena, rosa = api.as_("lena"), api.as_("rosa")
    body = {
        "inspection": "brent",
        "service": "Brent Youth Offending Service",
        "programme": "single",
        "fieldwork_starts_on": "2020-10-05",
        "framework": "youth-2020",
        "team": TEAM,
    }
    assert (await lena.post("/v1/inspections", body)).status == 201
    samples = {"C-1": "court disposals", "C-2": "out-of-court disposals"}
    for case, sample in samples.items():
        of_case = {"disposal": "youth conditional caution"} if case == "C-2" else {}
        await lena.add_case("brent", case, sample, **FACTS, **of_case)
    framework = (
        await api.as_("lena").get("/v1/frameworks/youth-2020/revisions/1")
    ).body
    for question in framework["questions"]:
        if question["domain"] == "1":
            continue
        case = "C-1" if question["domain"] == "2" else "C-2"
        said = "No" if question["question"] == "2.1.2" else "Yes"
        path = answer_path(case, question["question"])
        assert (await rosa.put(path, {"answer": said})).status == 201
    for standard in ("1.1", "1.2", "1.3", "1.4"):
        path = f"{HERE}/judgements/{standard}"
        assert (await lena.put(path, {"rating": "Good"})).status == 201
    return lena


async def finish_fieldwork(lena: Api) -> None:
    """Rosa submits both cases, the lead accepts them, and the fieldwork is over."""
    for case in ("C-1", "C-2"):
        path = f"{HERE}/cases/{case}"
        submitted = await lena.as_("rosa").post(f"{path}/submission", {})
        accepted = await lena.post(f"{path}/acceptance", {})
        assert (submitted.status, accepted.status) == (201, 201), accepted.text
    finished = await lena.post(f"{HERE}/submissions", {})
    assert finished.status == 201, finished.text


async def figures_of(api: Api, standard: str, here: str = HERE) -> str:
    """What names the figures of a standard, as anybody reads it."""
    shown = await api.get(f"{here}/discretion/{standard}")
    return str(shown.body["figures_hash"])


async def propose(api: Api, standard: str, **said: Any) -> Reply:
    """Pavel proposes something for a standard, by default to let it stand."""
    body = {
        "outcome": "declined",
        "figures_hash": await figures_of(api, standard),
        "reason": REASON,
        "cases_reviewed": ["C-1"],
        **said,
    }
    path = f"{HERE}/discretion/{standard}/proposals"
    return await api.as_("pavel").post(path, body)


async def vote(api: Api, standard: str, *people: str) -> None:
    """These people are for what stands proposed."""
    shown = await api.as_("pavel").get(f"{HERE}/discretion/{standard}")
    version = shown.body["proposal"]["filed"]["version"]
    for person in people:
        reply = await api.as_(person).post(
            f"{HERE}/discretion/{standard}/votes",
            {"proposal": version, "in_favour": True},
        )
        assert reply.status == 201, reply.text


async def approve(api: Api, standard: str, **said: Any) -> Reply:
    """Pia approves what was voted for."""
    body = {
        "outcome": "declined",
        "figures_hash": await figures_of(api, standard),
        "reason": REASON,
        **said,
    }
    path = f"{HERE}/discretion/{standard}/decisions"
    return await api.as_("pia").post(path, body)


async def decide(api: Api, standard: str, **said: Any) -> Reply:
    """Propose, vote and approve."""
    proposed = await propose(api, standard, **said)
    assert proposed.status == 201, proposed.text
    await vote(api, standard, "petra", "paul")
    return await approve(api, standard, **said)


async def agree(api: Api) -> None:
    for person in ("pavel", "petra"):
        reply = await api.as_(person).post(f"{HERE}/endorsements", await seen(api))
        assert reply.status == 201, reply.text


async def seen(api: Api) -> dict[str, Any]:
    agreement = await api.as_("pavel").get(f"{HERE}/agreement")
    return {"figures_hash": agreement.body["figures_hash"]}


async def content(api: Api) -> dict[str, Any]:
    report = await api.as_("lena").get(f"{HERE}/report")
    return {"content_hash": report.body["content_hash"]}


async def publish(api: Api, number: int = 1, **more: str) -> Reply:
    """Draft, proposal and approval of agreed ratings."""
    lena, hugo = api.as_("lena"), api.as_("hugo")
    if number == 1:
        await lena.post(f"{HERE}/drafts", {"due_on": "2026-04-01"})
    body = await content(api)
    proposed = await lena.post(f"{HERE}/publications", {**body, **more})
    assert proposed.status == 201, proposed.text
    return await hugo.post(f"{HERE}/publications/{number}/approvals", body)
