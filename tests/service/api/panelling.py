"""Taking the panel's steps over HTTP, each by somebody else."""

from typing import Any

from tests.service.api.asking import Api, Reply

HERE = "/v1/inspections/brent"
REASON = "The case was read again by two of us and the plan does address the risk."


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
