"""One case: its facts and answers, read and recorded."""

from datetime import datetime
from urllib.parse import parse_qsl, quote, urlsplit

from msgspec import Struct
from msgspec.json import Decoder
from msgspec.structs import replace

from service.client.transport import Ask, Transport
from service.client.views import (
    Accepted,
    AnswerHistoryView,
    AnswerView,
    CaseView,
    FactHistoryView,
    FactView,
)

ACCEPTED = Decoder(Accepted)
_ANSWER = Decoder(AnswerView)
_ANSWER_HISTORY = Decoder(AnswerHistoryView)
_CASE = Decoder(CaseView)
_FACT = Decoder(FactView)
_FACT_HISTORY = Decoder(FactHistoryView)

AsOf = int | datetime | None
"""A position in the ledger or an aware time; None is now."""


class When(Struct, frozen=True, kw_only=True):
    """How a write travels: when it was observed, and its key if the caller keeps it."""

    observed_at: datetime | None = None  # aware; None is now
    key: str | None = None


NOW = When()


class Case:
    """One case of an inspection, by its reference."""

    def __init__(self, transport: Transport, address: str) -> None:
        self._transport = transport
        self._address = address

    async def show(self, *, as_of: AsOf = None) -> CaseView:
        """The case with its facts, its answers and the questions asked of it."""
        return await self._transport.read(reading(self._address, as_of), _CASE)

    async def answer(
        self,
        question: str,
        answer: str,
        *,
        seen: int | None = None,
        evidence: str | None = None,
        when: When = NOW,
    ) -> Accepted:
        """Answer a question or a prompt; `seen` is the version of what it changes.

        Raises Stale where something else is on record, or nothing should be.
        """
        body = told(answer=answer, evidence=evidence)
        return await self._put(f"answers/{step(question)}", body, seen, when)

    async def withdraw_answer(
        self, question: str, *, seen: int, key: str | None = None
    ) -> Accepted:
        """Leave a question unanswered again."""
        return await self._delete(f"answers/{step(question)}", seen, key)

    async def show_answer(self, question: str, *, as_of: AsOf = None) -> AnswerView:
        """An answer with its evidence, who gave it and when."""
        ask = reading(f"{self._address}/answers/{step(question)}", as_of)
        return await self._transport.read(ask, _ANSWER)

    async def answer_history(
        self, question: str, *, as_of: AsOf = None
    ) -> AnswerHistoryView:
        """Everything that was ever answered, and every rating it moved."""
        ask = reading(f"{self._address}/answers/{step(question)}/history", as_of)
        return await self._transport.read(ask, _ANSWER_HISTORY)

    async def record_fact(
        self, fact: str, value: str, *, seen: int | None = None, when: When = NOW
    ) -> Accepted:
        """Record what is known of the case; `seen` is the version it changes."""
        return await self._put(f"facts/{step(fact)}", {"value": value}, seen, when)

    async def withdraw_fact(
        self, fact: str, *, seen: int, key: str | None = None
    ) -> Accepted:
        """Say that something is not known of the case after all."""
        return await self._delete(f"facts/{step(fact)}", seen, key)

    async def show_fact(self, fact: str, *, as_of: AsOf = None) -> FactView:
        """One fact, who recorded it and when."""
        ask = reading(f"{self._address}/facts/{step(fact)}", as_of)
        return await self._transport.read(ask, _FACT)

    async def fact_history(self, fact: str, *, as_of: AsOf = None) -> FactHistoryView:
        """Everything that was ever recorded of one fact."""
        ask = reading(f"{self._address}/facts/{step(fact)}/history", as_of)
        return await self._transport.read(ask, _FACT_HISTORY)

    async def exclude(self, reason: str, *, when: When = NOW) -> Accepted:
        """Take the case out of every count; its answers stay on record."""
        ask = posting(f"{self._address}/exclusions", {"reason": reason}, when)
        return await self._transport.write(ask, ACCEPTED)

    async def restore(self, reason: str, *, when: When = NOW) -> Accepted:
        """Count the case again."""
        ask = posting(f"{self._address}/restorations", {"reason": reason}, when)
        return await self._transport.write(ask, ACCEPTED)

    async def _put(
        self, path: str, body: dict[str, object], seen: int | None, when: When
    ) -> Accepted:
        ask = putting(f"{self._address}/{path}", body, seen, when)
        return await self._transport.write(ask, ACCEPTED)

    async def _delete(self, path: str, seen: int, key: str | None) -> Accepted:
        ask = deleting(f"{self._address}/{path}", seen, key)
        return await self._transport.write(ask, ACCEPTED)


def step(name: str) -> str:
    """One step of an address."""
    return quote(name, safe="")


def told(**fields: object) -> dict[str, object]:
    """The fields that are said."""
    return {name: value for name, value in fields.items() if value is not None}


def reading(path: str, as_of: AsOf, **query: str) -> Ask:
    """A read of the record as it is, or as it stood."""
    if as_of is not None:
        at = as_of.isoformat() if isinstance(as_of, datetime) else str(as_of)
        query["as_of"] = at
    return Ask(method="GET", path=path, query=query)


def following(ask: Ask, address: str | None) -> Ask | None:
    """The read of the next page, which is at this address; None after the last."""
    if address is None:
        return None
    query = dict(parse_qsl(urlsplit(address).query))
    query.pop("min_position", None)  # the transport's to say
    return replace(ask, query=query)


def putting(path: str, body: dict[str, object], seen: int | None, when: When) -> Ask:
    """A first record, or a change of the version seen."""
    precondition = {"If-None-Match": "*"} if seen is None else {"If-Match": f'"{seen}"'}
    return Ask(
        method="PUT",
        path=path,
        body=body | told(observed_at=when.observed_at),
        headers=precondition,
        key=when.key,
    )


def deleting(path: str, seen: int, key: str | None) -> Ask:
    """A withdrawal of the version seen."""
    return Ask(method="DELETE", path=path, headers={"If-Match": f'"{seen}"'}, key=key)


def posting(path: str, body: dict[str, object], when: When) -> Ask:
    """Something that happens."""
    return Ask(
        method="POST",
        path=path,
        body=body | told(observed_at=when.observed_at),
        key=when.key,
    )
