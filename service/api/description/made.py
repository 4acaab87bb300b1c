"""The description as it is sent, made when somebody first asks for it."""

import asyncio
from collections.abc import Sequence
from functools import cached_property

import msgspec
from aiohttp import web

from service.api.description.openapi import document
from service.api.description.reference import reference
from service.api.wire.route import Operation


class Description:
    """The OpenAPI document and its page for people.

    They take a fifth of a second to make, which a start need not wait for, nor
    anybody else's request: they are made on a thread.
    """

    def __init__(self, operations: Sequence[Operation], version: str) -> None:
        self._operations = operations
        self._version = version

    async def document(self) -> bytes:
        """As JSON in UTF-8."""
        return (await asyncio.to_thread(lambda: self._made))[0]

    async def reference(self) -> bytes:
        """As HTML in UTF-8."""
        return (await asyncio.to_thread(lambda: self._made))[1]

    @cached_property
    def _made(self) -> tuple[bytes, bytes]:
        described = document(self._operations, version=self._version)
        return msgspec.json.encode(described), reference(described).encode()


DESCRIPTION = web.AppKey("description", Description)
