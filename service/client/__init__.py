"""A client for inspectors' tools, with and without a network; see CLIENT.md."""

from service.client.address import When
from service.client.case import Case
from service.client.client import Client, open_session
from service.client.entry import (
    Entry,
    Place,
    State,
    Theirs,
    Unsettled,
    answer_to,
    fact_of,
)
from service.client.evidence import EvidenceNotProtected, WrongKey
from service.client.inspection import Inspection
from service.client.outbox import Outbox, open_outbox
from service.client.outbox_file import OutboxError
from service.client.problem import (
    Conflicting,
    Erased,
    Forbidden,
    Later,
    NotAuthenticated,
    NotFound,
    Problem,
    Refusal,
    Stale,
    Unfit,
    Unreachable,
)
from service.client.stream import News
from service.client.sync import NotYours, Report, sync
from service.client.transport import Patience, Token
from service.client.views import Accepted

__all__ = [
    "Accepted",
    "Case",
    "Client",
    "Conflicting",
    "Entry",
    "Erased",
    "EvidenceNotProtected",
    "Forbidden",
    "Inspection",
    "Later",
    "News",
    "NotAuthenticated",
    "NotFound",
    "NotYours",
    "Outbox",
    "OutboxError",
    "Patience",
    "Place",
    "Problem",
    "Refusal",
    "Report",
    "Stale",
    "State",
    "Theirs",
    "Token",
    "Unfit",
    "Unreachable",
    "Unsettled",
    "When",
    "WrongKey",
    "answer_to",
    "fact_of",
    "open_outbox",
    "open_session",
    "sync",
]
