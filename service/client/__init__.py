"""A client for inspectors' tools, with and without a network; see CLIENT.md."""

from service.client.case import Case, When
from service.client.client import Client, open_session
from service.client.inspection import Inspection
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
from service.client.transport import Patience, Token
from service.client.views import Accepted

__all__ = [
    "Accepted",
    "Case",
    "Client",
    "Conflicting",
    "Erased",
    "Forbidden",
    "Inspection",
    "Later",
    "NotAuthenticated",
    "NotFound",
    "Patience",
    "Problem",
    "Refusal",
    "Stale",
    "Token",
    "Unfit",
    "Unreachable",
    "When",
    "open_session",
]
