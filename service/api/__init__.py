"""The HTTP API: `/v1`, its problems and its OpenAPI document."""

from service.api.application import OPERATIONS, Parts, application
from service.api.description.openapi import document
from service.api.metrics import metrics_application
from service.api.stream import Streams
from service.api.wire.context import DRAIN, Build

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
