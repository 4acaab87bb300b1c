"""Operations that record something: what is said becomes a command, in a few lines.

    @recording(
        routes,
        "POST",
        "/v1/inspections/{inspection}/cases/{case}/exclusions",
        Recording(may=Action.EXCLUDE_CASES, takes=ReasonBody, thing=about.case),
    )
    def exclude_case(said: Said[ReasonBody]) -> ExcludeCase:
        \"\"\"Take a case out of every count; its answers stay on record.\"\"\"
        (case,) = said.steps
        return ExcludeCase(case=case, reason=said.sealed["reason"])

Everything else follows: the body is read or refused, every field of `Words` is sealed
under the key of the case or the inspection, versions and keys are honoured, the reply
is kept and replayed, and the document tells of it.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from aiohttp import web
from msgspec import Struct

from events.sealed import SealedText
from service.api.wire.carrying_out import Task, carry_out, location
from service.api.wire.context import IDENTITY
from service.api.wire.parameter import IF_MATCH, IF_NONE_MATCH, KEY, KEY_REQUIRED
from service.api.wire.reading import path, read
from service.api.wire.route import Contract, Parameter, Routes
from service.api.wire.worded import worded
from service.api.wire.words import seal
from service.desk import Accepted
from service.inspection.commands import InspectionCommand
from service.permission import Action

Body = TypeVar("Body")

_ASKS: Mapping[str, tuple[Parameter, ...]] = MappingProxyType(
    {
        "PUT": (IF_MATCH, IF_NONE_MATCH, KEY),
        "POST": (IF_MATCH, KEY_REQUIRED),
        "DELETE": (IF_MATCH, KEY),
    }
)
_VERSIONED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "PUT": ("stale-answer", "precondition-required"),
        "POST": ("stale-answer",),
        "DELETE": ("stale-answer", "precondition-required"),
    }
)


class Said(Struct, Generic[Body], frozen=True, kw_only=True):
    """What a request says, ready to be made a command of."""

    inspection: str
    steps: tuple[str, ...]  # of the path after the inspection
    body: Body  # None for a DELETE
    sealed: Mapping[str, Any]  # by field; None where nothing was written
    by: str  # the person


class Recording(Struct, frozen=True, kw_only=True):
    """What is recorded: who may, from which body, about what."""

    may: Action
    thing: Callable[..., str]  # what changes: of the steps after the inspection
    named: tuple[str, ...] = ()  # fields of the body that name the thing as well
    takes: type[Struct] | None = None  # with `observed_at`; None for a DELETE
    refuses: tuple[str, ...] = ()  # slugs, besides those every recording has
    lies_at: str | None = None  # where it is read afterwards; None: at the same address
    withdraws: bool = False  # nothing is on record afterwards; always so for a DELETE


Make = Callable[[Said[Any]], InspectionCommand]


def recording(
    routes: Routes, method: str, address: str, declared: Recording
) -> Callable[[Make], Make]:
    """Register an operation made from a function of what is said; its words name it."""
    steps = [step for step in re.findall(r"{(\w+)}", address) if step != "inspection"]
    words = () if declared.takes is None else worded(declared.takes)
    withdraws = declared.withdraws or method == "DELETE"

    def register(make: Make) -> Make:
        async def handler(request: web.Request) -> web.Response:
            inspection = path(request, "inspection")
            values = tuple(path(request, step) for step in steps)
            body: Any = None
            if declared.takes is not None:
                body = await read(request, declared.takes)
            named = (getattr(body, name) for name in declared.named)
            thing = declared.thing(*values, *named)
            sealed = {
                name: await _sealed(
                    request, getattr(body, name), inspection=inspection, thing=thing
                )
                for name in words
            }
            said = Said(
                inspection=inspection,
                steps=values,
                body=body,
                sealed=sealed,
                by=request[IDENTITY].person,
            )
            task = Task(
                inspection=inspection,
                command=make(said),
                thing=thing,
                withdraws=withdraws,
            )
            here = None
            if declared.lies_at is not None:
                here = _address(declared.lies_at, request)
            return await carry_out(request, task, body, location=here)

        handler.__name__, handler.__doc__ = make.__name__, make.__doc__
        routes.add(method, address, _contract(method, declared), handler)
        return make

    return register


def _contract(method: str, declared: Recording) -> Contract:
    gives: dict[int, object] = {200: Accepted}
    if method != "DELETE":
        gives[201] = Accepted
    return Contract(
        may=declared.may,
        takes=declared.takes,
        gives=gives,
        asks=_ASKS[method],
        refuses=(*_VERSIONED[method], *declared.refuses),
    )


async def _sealed(
    request: web.Request, text: str | None, *, inspection: str, thing: str
) -> SealedText | None:
    if text is None:
        return None
    case = request.match_info.get("case")
    return await seal(request, text, inspection=inspection, thing=thing, case=case)


def _address(template: str, request: web.Request) -> str:
    """An address under `/v1`, with the steps of the request's own."""
    _, _, *steps = template.split("/")
    return location(
        *(
            request.match_info[step[1:-1]] if step.startswith("{") else step
            for step in steps
        )
    )
