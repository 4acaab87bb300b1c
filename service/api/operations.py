"""Operations over HTTP: what other rules would do to all that is on record."""

from collections.abc import AsyncIterator
from hashlib import sha256

import msgspec
from aiohttp import web
from msgspec import Raw, Struct

from dsl import Framework
from projections import instant
from service.api.rules import RatingImpactView, RuleTextBody
from service.api.wire.carrying_out import location
from service.api.wire.context import IDENTITY, SHELF, STORE
from service.api.wire.parameter import KEY_REQUIRED
from service.api.wire.reading import asked, command_id, path, read
from service.api.wire.route import JSON, Contract, Routes
from service.operations import Operation, Operations, Progress
from service.permission import Action
from service.refusal import Refused
from service.rulemaking import RulesImpact, checked, impact_of_draft, sound

routes = Routes("operations")

OPERATIONS = web.AppKey("operations", Operations)

_FRAMEWORK = "/v1/frameworks/{framework}"


class ImpactResult(Struct, frozen=True, kw_only=True):
    """What rules would change of everything on record; nothing is changed by asking."""

    framework: str
    framework_hash: str
    as_of: int
    inspections: int  # of its family
    changed: tuple[RatingImpactView, ...]
    not_admitted: dict[str, tuple[str, ...]]  # inspection → moves that would not stand


class OperationView(Struct, frozen=True, kw_only=True):
    """How far an operation is, and its result once it is done."""

    operation: str
    kind: str
    state: str  # "running", "done", "failed" or "cancelled"
    done: int
    of: int
    began_at: str
    ended_at: str | None
    refused: str | None  # why it came to nothing
    result: ImpactResult | None


async def kept(app: web.Application) -> AsyncIterator[None]:
    """Operations end with the application."""
    yield
    await app[OPERATIONS].stop()


@routes.post(
    f"{_FRAMEWORK}/revisions/{{revision}}/impact",
    Contract(
        may=Action.REPLAY,
        gives={202: OperationView},
        asks=(KEY_REQUIRED,),
        refuses=("rule-diagnostics", "rule-tests-failing"),
    ),
)
async def begin_impact(request: web.Request) -> web.Response:
    """Begin to rate every inspection on record under a revision, adopted or drafted."""
    framework, revision = path(request, "framework"), int(path(request, "revision"))
    await request.app[STORE].caught_up()
    return _begin(request, _rules(request, framework, revision), None)


@routes.post(
    f"{_FRAMEWORK}/impact",
    Contract(
        may=Action.REPLAY,
        takes=RuleTextBody,
        gives={202: OperationView},
        asks=(KEY_REQUIRED,),
        refuses=("rule-diagnostics", "rule-tests-failing"),
    ),
)
async def begin_impact_of_text(request: web.Request) -> web.Response:
    """Begin to rate every inspection on record under a text; nothing of it is kept."""
    framework, body = path(request, "framework"), await read(request, RuleTextBody)
    rules = sound(checked(framework, body.text, request.app[SHELF]))
    return _begin(request, rules, body)


@routes.get(
    "/v1/operations/{operation}",
    Contract(may=Action.REPLAY, gives={200: OperationView}),
)
async def show_operation(request: web.Request) -> web.Response:
    """Show how far an operation of yours is; its result, once it is done."""
    operations, id_ = request.app[OPERATIONS], path(request, "operation")
    return _shown(operations.of(request[IDENTITY].person, id_))


@routes.delete(
    "/v1/operations/{operation}",
    Contract(may=Action.REPLAY, gives={200: OperationView}),
)
async def cancel_operation(request: web.Request) -> web.Response:
    """End an operation of yours; one that ended before stays as it is."""
    operations, id_ = request.app[OPERATIONS], path(request, "operation")
    return _shown(operations.cancel(request[IDENTITY].person, id_))


def _rules(request: web.Request, framework: str, revision: int) -> Framework:
    shelf = request.app[SHELF]
    draft = shelf.drafts.get(framework)
    if draft is not None and draft.fact.revision == revision:
        return sound(checked(framework, draft.fact.files[0].text, shelf))
    try:
        return shelf.edition(framework, revision).framework
    except KeyError:
        raise Refused(
            "not-found", f"there is no revision {revision} of `{framework}`"
        ) from None


def _begin(
    request: web.Request, rules: Framework, body: RuleTextBody | None
) -> web.Response:
    """The same request, sent again, finds the operation it began."""
    said = f"{command_id(request)}\n".encode() + asked(request, body)
    store = request.app[STORE]

    async def work(progress: Progress) -> bytes:
        impact = await impact_of_draft(store, rules, progress)
        return msgspec.json.encode(_result(rules, impact))

    operation = request.app[OPERATIONS].begin(
        sha256(said).hexdigest()[:32], "impact", request[IDENTITY].person, work
    )
    response = _shown(operation)
    response.set_status(202)
    response.headers["Location"] = location("operations", operation.id)
    return response


def _result(rules: Framework, impact: RulesImpact) -> ImpactResult:
    return ImpactResult(
        framework=rules.id,
        framework_hash=impact.framework_hash,
        as_of=impact.position,
        inspections=impact.inspections,
        changed=tuple(
            RatingImpactView(
                inspection=each.inspection,
                part=changed.part,
                before=changed.before,
                after=changed.after,
                because_before=changed.because_before,
                because_after=changed.because_after,
            )
            for each in impact.changed
            for changed in each.changed
        ),
        not_admitted={
            each.inspection: each.not_admitted
            for each in impact.changed
            if each.not_admitted
        },
    )


def _shown(operation: Operation) -> web.Response:
    view = {
        "operation": operation.id,
        "kind": operation.kind,
        "state": operation.state,
        "done": operation.done,
        "of": operation.of,
        "began_at": instant(operation.began_at),
        "ended_at": None if operation.ended_at is None else instant(operation.ended_at),
        "refused": operation.refused,
        "result": None if operation.result is None else Raw(operation.result),
    }
    return web.Response(body=msgspec.json.encode(view), content_type=JSON)
