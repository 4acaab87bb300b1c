"""Batches as they travel: items recorded without a network, and what came of each."""

from msgspec import Struct

from service.client.problem import Problem


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer, fact or withdrawal; what does not belong to its kind is left out.

    It names the version it was made from, or the item of the batch that it `follows`,
    or neither where nothing was on record.
    """

    kind: str  # "answer", "answer-withdrawal", "fact" or "fact-withdrawal"
    key: str
    case: str
    question: str | None = None
    answer: str | None = None
    evidence: str | None = None
    fact: str | None = None
    value: str | None = None
    base_version: int | None = None
    follows: str | None = None
    observed_at: str | None = None  # RFC 3339, with its offset


class AnswerBatchBody(Struct, frozen=True, kw_only=True):
    """Items of one inspection in the order they were recorded."""

    items: tuple[Item, ...]


class ItemResult(Struct, frozen=True, kw_only=True):
    """What came of one item."""

    key: str | None
    status: int
    replayed: bool = False
    version: int | None = None
    position: int | None = None
    problem: Problem | None = None


class AnswerBatchView(Struct, frozen=True, kw_only=True):
    """One result for each item, in their order."""

    inspection: str
    as_of: int
    results: tuple[ItemResult, ...]
