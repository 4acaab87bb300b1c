"""Proofs for those who do not take our word: checkpoints, keys, two kinds of proof."""

from base64 import b64encode

from aiohttp import web
from msgspec import Struct

from events.chain import START
from events.codec import instant as moment
from events.proof.merkle import leaf_hash
from events.proof.notary import read_page
from events.proof.store import KeptCheckpoint
from events.proof.tile import prove_consistency, prove_inclusion
from projections import instant
from service.api.wire.context import CHECKPOINTS, PAGES, PROOFS
from service.api.wire.parameter import LIMIT
from service.api.wire.problems import Fault, Unfit
from service.api.wire.reading import number, path
from service.api.wire.route import Contract, Parameter, Routes
from service.api.wire.showing import limit_of, paged, shown
from service.permission import Action
from service.refusal import Refused

routes = Routes("audit")

_TEXT = "text/plain"
_WHOLE = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}
_AFTER = Parameter(
    name="after",
    place="query",
    says="Only checkpoints of more events than this.",
    schema=_WHOLE,
    example=1_024,
)
_SIZE = Parameter(
    name="size",
    place="query",
    says="The checkpoint to prove against, by its size; the newest if it is left out.",
    schema=_WHOLE,
    example=1_024,
)
_OLD = Parameter(
    name="from",
    place="query",
    says="The size of the earlier checkpoint.",
    schema=_WHOLE,
    example=1_024,
    required=True,
)
_NEW = Parameter(
    name="to",
    place="query",
    says="The size of the later one; the newest if it is left out.",
    schema=_WHOLE,
    example=1_024,
)


class CheckpointView(Struct, frozen=True, kw_only=True):
    """A signed checkpoint; `note` is the signed text, of which the rest is read."""

    size: int
    root: str  # base64, as in the note
    signed_at: str  # by our clock; it is not signed
    note: str


class CheckpointsView(Struct, frozen=True, kw_only=True):
    """Checkpoints, the smallest first; `next` is the address of what follows."""

    checkpoints: tuple[CheckpointView, ...]
    next: str | None


class AlarmView(Struct, frozen=True, kw_only=True):
    """The ledger is not what was signed, and since when we know."""

    raised_at: str
    says: str


class IntegrityView(Struct, frozen=True, kw_only=True):
    """What this process knows of the ledger's integrity; `adjudge verify` checks it.

    `unsigned` events are in the chain and signed by nobody yet. `trouble` and
    `witness_trouble` say why the last try to sign or to tell the witness failed.
    """

    sound: bool  # no alarm
    alarm: AlarmView | None
    position: int
    checkpoint: CheckpointView | None
    unsigned: int
    trouble: str | None
    witness_trouble: str | None


class InclusionView(Struct, frozen=True, kw_only=True):
    """That an event is in the tree of a checkpoint (RFC 9162, section 2.1.3).

    The leaf is the hash of a zero byte and `hash`, the event's chain hash, which
    follows from the event and `previous`; all are hexadecimal, as in `events/PACK.md`.
    """

    position: int
    previous: str
    hash: str
    leaf: str
    proof: tuple[str, ...]
    checkpoint: CheckpointView


class ConsistencyView(Struct, frozen=True, kw_only=True):
    """That the tree of a checkpoint begins with that of an earlier one (2.1.4)."""

    proof: tuple[str, ...]
    earlier: CheckpointView
    later: CheckpointView


@routes.get(
    "/v1/audit/integrity",
    Contract(may=Action.READ_PROOFS, gives={200: IntegrityView}),
)
async def show_integrity(request: web.Request) -> web.Response:
    """Show what is signed, what is not, and whether there is an alarm."""
    checkpoints = request.app[CHECKPOINTS]
    alarm = checkpoints.alarm
    kept = await request.app[PROOFS].checkpoint()
    position = (await request.app[PAGES].tail()).position
    view = IntegrityView(
        sound=alarm is None,
        alarm=None
        if alarm is None
        else AlarmView(raised_at=instant(alarm.raised_at), says=alarm.says),
        position=position,
        checkpoint=None if kept is None else _view(kept),
        unsigned=max(0, position - (0 if kept is None else kept.size)),
        trouble=checkpoints.trouble,
        witness_trouble=checkpoints.witness_trouble,
    )
    return shown(view, at=position)


