"""The HTTP API: `/v1`, its problems and its OpenAPI document."""

from service.api.application import OPERATIONS, Parts, application
from service.api.context import DRAIN, Build
from service.api.metrics import metrics_application
from service.api.openapi import document
from service.api.stream import Streams

__all__ = [
    "DRAIN",
    "OPERATIONS",
    "Build",
    "Parts",
    "Streams",
    "application",
    "document",
    "metrics_application",
]
