"""The outbox: what an inspector records, kept on disk until the service has it.

Nothing is overwritten by whoever comes last: each entry names the version it was made
from, and where that is no longer the newest a person settles what is right.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite
from msgspec import Struct
from msgspec.structs import replace

from service.client import outbox_rows as rows
from service.client.batch import ItemResult
from service.client.entry import Entry, Kind, Place, State, Theirs, Unsettled
from service.client.evidence import EvidenceSeal, NoSeal, Seal
from service.client.outbox_file import OutboxError, OutboxFile, open_file
from service.client.transport import new_key
from service.client.views import CaseView

_OPEN = frozenset({State.WAITING, State.UNSETTLED})
_WITH_ANOTHER = "earlier-item-refused"  # stands or falls with the entry it follows


class Taken(Struct, frozen=True):
    """What became of a batch's entries; the others still wait."""

    accepted: int
    unsettled: int


class Outbox:
    """One person's entries; made by `open_outbox`."""

    def __init__(
        self,
        file: OutboxFile,
        person: str,
        seal: Seal,
        make_key: Callable[[], str],
    ) -> None:
        self.person = person
        self._file = file
        self._seal = seal
        self._make_key = make_key

    async def take_along(self, case: CaseView) -> None:
        """Note what is on record of a case, to record changes to it without a network.

        The words of others are not kept.
        """
        async with self._file.transaction() as file:
            await rows.forget_case(file, case.inspection, case.case)
            for name, answer in case.answers.items():
                place = Place(case.inspection, case.case, Kind.ANSWER, name)
                await rows.know(file, place, answer.version, answer.answer)
            for name, fact in case.facts.items():
                place = Place(case.inspection, case.case, Kind.FACT, name)
                await rows.know(file, place, fact.version, fact.value)

    async def record(
        self,
        place: Place,
        value: str | None,
        *,
        observed_at: datetime,
        evidence: str | None = None,
    ) -> Entry:
        """Answer, record or correct something; `value` None takes it back.

        Raises EvidenceNotProtected, and OutboxError where nothing is to be taken back.
        """
        async with self._file.transaction() as file:
            base = follows = None
            state = State.WAITING
            earlier = await _open_at(file, place)
            if earlier:
                last = earlier[-1]
                follows, state, before = last.key, last.state, last.value
            else:
                version, before = await rows.known(file, place)
                base = version or None
            if value is None and before is None:
                raise OutboxError(f"there is nothing of `{place.name}` to take back")
            entry = self._made(place, value, observed_at, evidence)
            return await rows.add(
                file, replace(entry, base=base, follows=follows, state=state)
            )

    async def entries(self, *states: State) -> Sequence[Entry]:
        """What stands so, or everything; in the order it was recorded."""
        async with self._file.transaction() as file:
            return await rows.entries_of(file, states or tuple(State))

    async def value(self, place: Place) -> str | None:
        """What the tool should show in a place: mine, or else what was taken along."""
        async with self._file.transaction() as file:
            earlier = await _open_at(file, place)
            if earlier:
                return earlier[-1].value
            _, value = await rows.known(file, place)
            return value

    def evidence(self, entry: Entry) -> str | None:
        """The words of an entry that is not on record yet."""
        return (
            None if entry.sealed is None else self._seal.open(entry.sealed, entry.key)
        )

    # ---- what a sync does

    async def waiting(self, inspection: str | None = None) -> Sequence[Entry]:
        """What is to be sent, with the base as it is known by now."""
        async with self._file.transaction() as file:
            waiting = await rows.entries_of(file, (State.WAITING,), inspection)
            versions = await rows.versions_followed(file)
            return tuple(
                entry
                if (version := versions.get(entry.follows or "")) is None
                else replace(entry, base=version, follows=None)
                for entry in waiting
            )

    async def take_results(self, results: Sequence[ItemResult]) -> Taken:
        """Note what came of a batch: all of it, or nothing."""
        accepted = unsettled = 0
        async with self._file.transaction() as file:
            waiting = await rows.entries_of(file, (State.WAITING,))
            by_key = {entry.key: entry for entry in waiting}
            for result in results:
                entry, problem = by_key.get(result.key or ""), result.problem
                if entry is None:
                    continue
                if problem is None:
                    version, position = result.version or 0, result.position or 0
                    await rows.accept(file, entry, version, position)
                    accepted += 1
                elif not (problem.is_passing or problem.slug == _WITH_ANOTHER):
                    await rows.unsettle(file, entry.place, problem)
                    unsettled += 1
        return Taken(accepted, unsettled)

    # ---- what a person settles

    async def unsettled(self) -> tuple[Unsettled, ...]:
        """Everything that was not taken, a place at a time, with what is theirs."""
        found = []
        async with self._file.transaction() as file:
            at: dict[Place, list[Entry]] = {}
            for entry in await rows.entries_of(file, (State.UNSETTLED,)):
                at.setdefault(entry.place, []).append(entry)
            for place, entries in at.items():
                theirs = await rows.theirs_at(file, place)
                problem = entries[0].problem
                if problem is not None:
                    found.append(Unsettled(place, entries[-1], theirs, problem))
        return tuple(found)

    async def note_theirs(self, place: Place, theirs: Theirs | None) -> None:
        """Note what is on record where something was not taken; None: nothing is."""
        async with self._file.transaction() as file:
            await rows.note_theirs(file, place, theirs)

    async def keep_mine(self, it: Unsettled, *, observed_at: datetime) -> Entry | None:
        """Mine is right, having seen theirs; it is sent anew, with the words it had."""
        return await self.settle(
            it, it.mine.value, observed_at=observed_at, evidence=self.evidence(it.mine)
        )

    async def keep_theirs(
        self, it: Unsettled, *, observed_at: datetime, evidence: str | None = None
    ) -> Entry | None:
        """Theirs is right; sent as an answer too, so that a later change shows."""
        return await self.settle(
            it, _read(it).value, observed_at=observed_at, evidence=evidence
        )

    async def settle(
        self,
        it: Unsettled,
        value: str | None,
        *,
        observed_at: datetime,
        evidence: str | None = None,
    ) -> Entry | None:
        """Record what a person found right, on the version they saw; None is nothing.

        It is an entry like any other, sent with the next sync, and unsettled again if
        somebody else was first once more. None where there is nothing to send. Raises
        OutboxError if more was recorded here since, or theirs was not read yet.
        """
        place, theirs = it.place, _read(it)
        async with self._file.transaction() as file:
            open_ = await _open_at(file, place)
            if not open_ or open_[-1].key != it.mine.key:
                raise OutboxError(f"`{place.name}` was recorded anew; look at it again")
            await rows.settle(file, place)
            await rows.know(file, place, theirs.version, theirs.value)
            if value is None and theirs.value is None:
                return None
            entry = self._made(place, value, observed_at, evidence)
            base = theirs.version or None
            return await rows.add(file, replace(entry, base=base))

    def _made(
        self,
        place: Place,
        value: str | None,
        observed_at: datetime,
        evidence: str | None,
    ) -> Entry:
        if observed_at.tzinfo is None:
            raise ValueError("`observed_at` needs its time zone")
        key = self._make_key()
        return Entry(
            number=0,
            key=key,
            place=place,
            value=value,
            observed_at=observed_at.astimezone(UTC).isoformat(),
            state=State.WAITING,
            base=None,
            follows=None,
            version=None,
            position=None,
            problem=None,
            sealed=None if evidence is None else self._seal.close(evidence, key),
        )


@asynccontextmanager
async def open_outbox(
    path: Path,
    person: str,
    *,
    key: bytes | None = None,
    make_key: Callable[[], str] = new_key,
) -> AsyncIterator[Outbox]:
    """One person's outbox; `key` has 32 bytes, and without it no evidence is taken.

    Raises OutboxError where the file is another's or none of ours, and WrongKey.
    """
    seal: Seal = NoSeal() if key is None else EvidenceSeal(key)
    async with open_file(path, person, seal) as file:
        yield Outbox(file, person, seal, make_key)


async def _open_at(file: aiosqlite.Connection, place: Place) -> Sequence[Entry]:
    """What is not on record yet in a place, and no person has done away with."""
    return [e for e in await rows.entries_at(file, place) if e.state in _OPEN]


def _read(it: Unsettled) -> Theirs:
    """What is theirs; nobody settles what they have not seen."""
    if it.theirs is None:
        raise OutboxError(f"what is on record of `{it.place.name}` was not read yet")
    return it.theirs
