"""A framework, for those who write, review and adopt its rules.

Texts and impacts are read as JSON objects, as `/v1/openapi.json` describes them.
"""

from msgspec import Struct

from service.client.address import NOW, Address, Found, When, told


class RulesAccepted(Struct, frozen=True, kw_only=True):
    """The reply to a command about rules that was carried out."""

    framework: str
    revision: int
    framework_hash: str
    position: int
    version: int
    created: bool


class RatingImpactView(Struct, frozen=True, kw_only=True):
    """One rating that the draft gives differently, with both reasons."""

    inspection: str
    part: str
    before: str | None
    after: str | None
    because_before: str
    because_after: str


class ImpactResult(Struct, frozen=True, kw_only=True):
    """What rules would change of everything on record; nothing is changed by asking."""

    framework: str
    framework_hash: str
    as_of: int
    inspections: int
    changed: tuple[RatingImpactView, ...]
    not_admitted: dict[str, tuple[str, ...]]


class OperationView(Struct, frozen=True, kw_only=True):
    """How far an operation is, and its result once it is done."""

    operation: str
    kind: str
    state: str
    done: int
    of: int
    began_at: str
    ended_at: str | None
    refused: str | None
    result: ImpactResult | None


class Framework:
    """One framework, by its id."""

    def __init__(self, here: Address) -> None:
        self._here = here

    async def show(self, revision: int) -> Found:
        """One adopted revision: its questions, answers, facts and samples, its text."""
        return await (self._here / "revisions" / revision).read(dict)

    async def validate(self, text: str) -> Found:
        """What a text would be; nothing of it is kept."""
        ask = (self._here / "validations").asking("POST", {"text": text})
        return await self._here.send(ask, dict)

    async def draft(self, text: str, *, when: When = NOW) -> RulesAccepted:
        """Propose a text as the next revision."""
        return await self._write("drafts", {"text": text}, when)

    async def show_draft(self) -> Found:
        """The text that is proposed, and what reviewers think of it."""
        return await (self._here / "drafts").read(dict)

    async def show_impact(self, revision: int) -> Found:
        """What the draft would change; `impact_hash` names exactly this."""
        return await (self._here / "revisions" / revision / "impact").read(dict)

    async def review(
        self,
        revision: int,
        *,
        framework_hash: str,
        in_favour: bool,
        remark: str = "",
        when: When = NOW,
    ) -> RulesAccepted:
        """Say what you think of the draft you read."""
        body = {
            "framework_hash": framework_hash,
            "in_favour": in_favour,
            "remark": remark,
        }
        return await self._write(f"revisions/{revision}/reviews", body, when)

    async def adopt(
        self,
        revision: int,
        *,
        framework_hash: str,
        impact_hash: str,
        erratum: str | None = None,
        when: When = NOW,
    ) -> RulesAccepted:
        """Put the draft in force, having seen what it would change."""
        body = told(
            revision=revision,
            framework_hash=framework_hash,
            impact_hash=impact_hash,
            erratum=erratum,
        )
        return await self._write("adoptions", body, when)

    async def withdraw(
        self, revision: int, reason: str, *, when: When = NOW
    ) -> RulesAccepted:
        """Use a revision for no new inspection."""
        path = f"revisions/{revision}/withdrawals"
        return await self._write(path, {"reason": reason}, when)

    async def begin_impact(
        self, revision: int, *, key: str | None = None
    ) -> OperationView:
        """Begin to rate every inspection again under a revision."""
        return await self._begin(f"revisions/{revision}/impact", {}, key)

    async def begin_impact_of(
        self, text: str, *, key: str | None = None
    ) -> OperationView:
        """Begin to rate every inspection again under a text."""
        return await self._begin("impact", {"text": text}, key)

    async def _write(
        self, path: str, body: dict[str, object], when: When
    ) -> RulesAccepted:
        ask = self._here.under(path).asking("POST", body, when)
        return await self._here.send(ask, RulesAccepted)

    async def _begin(
        self, path: str, body: dict[str, object], key: str | None
    ) -> OperationView:
        ask = self._here.under(path).asking("POST", body, When(key=key))
        return await self._here.send(ask, OperationView)