@routes.get(
    "/v1/audit/checkpoints",
    Contract(
        may=Action.READ_PROOFS, gives={200: CheckpointsView}, asks=(_AFTER, LIMIT)
    ),
)
async def list_checkpoints(request: web.Request) -> web.Response:
    """List signed checkpoints, the smallest first."""
    after = number(request, "after", default=0)
    limit = limit_of(request)
    found = await request.app[PROOFS].checkpoints(after=after, limit=limit + 1)
    page, following = paged(request, found, lambda kept: kept.size)
    view = CheckpointsView(checkpoints=tuple(map(_view, page)), next=following)
    return shown(view)


@routes.get(
    "/v1/audit/checkpoints/latest",
    Contract(
        may=Action.READ_PROOFS,
        gives={200: None},
        media=(_TEXT,),
        refuses=("nothing-signed",),
    ),
)
async def show_latest_checkpoint(request: web.Request) -> web.Response:
    """Give the newest checkpoint as a C2SP signed note, to be kept elsewhere."""
    kept = await _kept(request, None)
    return web.Response(text=kept.note, content_type=_TEXT)


@routes.get(
    "/v1/audit/keys",
    Contract(may=Action.READ_PROOFS, gives={200: None}, media=(_TEXT,)),
)
async def show_verifier_keys(request: web.Request) -> web.Response:
    """Give the keys that sign checkpoints, and the sizes each may sign for."""
    ring = await request.app[CHECKPOINTS].ring()
    return web.Response(text=str(ring), content_type=_TEXT)


@routes.get(
    "/v1/audit/events/{position}/proof",
    Contract(
        may=Action.READ_PROOFS,
        gives={200: InclusionView},
        asks=(_SIZE,),
        refuses=("nothing-signed",),
    ),
)
async def prove_event(request: web.Request) -> web.Response:
    """Prove that an event is in the ledger that a checkpoint speaks of."""
    position = int(path(request, "position"))
    kept = await _kept(request, _size(request, "size"))
    if position > kept.size:
        raise Refused("not-found", f"the checkpoint speaks of {kept.size} events")
    after = max(0, position - 2)
    rows = await read_page(request.app[PAGES], after=after, limit=position - after)
    event = rows[-1]
    proof = await prove_inclusion(position - 1, kept.size, request.app[PROOFS])
    view = InclusionView(
        position=position,
        previous=(rows[0].hash if position > 1 else START).hex(),
        hash=event.hash.hex(),
        leaf=leaf_hash(event.hash).hex(),
        proof=tuple(each.hex() for each in proof),
        checkpoint=_view(kept),
    )
    return shown(view)


@routes.get(
    "/v1/audit/consistency",
    Contract(
        may=Action.READ_PROOFS,
        gives={200: ConsistencyView},
        asks=(_OLD, _NEW),
        refuses=("nothing-signed",),
    ),
)
async def prove_extension(request: web.Request) -> web.Response:
    """Prove that one checkpoint extends another: nothing before it was changed."""
    old = _size(request, "from")
    if old is None:
        raise Unfit((Fault(parameter="from", detail="is missing"),))
    earlier = await _kept(request, old)
    later = await _kept(request, _size(request, "to"))
    if earlier.size > later.size:
        raise Unfit((Fault(parameter="to", detail="must not be before `from`"),))
    proof = await prove_consistency(earlier.size, later.size, request.app[PROOFS])
    view = ConsistencyView(
        proof=tuple(each.hex() for each in proof),
        earlier=_view(earlier),
        later=_view(later),
    )
    return shown(view)


async def _kept(request: web.Request, size: int | None) -> KeptCheckpoint:
    """The checkpoint of a size, or the newest."""
    kept = await request.app[PROOFS].checkpoint(until=size)
    if kept is not None and size in {None, kept.size}:
        return kept
    if size is None:
        raise Refused("nothing-signed", "nothing was signed of this ledger yet")
    raise Refused("nothing-signed", f"there is no checkpoint of {size} events")


def _size(request: web.Request, name: str) -> int | None:
    return number(request, name, default=0) if name in request.query else None


def _view(kept: KeptCheckpoint) -> CheckpointView:
    return CheckpointView(
        size=kept.size,
        root=b64encode(kept.root).decode(),
        signed_at=instant(moment(kept.signed_at)),
        note=kept.note,
    )
