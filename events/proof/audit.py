"""Checking a ledger from its first event, and finding the first that differs.

Every event must stand at its position and give the hash stored with it; at the size of
every checkpoint the leaves so far must give its root. Someone who can rewrite events
can also link them anew; then the chain holds and a root does not. The leaves that the
tree was made of, if they were not rewritten too, show which event it is; without them
the place is known up to the checkpoints on either side.
"""

import struct
from collections.abc import Iterable, Sequence

from msgspec import Struct

from events.chain import START, link
from events.proof.checkpoint import Checkpoint
from events.proof.key_ring import KeyRing
from events.proof.merkle import Subtrees, leaf_hash
from events.proof.notary import StoredPages, read_page
from events.proof.note import Note
from events.proof.note_key import NoteError
from events.proof.store import ProofStore
from events.proof.tile import WIDTH, TileName, leaf_at
from events.store import StoreError
from events.stored import StoredEvent

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
    """Follows a ledger and holds it against checkpoints: its own, and from elsewhere.

    Its own agree with whatever its owner signed; so a checkpoint from elsewhere that
    does not hold places the difference after the last from elsewhere that does.
    """

    def __init__(
        self, own: Iterable[Checkpoint], elsewhere: Iterable[Checkpoint] = ()
    ) -> None:
        self.position, self.hash = 0, START
        self.signed = 0  # the size up to which its own checkpoints agree
        self.held = 0  # the size up to which those from elsewhere agree
        self.damaged: list[int] = []  # events whose stored leaf is not the one signed
        self._promised = sorted(
            [(one.size, one.root, False) for one in own]
            + [(one.size, one.root, True) for one in elsewhere]
        )
        self._next = 0  # of those
        self._tree = Subtrees()
        self._stored: Subtrees | None = None  # as the stored leaves have it
        self._suspect = 0  # the first event whose stored leaf differs

    def take(self, event: StoredEvent, leaf: bytes = b"") -> None:
        """Follow the next event; `leaf` is what the tree holds for it, if known."""
        self._meet()
        self._follow(event)
        own = leaf_hash(event.hash)
        if self._stored is None and leaf and leaf != own:
            self._stored, self._suspect = self._tree.copy(), event.position
        self._tree.append(own)
        if self._stored is not None:
            self._stored.append(leaf or own)

    def finish(self) -> None:
        """Nothing more comes; refuses an end before the last checkpoint."""
        self._meet()
        if self._next < len(self._promised):
            promised = self._promised[-1][0]
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
        require_linked(self.hash, event)
        self.position, self.hash = expected, event.hash

    def _meet(self) -> None:
        """Hold the events so far against the checkpoints of their size."""
        while self._next < len(self._promised):
            size, root, elsewhere = self._promised[self._next]
            if size != self.position:
                return
            if self._tree.root() != root:
                raise self._rewritten(root, elsewhere=elsewhere)
            self._next += 1
            if self._suspect and self._suspect not in self.damaged:
                self.damaged.append(self._suspect)
            if elsewhere:
                self.held = size
                self._stored, self._suspect = None, 0
            else:
                self.signed = size

    def _rewritten(self, root: bytes, *, elsewhere: bool) -> DiffersError:
        last = self.position
        if self._stored is not None and self._stored.root() == root:
            return DiffersError(
                self._suspect,
                f"event {self._suspect} is not the one that was signed: the tree has"
                " another, and gives the root of the checkpoint",
            )
        first = 1 + (self.held if elsewhere else max(self.signed, self.held))
        return DiffersError(
            first,
            f"an event from {first} to {last} is not the one that was signed: the root"
            f" of the first {last} is another",
        )


def require_linked(previous: bytes, event: StoredEvent) -> None:
    """Refuse an event that does not follow, or that holds what cannot be stored."""
    try:
        found = link(previous, event)
    except (struct.error, TypeError, AttributeError, UnicodeEncodeError):
        found = b""
    if found != event.hash:
        raise DiffersError(
            event.position,
            f"event {event.position} does not give the hash stored with it",
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
    audit = Audit(own, elsewhere)
    try:
        await _walk(audit, ledger, store)
    except DiffersError as error:
        findings.insert(0, error.finding)
    findings += damaged_leaves(audit)
    return Report(tuple(findings), *conclusions(audit))


async def _walk(audit: Audit, ledger: StoredPages, store: ProofStore) -> None:
    tail = await ledger.tail()  # first: the ledger may grow meanwhile
    while audit.position < tail.position:
        limit = min(_PAGE, tail.position - audit.position)
        events = await _page(ledger, audit.position, limit)
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
    beyond = await _page(ledger, audit.position, 1)
    if beyond and beyond[0].position > (await ledger.tail()).position:
        position = beyond[0].position  # events and head are written together
        raise DiffersError(position, f"event {position} stands after the head")


async def _page(ledger: StoredPages, after: int, limit: int) -> Sequence[StoredEvent]:
    """The next events; one that cannot even be read is found by reading one by one."""
    try:
        return await read_page(ledger, after=after, limit=limit)
    except StoreError as error:
        if limit == 1:
            says = f"event {after + 1} cannot be read: {error}"
            raise DiffersError(after + 1, says) from error
        return await _page(ledger, after, 1)


def damaged_leaves(audit: Audit) -> list[Finding]:
    """What the audit found of the tree itself, beside the events."""
    says = "the leaf of event {} in the tree is not the one that was signed"
    return [Finding(None, says.format(position)) for position in audit.damaged]


def conclusions(audit: Audit) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What has been shown and what has not, in words."""
    proven, unproven = [f"the chain holds from event 1 to {audit.position}"], []
    if audit.signed:
        proven.append(f"the first {audit.signed} events are those that were signed")
    if audit.signed < audit.position:
        first = audit.signed + 1
        unproven.append(f"events {first} to {audit.position} are not signed for")
    if audit.held:
        says = f"the first {audit.held} events are those of a checkpoint elsewhere"
        proven.append(says)
    if audit.held < audit.position:
        unproven.append(
            f"whoever holds database and key could have rewritten events"
            f" {audit.held + 1} to {audit.position}: no checkpoint kept elsewhere"
            " covers them"
        )
    return tuple(proven), tuple(unproven)
