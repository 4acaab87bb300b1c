"""What governance reads and does: both logs, proofs, erasures and holds.

Reads are JSON objects, as `/v1/openapi.json` describes them; lists come row by row.
Filters are those of the operation, by name: `person=`, `inspection=`, `since=` …
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Literal

from service.client.address import NOW, Address, AsOf, Found, When, told
from service.client.inspection import MEDIA, Form
from service.client.views import Accepted

Table = Literal["access-events", "activity", "changes"]


class Governance:
    """The service as those see it who answer for it."""

    def __init__(self, here: Address) -> None:
        self._here = here

    # ---- what happened, and who looked

    def events(self, *, as_of: AsOf = None, after: int = 0) -> AsyncIterator[Found]:
        """The ledger from a position on; sealed words stay sealed."""
        return (self._here / "events").rows("events", as_of=as_of, after=after)

    def changes(self, **filters: object) -> AsyncIterator[Found]:
        """What moved any rating of any inspection."""
        return (self._here / "changes").rows("changes", **filters)

    def access_events(self, **filters: object) -> AsyncIterator[Found]:
        """Who looked at what, and why."""
        return (self._here / "access-events").rows("accesses", **filters)

    def activity(self, **filters: object) -> AsyncIterator[Found]:
        """What people did and looked at, in the order of time."""
        return (self._here / "activity").rows("acts", **filters)

    async def download(self, table: Table, form: Form, **filters: object) -> bytes:
        """One of these as a table."""
        return await (self._here / table).fetch(MEDIA[form], **filters)

    async def gather_person(self, person: str) -> bytes:
        """All that is kept about a person, as lines of JSON; the client says why."""
        return await (self._here / "people" / person / "data").fetch()

    async def list_followers(self) -> Found:
        """How far each read model has come, and events it could not take."""
        return await (self._here / "followers").read(dict)

    # ---- proofs

    async def show_integrity(self) -> Found:
        """What the service knows of the ledger's integrity."""
        return await (self._here / "audit" / "integrity").read(dict)

    def checkpoints(self, *, after: int = 0) -> AsyncIterator[Found]:
        """Signed checkpoints, the smallest first."""
        here = self._here / "audit" / "checkpoints"
        return here.rows("checkpoints", after=after)

    async def latest_checkpoint(self) -> str:
        """The signed text of the newest."""
        here = self._here / "audit" / "checkpoints" / "latest"
        return (await here.fetch()).decode()

    async def verifier_keys(self) -> str:
        """The keys that checkpoints are checked with, one a line."""
        return (await (self._here / "audit" / "keys").fetch()).decode()

    async def prove_event(self, position: int, *, size: int | None = None) -> Found:
        """That an event is in the tree of a checkpoint."""
        here = self._here / "audit" / "events" / position / "proof"
        return await here.read(dict, size=size)

    async def prove_extension(self, start: int, end: int | None = None) -> Found:
        """That the tree of a checkpoint begins with that of an earlier one."""
        query = {"from": start, "to": end}
        return await (self._here / "audit" / "consistency").read(dict, **query)

    async def export(
        self,
        inspection: str | None = None,
        *,
        checkpoints: Sequence[int] = (),
        key: str | None = None,
    ) -> bytes:
        """An audit pack (a ZIP file) of one inspection, or of everything."""
        body = told(inspection=inspection, checkpoints=[*checkpoints])
        return await (self._here / "exports").carry_out(body, key)

    # ---- how long words are kept

    async def list_due(self) -> Found:
        """Everything whose time is over."""
        return await (self._here / "retention" / "due").read(dict)

    def erasures(self) -> AsyncIterator[Found]:
        """Erasures, oldest first."""
        return (self._here / "erasures").rows("erasures")

    async def show_erasure(self, erasure: int) -> Found:
        """An erasure with the reason it was asked for."""
        return await (self._here / "erasures" / erasure).read(dict)

    async def request_erasure(  # noqa: PLR0913 - all that a request says
        self,
        inspection: str,
        *,
        reason_code: str,
        reason: str,
        case: str | None = None,
        cases_only: bool = False,
        when: When = NOW,
    ) -> Accepted:
        """Ask that words be erased for good; somebody else approves."""
        body = told(
            inspection=inspection,
            reason_code=reason_code,
            reason=reason,
            case=case,
            cases_only=cases_only,
        )
        return await (self._here / "erasures").add(body, when)

    async def approve_erasure(self, erasure: int, *, when: When = NOW) -> Accepted:
        """Erase what somebody else asked for."""
        return await (self._here / "erasures" / erasure / "approvals").add({}, when)

    def holds(self) -> AsyncIterator[Found]:
        """Holds, oldest first."""
        return (self._here / "retention" / "holds").rows("holds")

    async def show_hold(self, hold: int) -> Found:
        """A hold with the reason it was placed."""
        return await (self._here / "retention" / "holds" / hold).read(dict)

    async def place_hold(
        self,
        inspection: str,
        reason: str,
        *,
        case: str | None = None,
        when: When = NOW,
    ) -> Accepted:
        """Keep words from being erased."""
        body = told(inspection=inspection, reason=reason, case=case)
        return await (self._here / "retention" / "holds").add(body, when)

    async def request_release(
        self, hold: int, reason: str, *, when: When = NOW
    ) -> Accepted:
        """Ask that a hold be lifted; somebody else approves."""
        here = self._here / "retention" / "holds" / hold / "releases"
        return await here.add({"reason": reason}, when)

    async def approve_release(self, hold: int, *, when: When = NOW) -> Accepted:
        """Lift a hold as somebody else asked."""
        here = self._here / "retention" / "holds" / hold / "releases" / "approvals"
        return await here.add({}, when)

    # ---- the words of many cases, taken away

    def word_exports(
        self, inspection: str, *, as_of: AsOf = None
    ) -> AsyncIterator[Found]:
        """What was asked to be taken away, oldest first."""
        return self._words(inspection).rows("exports", as_of=as_of)

    async def show_word_export(
        self, inspection: str, export: int, *, as_of: AsOf = None
    ) -> Found:
        """One request with its reason."""
        return await (self._words(inspection) / export).read(dict, as_of)

    async def request_word_export(  # noqa: PLR0913 - all that a request says
        self,
        inspection: str,
        reason: str,
        *,
        part: str | None = None,
        actor: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        when: When = NOW,
    ) -> Accepted:
        """Ask to take words away as they stand now; somebody else approves."""
        body = told(reason=reason, part=part, actor=actor, since=since, until=until)
        return await self._words(inspection).add(body, when)

    async def approve_word_export(
        self, inspection: str, export: int, content_hash: str, *, when: When = NOW
    ) -> Accepted:
        """Agree that whoever asked takes exactly these words away, once."""
        here = self._words(inspection) / export / "approvals"
        return await here.add({"content_hash": content_hash}, when)

    async def reject_word_export(
        self, inspection: str, export: int, reason: str, *, when: When = NOW
    ) -> Accepted:
        """Turn a request down."""
        here = self._words(inspection) / export / "rejections"
        return await here.add({"reason": reason}, when)

    async def take_words(
        self, inspection: str, export: int, *, key: str | None = None
    ) -> bytes:
        """The table that was approved; with the same key it comes again."""
        return await (self._words(inspection) / export / "tables").carry_out({}, key)

    def _words(self, inspection: str) -> Address:
        return self._here / "inspections" / inspection / "exports"

    # ---- evidence opened in an emergency

    async def list_openings(self, inspection: str, *, as_of: AsOf = None) -> Found:
        """Who opened the evidence of an inspection, until when and why."""
        return await self._glass(inspection).read(dict, as_of)

    async def break_glass(
        self, inspection: str, reason: str, *, when: When = NOW
    ) -> Accepted:
        """Open the evidence of an inspection to yourself, as an administrator."""
        return await self._glass(inspection).add({"reason": reason}, when)

    async def review_opening(
        self, inspection: str, opening: int, *, when: When = NOW
    ) -> Accepted:
        """Say that you looked at an opening and what was read under it."""
        here = self._glass(inspection) / opening / "reviews"
        return await here.add({}, when)

    def _glass(self, inspection: str) -> Address:
        return self._here / "inspections" / inspection / "break-glass"
