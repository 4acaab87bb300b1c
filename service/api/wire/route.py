"""The route table: each operation with everything a client may be told about it.

Handlers, permissions and the OpenAPI document are all made from this one table, so they
cannot tell different stories.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from types import MappingProxyType

from aiohttp import web
from msgspec import Struct

from service.limits import Pace
from service.permission import Action

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

JSON = "application/json"


class Parameter(Struct, frozen=True, kw_only=True):
    """Something a request may say in its query or its headers."""

    name: str
    place: str  # "query" or "header"
    says: str
    schema: Mapping[str, object] = MappingProxyType({"type": "string"})
    required: bool = False
    example: str | int | None = None


class Contract(Struct, frozen=True, kw_only=True):
    """What an operation takes, gives and refuses, and who may ask for it."""

    may: Action | None  # None: anybody, without a token
    gives: Mapping[int, object]  # status → type of the body; None: no JSON body
    takes: type[Struct] | None = None
    uploads: tuple[str, ...] = ()  # media types of a file it takes instead
    asks: tuple[Parameter, ...] = ()
    refuses: tuple[str, ...] = ()  # slugs, besides those that follow from the rest
    media: tuple[str, ...] = (JSON,)  # of what it gives
    pace: Pace | None = None  # what it counts as; otherwise its method decides
    repeatable: bool = False  # a POST that is safe to send twice, and has no key


class Operation(Struct, frozen=True, kw_only=True):
    """One method on one path."""

    method: str
    path: str
    tag: str
    handler: Handler
    contract: Contract

    @property
    def id(self) -> str:
        """Its name for generated clients."""
        return self.handler.__name__

    @property
    def of_record(self) -> bool:
        """Whether it reads what is on record, which has positions."""
        contract = self.contract
        return self.method == "GET" and contract.may not in {
            None,
            Action.READ_OWN_IDENTITY,
        }

    @property
    def says(self) -> str:
        """What it does, in the words of its handler."""
        return " ".join((self.handler.__doc__ or "").split())


class Routes:
    """The operations of one module, in the order they are written."""

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self._operations: list[Operation] = []

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._operations)

    def get(self, path: str, contract: Contract) -> Callable[[Handler], Handler]:
        """Register a read."""
        return self._registrar("GET", path, contract)

    def put(self, path: str, contract: Contract) -> Callable[[Handler], Handler]:
        """Register a first record or a change."""
        return self._registrar("PUT", path, contract)

    def post(self, path: str, contract: Contract) -> Callable[[Handler], Handler]:
        """Register something that happens each time it is asked."""
        return self._registrar("POST", path, contract)

    def delete(self, path: str, contract: Contract) -> Callable[[Handler], Handler]:
        """Register a withdrawal."""
        return self._registrar("DELETE", path, contract)

    def add(self, method: str, path: str, contract: Contract, handler: Handler) -> None:
        """Register an operation."""
        self._operations.append(
            Operation(
                method=method,
                path=path,
                tag=self._tag,
                handler=handler,
                contract=contract,
            )
        )

    def _registrar(
        self, method: str, path: str, contract: Contract
    ) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.add(method, path, contract, handler)
            return handler

        return register
