"""Whether a ledger holds what was acknowledged, and its ratings follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

from events.codec import CODEC
from events.inspection import AnswerGiven
from events.open_store import open_store
from events.proof.audit import audit_ledger
from events.proof.checkpoint import Checkpoint
from events.proof.note import Note
from events.proof.signing_keys import read_key_ring
from events.recorded import RecordedEvent
from events.store import StoreError
from projections import rebuild
from service.records.records import lying_open
from tests.faults.tally import Tally
from tests.faults.writers import Acknowledgement


@dataclass
class Check:
    """Reads on from where the last look ended; the chain is followed from its start."""

    database: str
    signing_key: Path
    tally: Tally
    _commands: dict[str, RecordedEvent] = field(default_factory=dict)
    _lost: set[str] = field(default_factory=set)
    _position: int = 0
    _shown: Note | None = None  # the last checkpoint that was seen, as a witness would

    async def look(self, acknowledged: Mapping[str, Acknowledgement]) -> None:
        """Add what is wrong to the tally."""
        self.tally.checks += 1
        store = await open_store(self.database, lambda: datetime.now(UTC))
        engine = create_async_engine(self.database)
        try:
            await self._prove()
            while page := await store.read_all(after=self._position):
                for recorded in page:
                    self._take(recorded)
            rebuilt = await rebuild(store, engine, lambda *_: None)
            for table, rows in rebuilt.differed.items():
                if rows:
                    self._wrong(f"{rows} rows of `{table}` differ from a rebuild")
        except StoreError as error:
            self._wrong(str(error))
        finally:
            await engine.dispose()
            await store.close()
        for command, said in acknowledged.items():
            self._compare(command, said)

    async def _prove(self) -> None:
        """Chain, tree and every checkpoint hold, and extend what was shown before."""
        outside = () if self._shown is None else (self._shown,)
        async with lying_open(self.database) as lying:
            ring = read_key_ring(self.signing_key)
            report = await audit_ledger(lying.pages, lying.proofs, ring, outside)
            last = await lying.proofs.checkpoint()
        for finding in report.findings:
            self._wrong(finding.says)
        if last is not None:
            note = Note.parse(last.note)
            self.tally.signed += note != self._shown
            self.tally.signed_for = Checkpoint.parse(note.text).size
            self._shown = note

    def _take(self, recorded: RecordedEvent) -> None:
        self._position += 1
        if recorded.position != self._position:
            self._wrong(f"position {recorded.position} follows {self._position - 1}")
        command = recorded.origin.command_id
        if isinstance(recorded.data, AnswerGiven) and command is not None:
            if command in self._commands:
                self.tally.doubled += 1
                self._wrong(f"`{command}` was recorded twice")
            self._commands[command] = recorded

    def _compare(self, command: str, said: Acknowledgement) -> None:
        kept = self._commands.get(command)
        if kept is None:
            if command not in self._lost:
                self._lost.add(command)
                self.tally.lost += 1
            self._wrong(f"`{command}` was acknowledged and is not in the ledger")
            return
        there = (kept.about, kept.version, kept.position)
        answer = getattr(kept.data, "answer", CODEC.name(kept.data))
        if (*there, answer) != (said.thing, said.version, said.position, said.answer):
            self._wrong(f"`{command}` is not recorded as it was acknowledged")

    def _wrong(self, sentence: str) -> None:
        self.tally.wrong.append(f"after fault {self.tally.checks}: {sentence}")
