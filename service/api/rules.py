"""Rules in the making: checked, drafted, reviewed, adopted, and withdrawn."""

import asyncio
from hashlib import sha256
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from dsl import Diagnostic
from events.store import CommandKey
from projections import Draft
from service.api.wire.bodies import Body, FiguresHash, Instant
from service.api.wire.carrying_out import Sent, errand_of, location
from service.api.wire.context import (
    CHECKPOINTS,
    SHELF,
    STORE,
)
from service.api.wire.parameter import KEY_REQUIRED
from service.api.wire.reading import asked, command_id, decoded, path, read, received
from service.api.wire.route import JSON, Contract, Routes
from service.api.wire.showing import shown
from service.permission import Action
from service.refusal import Refused
from service.rulemaking import (
    AdoptDraft,
    DraftRules,
    ReviewDraft,
    RulesAccepted,
    RulesCommand,
    RulesDesk,
    WithdrawRevision,
    checked,
    impact_of_draft,
    sound,
)

routes = Routes("frameworks")
RULES = web.AppKey("rules", RulesDesk)

_FRAMEWORK = "/v1/frameworks/{framework}"
_REVISION = f"{_FRAMEWORK}/revisions/{{revision}}"
_DRAFTS = f"{_FRAMEWORK}/drafts"
_RULES_LIMIT = 1024 * 1024  # bytes of a body with a rule text
RuleText = Annotated[str, Meta(min_length=1, max_length=250_000)]


class RuleTextBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole text of a framework's own file."""

    text: RuleText
    observed_at: Instant | None = None


class DraftReviewBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reviewer thinks of a draft, and which text they read."""

    framework_hash: FiguresHash
    in_favour: bool
    remark: Annotated[str, Meta(max_length=4000)] = ""  # in the open, like the rules
    observed_at: Instant | None = None


class AdoptionBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The text that is adopted, and the impact that was seen."""

    revision: Annotated[int, Meta(ge=1, le=999_999_999)]
    framework_hash: FiguresHash
    impact_hash: FiguresHash
    erratum: Annotated[str, Meta(min_length=1, max_length=4000)] | None = None
    observed_at: Instant | None = None


class WithdrawalBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a revision is not to be used for new inspections; in the open."""

    reason: Annotated[str, Meta(min_length=1, max_length=4000)]
    observed_at: Instant | None = None


class DiagnosticView(Struct, frozen=True, kw_only=True):
    """One mistake or note, as the command line and the editor tell it."""

    code: str
    severity: str
    line: int
    message: str
    help: str | None


class ValidationView(Struct, frozen=True, kw_only=True):
    """What a text would be; nothing of it is kept."""

    framework: str
    framework_hash: str | None  # null while it has mistakes
    diagnostics: tuple[DiagnosticView, ...]
    tests: int
    failing: tuple[DiagnosticView, ...]


class DraftView(Struct, frozen=True, kw_only=True):
    """The text that is proposed as the next revision."""

    framework: str
    revision: int
    framework_hash: str
    author: str
    reviews: dict[str, bool]  # person → in favour
    text: str


class RatingImpactView(Struct, frozen=True, kw_only=True):
    """One rating that the draft gives differently, with both reasons."""

    inspection: str
    part: str
    before: str | None
    after: str | None
    because_before: str
    because_after: str


class DraftImpactView(Struct, frozen=True, kw_only=True):
    """What a draft would change; `impact_hash` names this for exactly this text."""

    framework: str
    revision: int
    framework_hash: str
    as_of: int
    inspections: int  # of its family
    changed: tuple[RatingImpactView, ...]
    impact_hash: str


@routes.post(
    f"{_FRAMEWORK}/validations",
    Contract(may=Action.DRAFT_RULES, takes=RuleTextBody, gives={200: ValidationView}),
)
async def validate_rules(request: web.Request) -> web.Response:
    """Read a text as the command line does: every mistake, every failing test."""
    framework = path(request, "framework")
    body = decoded(await received(request, limit=_RULES_LIMIT), RuleTextBody)
    found = await asyncio.to_thread(checked, framework, body.text, request.app[SHELF])
    view = ValidationView(
        framework=framework,
        framework_hash=None if found.framework is None else found.framework.hash,
        diagnostics=tuple(map(_diagnostic, found.diagnostics)),
        tests=len(found.loaded.tests),
        failing=tuple(map(_diagnostic, found.failing)),
    )
    return shown(view)


@routes.post(
    _DRAFTS,
    Contract(
        may=Action.DRAFT_RULES,
        takes=RuleTextBody,
        gives={200: RulesAccepted, 201: RulesAccepted},
        asks=(KEY_REQUIRED,),
        refuses=("rule-diagnostics", "rule-tests-failing", "stale-answer"),
    ),
)
async def draft_rules(request: web.Request) -> web.Response:
    """Propose a text as the next revision; it takes the place of an earlier draft."""
    framework = path(request, "framework")
    body = decoded(await received(request, limit=_RULES_LIMIT), RuleTextBody)
    command = DraftRules(framework=framework, text=body.text)
    return await _carry_out(request, command, body, "frameworks", framework, "drafts")


@routes.get(_DRAFTS, Contract(may=Action.READ_FRAMEWORKS, gives={200: DraftView}))
async def show_draft(request: web.Request) -> web.Response:
    """Show the text that is proposed as the next revision, and who read it."""
    draft = await _draft(request)
    view = DraftView(
        framework=draft.fact.framework,
        revision=draft.fact.revision,
        framework_hash=draft.fact.framework_hash,
        author=draft.author,
        reviews=dict(draft.reviews),
        text=draft.fact.files[0].text,
    )
    return shown(view)


@routes.get(
    f"{_REVISION}/impact",
    Contract(
        may=Action.ADOPT_RULES,
        gives={200: DraftImpactView},
        refuses=("rule-diagnostics", "rule-tests-failing"),
    ),
)
async def show_draft_impact(request: web.Request) -> web.Response:
    """Show every rating on record that the draft of a revision would change."""
    draft = await _draft(request)
    if draft.fact.revision != int(path(request, "revision")):
        raise Refused("not-found", f"the draft is revision {draft.fact.revision}")
    found = checked(draft.fact.framework, draft.fact.files[0].text, request.app[SHELF])
    impact = await impact_of_draft(request.app[STORE], sound(found))
    view = DraftImpactView(
        framework=draft.fact.framework,
        revision=draft.fact.revision,
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
        impact_hash=impact.impact_hash,
    )
    return shown(view, at=impact.position)


@routes.post(
    f"{_REVISION}/reviews",
    Contract(
        may=Action.REVIEW_RULES,
        takes=DraftReviewBody,
        gives={200: RulesAccepted, 201: RulesAccepted},
        asks=(KEY_REQUIRED,),
        refuses=("content-moved", "four-eyes", "stale-answer"),
    ),
)
async def review_draft(request: web.Request) -> web.Response:
    """Say what one thinks of a draft that somebody else wrote."""
    framework, revision = path(request, "framework"), path(request, "revision")
    body = await read(request, DraftReviewBody)
    command = ReviewDraft(
        framework=framework,
        revision=int(revision),
        framework_hash=body.framework_hash,
        in_favour=body.in_favour,
        remark=body.remark,
    )
    return await _carry_out(request, command, body, "frameworks", framework, "drafts")


@routes.post(
    f"{_FRAMEWORK}/adoptions",
    Contract(
        may=Action.ADOPT_RULES,
        takes=AdoptionBody,
        gives={200: RulesAccepted, 201: RulesAccepted},
        asks=(KEY_REQUIRED,),
        refuses=(
            "content-moved",
            "four-eyes",
            "not-reviewed",
            "impact-moved",
            "erratum-unexplained",
            "rule-diagnostics",
            "rule-tests-failing",
            "stale-answer",
        ),
    ),
)
async def adopt_draft(request: web.Request) -> web.Response:
    """Let a reviewed draft be used from here on, its impact having been seen."""
    framework = path(request, "framework")
    body = await read(request, AdoptionBody)
    command = AdoptDraft(
        framework=framework,
        revision=body.revision,
        framework_hash=body.framework_hash,
        impact_hash=body.impact_hash,
        erratum=body.erratum,
    )
    steps = ("frameworks", framework, "revisions", str(body.revision))
    return await _carry_out(request, command, body, *steps)


@routes.post(
    f"{_REVISION}/withdrawals",
    Contract(
        may=Action.WITHDRAW_FRAMEWORK,
        takes=WithdrawalBody,
        gives={200: RulesAccepted, 201: RulesAccepted},
        asks=(KEY_REQUIRED,),
        refuses=("stale-answer",),
    ),
)
async def withdraw_revision(request: web.Request) -> web.Response:
    """Keep a revision from new inspections; those held to it stay so."""
    framework, revision = path(request, "framework"), path(request, "revision")
    body = await read(request, WithdrawalBody)
    command = WithdrawRevision(
        framework=framework, revision=int(revision), reason=body.reason
    )
    steps = ("frameworks", framework, "revisions", revision)
    return await _carry_out(request, command, body, *steps)


class _Marks(Struct):
    position: int
    created: bool


_MARKS = msgspec.json.Decoder(_Marks)


async def _carry_out(
    request: web.Request, command: RulesCommand, body: Body, *lies_at: str
) -> web.Response:
    """Run a command about rules; a repeat gets the first one's reply."""
    request.app[CHECKPOINTS].require_sound()
    id_, said = command_id(request), asked(request, body)
    key = None if id_ is None else CommandKey(id_, sha256(said).digest())
    errand = errand_of(request, Sent(key=key, observed_at=body.observed_at))
    reply, replayed = await request.app[RULES].run(command, errand)
    marks = _MARKS.decode(reply)
    headers = {"Record-Position": str(marks.position)}
    if marks.created:
        headers["Location"] = location(*lies_at)
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return web.Response(
        body=reply,
        status=201 if marks.created else 200,
        content_type=JSON,
        headers=headers,
    )


async def _draft(request: web.Request) -> Draft:
    await request.app[STORE].caught_up()
    framework = path(request, "framework")
    draft = request.app[SHELF].drafts.get(framework)
    if draft is None:
        raise Refused("not-found", f"nothing is drafted for `{framework}`")
    return draft


def _diagnostic(each: Diagnostic) -> DiagnosticView:
    return DiagnosticView(
        code=each.code,
        severity=each.severity,
        line=each.span.line,
        message=each.message,
        help=each.help,
    )
