"""Checkpoints while the service runs: signed behind the writers, and what alarms them.

A ledger that does not extend what was promised of it is an alarm. It is never just a
log line: no checkpoint is signed any more, no command is taken, the process is not
ready, and `/v1/audit/integrity` says why, until somebody has looked and started anew.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from events.chain import BrokenChainError
from events.proof.checkpoint import Checkpoint, NotAnExtensionError
from events.proof.key_ring import KeyRing
from events.proof.notary import Notary, StoredPages
from events.proof.note import Note, Signature
from events.proof.note_key import NoteError
from events.proof.signing_keys import held_keys, read_key_ring
from events.proof.store import ProofStore
from events.proof.tile import MissingTileError
from events.proof.witness import Witness
from events.store import StoreError
from service.logs import places
from service.refusal import Refused

_ALARMS = (NotAnExtensionError, NoteError, BrokenChainError, MissingTileError)


@dataclass(frozen=True, slots=True)
class Alarm:
    """The ledger is not what was promised."""

    raised_at: datetime
    says: str


@dataclass(frozen=True, slots=True)
class Bench:
    """What a notary works with: the ledger, its tree, the keys, the witnesses."""

    ledger: StoredPages
    store: ProofStore
    keys: Path
    witnesses: Sequence[Witness] = ()


class Checkpointing:
    """Signs checkpoints of one ledger, one at a time, and remembers an alarm."""

    def __init__(
        self, bench: Bench, *, now: Callable[[], datetime], logger: FilteringBoundLogger
    ) -> None:
        self.alarm: Alarm | None = None
        self.trouble: str | None = None  # why the last try came to nothing
        self._bench = bench
        self._now = now
        self._logger = logger
        self._turn = asyncio.Lock()
        self._own = _Remembered()

    @property
    def witness_trouble(self) -> str | None:
        """Why a witness was not told of the last checkpoint."""
        told = (getattr(each, "trouble", None) for each in self._bench.witnesses)
        return next((trouble for trouble in told if trouble), None)

    def require_sound(self) -> None:
        """Raise Refused while there is an alarm."""
        if self.alarm is not None:
            raise Refused("integrity-alarm", self.alarm.says)

    async def ring(self) -> KeyRing:
        """The keys that speak for the ledger."""
        return await asyncio.to_thread(read_key_ring, self._bench.keys)

    async def check(self) -> None:
        """Hold the ledger against what was promised, before it takes a write."""
        await self._watched(_checked)

    async def sign(self) -> Note | None:
        """Sign what was written so far.

        None for an empty ledger. Raises Refused `integrity-alarm`, and StoreError where
        nothing could be signed now.
        """
        self.require_sound()
        note = await self._watched(_signed)
        self.require_sound()
        return note

    async def covering(self, position: int) -> Checkpoint:
        """A signed checkpoint of at least these events, made now unless there is one.

        Call it before a publication, with the last position that the report takes
        account of, and publish only if it comes back. Raises Refused `integrity-alarm`,
        and StoreError where nothing could be signed now.
        """
        note = await self.sign()
        if note is None or (it := Checkpoint.parse(note.text)).size < position:
            raise StoreError(f"the ledger has no event {position} to sign for")
        return it

    async def cosign(self, note: Note) -> None:
        """Keep the cosignatures under a note; raises NoteError for a false one."""
        async with self._turn, self._notary() as notary:
            await notary.cosigned(note)

    async def keep_signing(self, seconds: float) -> None:
        """Sign every so often, as long as something changed; ends with an alarm."""
        signed = -1
        while self.alarm is None:
            try:
                tail = await self._bench.ledger.tail()
                if tail.position != signed:
                    note = await self.sign()
                    signed = Checkpoint.parse(note.text).size if note else 0
            except (StoreError, Refused) as told:
                self.trouble = str(told)  # the alarm, or tried again
            except Exception as error:  # noqa: BLE001 - or nothing would ever be signed
                self.trouble = "the service met a fault while signing"
                fault = type(error).__name__
                self._logger.critical(
                    "checkpoint_failed", fault=fault, places=places(error)
                )
            await asyncio.sleep(seconds)

    async def _watched(
        self, work: Callable[[Notary], Awaitable[Note | None]]
    ) -> Note | None:
        """Work with the notary; what is wrong with the ledger becomes the alarm."""
        async with self._turn:
            try:
                async with self._notary() as notary:
                    note = await work(notary)
            except _ALARMS as error:
                self.alarm = Alarm(self._now(), str(error))
                self._logger.critical("integrity_alarm", says=str(error))
                return None
            except StoreError as error:
                self.trouble = str(error)
                self._logger.warning("checkpoint_delayed", says=str(error))
                raise
            self.trouble = None
            return note

    @asynccontextmanager
    async def _notary(self) -> AsyncIterator[Notary]:
        bench = self._bench
        with ExitStack() as held:
            keys = await asyncio.to_thread(held.enter_context, held_keys(bench.keys))
            yield Notary(
                bench.ledger,
                bench.store,
                keys,
                clock=self._now,
                witnesses=(self._own, *bench.witnesses),
            )


class _Remembered:
    """What this process was shown last: a ledger exchanged under it does not pass."""

    def __init__(self) -> None:
        self._note: Note | None = None

    async def last(self) -> Note | None:
        return self._note

    async def keep(self, note: Note) -> tuple[Signature, ...]:
        self._note = note
        return ()


async def _checked(notary: Notary) -> None:
    await notary.check()


async def _signed(notary: Notary) -> Note | None:
    return await notary.sign()
