"""Checking a ledger from its first event, and finding the first that differs.

Every event must stand at its position and give the hash stored with it; at the size of
every checkpoint the leaves so far must give its root. Someone who can rewrite events
can also link them anew; then the chain holds and a root does not. The leaves that the
tree was made of, if they were not rewritten too, show which event it is; without them
the place is known up to the checkpoints on either side.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from events.chain import START, link
from events.checkpoint import Checkpoint
from events.key_ring import KeyRing
from events.merkle import leaf_hash
from events.notary import StoredPages
from events.note import Note
from events.note_key import NoteError
from events.proof_store import ProofStore
from events.stored import StoredEvent
from events.tile import WIDTH, Edge, TileName, leaf_at

_PAGE = 1024  # four tiles


class Finding(Struct, frozen=True):
    """One thing that is wrong; `position` is the first event that differs, if any."""

    position: int | None
    says: str


class Report(Struct, frozen=True):
    """What a verifier found; nothing is wrong where there are no findings."""

    findings: tuple[Finding, ...]
    proven: tuple[str, ...]
    unproven: tuple[str, ...]


class DiffersError(Exception):
    """The first event that differs."""

    def __init__(self, position: int, says: str) -> None:
        super().__init__(says)
        self.finding = Finding(position, says)


class Audit:
    """Follows a ledger and holds it against checkpoints."""

    def __init__(self, promised: Iterable[Checkpoint]) -> None:
        self.position, self.hash = 0, START
        self.agreed = 0  # the size up to which every checkpoint agrees
        self.damaged_leaves = 0  # stretches whose leaves are not those that were signed
        self._promised = sorted(promised, key=lambda checkpoint: checkpoint.size)
        self._met = 0
        self._edge = Edge(0, ())
        self._pending: list[bytes] = []
        self._suspect: int | None = None

    def take(self, event: StoredEvent, leaf: bytes = b"") -> None:
        """Follow the next event; `leaf` is what the tree holds for it, if known."""
        self._meet()
        self._follow(event)
        own = leaf_hash(event.hash)
        self._pending.append(own)
        if leaf and leaf != own and self._suspect is None:
            self._suspect = event.position

    def finish(self) -> None:
        """Nothing more comes; refuses an end before the last checkpoint."""
        self._meet()
        if self._met < len(self._promised):
            promised = self._promised[-1].size
            raise DiffersError(
                self.position + 1,
                f"the events end at {self.position}, but {promised} were signed for",
            )

    def _follow(self, event: StoredEvent) -> None:
        expected = self.position + 1
        if event.position > expected:
            says = f"event {expected} is missing, {event.position} comes next"
            raise DiffersError(expected, says)
        if event.position < expected:
            says = f"event {event.position} stands where {expected} belongs"
            raise DiffersError(expected, says)
        found = link(self.hash, event)
        if found != event.hash:
            says = f"event {expected} does not give the hash stored with it"
            raise DiffersError(expected, says)
        self.position, self.hash = expected, found

    def _meet(self) -> None:
        """Hold the events so far against the checkpoints of their size."""
        while (
            self._met < len(self._promised)
            and self._promised[self._met].size == self.position
        ):
            promised = self._promised[self._met]
            self._edge, _ = self._edge.grow(self._pending)
            self._pending.clear()
            if self._edge.root() != promised.root:
                raise self._rewritten(promised)
            self.damaged_leaves += self._suspect is not None
            self._suspect = None
            self.agreed = promised.size
            self._met += 1

    def _rewritten(self, promised: Checkpoint) -> DiffersError:
        if self._suspect is not None:
            return DiffersError(
                self._suspect,
                f"event {self._suspect} is not the one the tree was made of, and the"
                f" root of the first {promised.size} is not the one signed",
            )
        first = self.agreed + 1
        return DiffersError(
            first,
            f"an event from {first} to {promised.size} is not the one that was"
            f" signed: the root of the first {promised.size} is another",
        )


def attest_all(
    notes: Iterable[Note], ring: KeyRing, where: str
) -> tuple[list[Checkpoint], list[Finding]]:
    """The checkpoints that the ledger signed, and what is wrong with the others."""
    good: list[Checkpoint] = []
    findings: list[Finding] = []
    for note in notes:
        try:
            good.append(ring.attest(note).checkpoint)
        except NoteError as error:
            findings.append(Finding(None, f"a checkpoint {where}: {error}"))
    return good, findings


async def audit_ledger(
    ledger: StoredPages,
    store: ProofStore,
    ring: KeyRing,
    outside: Sequence[Note] = (),
) -> Report:
    """Check a live ledger, its tree and its checkpoints against each other.

    `outside` are checkpoints kept elsewhere. Rows of read models are not looked at.
    """
    kept: list[Note] = []
    findings: list[Finding] = []
    after = -1
    while page := await store.checkpoints(after=after):
        after = page[-1].size
        for row in page:
            try:
                kept.append(Note.parse(row.note))
            except NoteError as error:
                says = f"the checkpoint kept for {row.size} events: {error}"
                findings.append(Finding(None, says))
    own, false = attest_all(kept, ring, "in the store")
    elsewhere, strange = attest_all(outside, ring, "kept elsewhere")
    findings += false + strange
    audit = Audit(own + elsewhere)
    try:
        await _walk(audit, ledger, store)
    except DiffersError as error:
        findings.insert(0, error.finding)
    if audit.damaged_leaves:
        findings.append(Finding(None, "leaves of the stored tree are damaged"))
    return Report(tuple(findings), *conclusions(audit, own, elsewhere))


async def _walk(audit: Audit, ledger: StoredPages, store: ProofStore) -> None:
    tail = await ledger.tail()  # first: the ledger may grow meanwhile
    while audit.position < tail.position:
        limit = min(_PAGE, tail.position - audit.position)
        events = await ledger.page(after=audit.position, limit=limit)
        if not events:
            break
        first = audit.position
        span = range(first // WIDTH, (first + len(events) - 1) // WIDTH + 1)
        tiles = await store.tiles(TileName(0, number) for number in span)
        for index, event in enumerate(events, first):
            audit.take(event, leaf_at(index, tiles))
    audit.finish()
    if (audit.position, audit.hash) != (tail.position, tail.hash):
        says = f"the head says {tail.position} events, and another hash or fewer follow"
        raise DiffersError(audit.position + 1, says)


def conclusions(
    audit: Audit, own: Sequence[Checkpoint], elsewhere: Sequence[Checkpoint]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What has been shown and what has not, in words."""
    proven = [f"the chain holds from event 1 to {audit.position}"]
    unproven = []
    signed = _reach(own, audit.agreed)
    if signed:
        proven.append(f"the first {signed} events are those that were signed")
    if signed < audit.position:
        first = signed + 1
        unproven.append(f"events {first} to {audit.position} are not signed for yet")
    held = _reach(elsewhere, audit.agreed)
    if held:
        proven.append(f"the first {held} events are those of a checkpoint elsewhere")
    if held < audit.position:
        unproven.append(
            f"whoever holds database and key could have rewritten events {held + 1} to"
            f" {audit.position}: no checkpoint kept elsewhere covers them"
        )
    return tuple(proven), tuple(unproven)


def _reach(checkpoints: Iterable[Checkpoint], agreed: int) -> int:
    return max((one.size for one in checkpoints if one.size <= agreed), default=0)
