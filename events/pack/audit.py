"""Checking an audit pack with nothing but what is in it and checkpoints from elsewhere.

A pack of the whole ledger is followed as a live one is. In a pack of one inspection
each event is held against the newest checkpoint by its own proof; the chain is followed
only where neighbours are both there. Ratings are not worked out again here: that takes
the rules, and is done above.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec

from events.inspection import ReportPublished
from events.pack.form import Claim, EventProof, Pack, PackError, rule_texts
from events.proof.audit import (
    Audit,
    DiffersError,
    Finding,
    Report,
    attest_all,
    conclusions,
    damaged_leaves,
    require_linked,
)
from events.proof.checkpoint import Checkpoint
from events.proof.key_ring import KeyRing
from events.proof.merkle import (
    ProofError,
    check_consistency,
    check_inclusion,
    leaf_hash,
)
from events.proof.note import Note
from events.proof.tile import leaf_at
from events.stored import StoredEvent

Claims = Mapping[tuple[str, int], Claim]


def audit_pack(
    pack: Pack, outside: Sequence[Note] = (), ring: KeyRing | None = None
) -> Report:
    """What holds in a pack, what does not, and what it cannot show.

    `ring` has the keys known from elsewhere; without it those in the pack are believed.
    """
    unproven = (_KEYS,) if ring is None else ()
    ring = pack.keys if ring is None else ring
    own, false = attest_all(pack.checkpoints, ring, "in the pack")
    elsewhere, strange = attest_all(outside, ring, "kept elsewhere")
    findings = [*false, *strange]
    if any(one.origin != pack.origin for one in (*own, *elsewhere)):
        findings.append(Finding(None, "a checkpoint is of another ledger"))
    check = _whole if pack.is_whole else _part
    claims = {(claim.inspection, claim.as_of): claim for claim in pack.claims}
    report = check(pack, own, elsewhere, _Texts(pack.rules, claims))
    return Report(
        (*report.findings, *findings), report.proven, (*report.unproven, *unproven)
    )


_KEYS = "whether the keys in the pack are the ledger's own: compare them with yours"


class _Texts:
    """What is in the pack beside the events and must agree with them."""

    def __init__(self, rules: Mapping[str, str], claims: Claims) -> None:
        self._rules, self._claims = rules, claims
        self._adopted: dict[str, str] = {}
        self.findings: list[Finding] = []

    def take(self, event: StoredEvent) -> None:
        self._adopted |= rule_texts(event)
        if event.type != "report-published":
            return
        try:
            report = msgspec.json.decode(event.payload, type=ReportPublished)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return  # of another schema; damage shows in the chain
        claim = self._claims.get((event.stream, report.as_of))
        if claim is not None and not _agrees(claim, report):
            says = f"the ratings claimed for `{event.stream}` are not those published"
            self.findings.append(Finding(event.position, says))

    def finish(self) -> list[Finding]:
        names = self._adopted.keys() | self._rules.keys()
        return self.findings + [
            Finding(None, f"`{name}` is not as the events have it")
            for name in sorted(names)
            if self._adopted.get(name) != self._rules.get(name)
        ]


def _whole(
    pack: Pack,
    own: Sequence[Checkpoint],
    elsewhere: Sequence[Checkpoint],
    texts: _Texts,
) -> Report:
    audit = Audit(own, elsewhere)
    findings: list[Finding] = []
    try:
        for index, event in enumerate(pack.events):
            audit.take(event, leaf_at(index, pack.tiles))
            texts.take(event)
        audit.finish()
        findings += texts.finish()
    except DiffersError as error:
        findings.append(error.finding)
    except PackError as error:
        findings.append(Finding(audit.position + 1, str(error)))
    findings += damaged_leaves(audit)
    return Report(tuple(findings), *conclusions(audit))


def _part(
    pack: Pack,
    own: Sequence[Checkpoint],
    elsewhere: Sequence[Checkpoint],
    texts: _Texts,
) -> Report:
    newest = max(own, key=lambda one: one.size, default=None)
    if newest is None:
        nothing = Finding(None, "the pack has no checkpoint that its ledger signed")
        return Report((nothing,), (), ())
    part = _Part(newest, pack.proofs)
    findings: list[Finding] = []
    try:
        for event in pack.events:
            part.take(event)
            texts.take(event)
        part.finish()
        findings += texts.finish()
    except DiffersError as error:
        findings.append(error.finding)
    except PackError as error:
        findings.append(Finding(None, str(error)))
    joined, torn = _joined(pack, own)
    findings += torn
    held, unproven = _held(elsewhere, joined, findings)
    proven = [f"{part.count} events are in the ledger of {newest.size} signed for"]
    proven += [f"that ledger extends a checkpoint of {size} elsewhere" for size in held]
    return Report(
        tuple(findings),
        () if findings else tuple(proven),
        (
            f"the chain between events of `{pack.scope}`: others lie between them",
            f"that `{pack.scope}` has no events later than those in the pack",
            *unproven,
        ),
    )


class _Part:
    """Events of one inspection, each held against one tree."""

    def __init__(self, newest: Checkpoint, proofs: Iterable[EventProof]) -> None:
        self.count = 0
        self._newest = newest
        self._proofs = {proof.position: proof for proof in proofs}
        self._versions: dict[str, int] = {}
        self._last: StoredEvent | None = None

    def take(self, event: StoredEvent) -> None:
        position, last = event.position, self._last
        if last is not None and position <= last.position:
            raise DiffersError(position, f"event {position} is out of order")
        self._require_next_version(event)
        proof = self._proofs.pop(position, None)
        if proof is None:
            raise DiffersError(position, f"there is no proof for event {position}")
        require_linked(proof.previous, event)
        if last and last.position + 1 == position and last.hash != proof.previous:
            says = f"event {position} does not follow event {last.position}"
            raise DiffersError(position, says)
        try:
            check_inclusion(
                leaf_hash(event.hash),
                position - 1,
                size=self._newest.size,
                root=self._newest.root,
                proof=proof.inclusion,
            )
        except ProofError as error:
            says = f"event {position} is not the one that was signed: {error}"
            raise DiffersError(position, says) from error
        self.count += 1
        self._last = event

    def finish(self) -> None:
        if self._proofs:
            position = min(self._proofs)
            raise DiffersError(position, f"event {position} is missing")

    def _require_next_version(self, event: StoredEvent) -> None:
        version = self._versions.get(event.stream, 0) + 1
        if event.version != version:
            says = f"version {version} of `{event.stream}` is missing or out of order"
            raise DiffersError(event.position, says)
        self._versions[event.stream] = version


def _joined(
    pack: Pack, own: Sequence[Checkpoint]
) -> tuple[dict[int, bytes], list[Finding]]:
    """The checkpoints joined to the newest by proofs, and those that are not."""
    roots: dict[int, bytes] = {}
    findings: list[Finding] = []
    for one in own:
        if roots.setdefault(one.size, one.root) != one.root:
            says = f"the ledger signed two roots for {one.size} events"
            findings.append(Finding(None, says))
    proofs = {(proof.old, proof.size): proof.hashes for proof in pack.consistency}
    for old, size in pairwise(sorted(roots)):
        try:
            proof = proofs[old, size]
            check_consistency(old, roots[old], size=size, root=roots[size], proof=proof)
        except (KeyError, ProofError):
            says = f"the checkpoint of {size} is not shown to extend that of {old}"
            findings.append(Finding(None, says))
    return roots, findings


def _held(
    elsewhere: Sequence[Checkpoint], roots: Mapping[int, bytes], findings: list[Finding]
) -> tuple[list[int], list[str]]:
    """Which checkpoints from elsewhere the pack agrees with; differences are added."""
    held: list[int] = []
    unproven: list[str] = []
    for one in elsewhere:
        root = roots.get(one.size)
        if root is None:
            unproven.append(
                f"the checkpoint of {one.size} kept elsewhere: the pack has none of"
                " that size; export one that does"
            )
        elif root != one.root:
            says = f"a checkpoint of {one.size} kept elsewhere has another root"
            findings.append(Finding(None, says))
        else:
            held.append(one.size)
    if not held:
        unproven.append(
            "whoever holds database and key could have rewritten any of it: no"
            " checkpoint kept elsewhere was held against it"
        )
    return held, unproven


def _agrees(claim: Claim, report: ReportPublished) -> bool:
    return (
        claim.ratings,
        claim.score,
        claim.maximum,
        claim.overall,
        claim.framework_hash,
    ) == (
        report.ratings,
        report.score,
        report.maximum,
        report.overall,
        report.framework_hash,
    )
