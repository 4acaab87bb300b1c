"""A folder with a small ledger, a vault and people, and commands called on it."""

import asyncio
import atexit
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import msgspec
import pytest

from dsl import packaged
from events.recorded import Origin, StreamName
from events.sealed import SealedText
from service.adoption import adopt
from service.command_line.adjudge import run
from service.command_line.surroundings import Surroundings
from service.config import Settings
from service.desk import Errand
from service.identity import Role, token_hash
from service.inspection import about, keys
from service.inspection.commands import AddCase, GiveAnswer, InspectionCommand
from service.records.key_vault import open_keys
from service.records.ledger_end import check_end
from service.records.records import open_records
from tests.service.test_desk import ANNOUNCE

WORDS = "nobody had asked him"
CASES = ("C-1", "C-2")
PEOPLE = {
    "adam": ["admin"],
    "greta": ["governance"],
    "both": ["admin", "governance"],
    "rosa": ["inspector"],
}
_NUMBERS = count()


@dataclass
class Place:
    """The files of one service, at a time that can be moved."""

    folder: Path
    capsys: pytest.CaptureFixture[str] | None
    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)
    database: str | None = None  # otherwise a file in the folder

    @property
    def settings(self) -> Settings:
        return Settings(
            database=self.database or f"sqlite+aiosqlite:///{self.ledger}",
            vault=str(self.vault),
            master_key=str(self.folder / "master.key"),
            signing_key=str(self.folder / "signing.key"),
            identities=str(self.folder / "people.json"),
            environment="development",
        )

    def changed(self, **changes: object) -> Settings:
        """The settings, some of them different."""
        return msgspec.structs.replace(self.settings, **changes)

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.db"

    @property
    def vault(self) -> Path:
        return self.folder / "keys.db"

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def call(self, *said: str, person: str | None = None) -> tuple[int, str, str]:
        """Call a command, in somebody's name: exit code, output, errors."""
        settings = self.settings
        named = (
            "database",
            "vault",
            "master_key",
            "signing_key",
            "identities",
            "environment",
        )
        surroundings = Surroundings(
            now=self.clock,
            new_id=lambda: f"id-{next(_NUMBERS)}",
            environment={
                f"ADJUDGE_{name.upper()}": str(getattr(settings, name))
                for name in named
            },
        )
        if person is not None:
            token = self.folder / f"{person}.token"
            token.write_text(f"token-of-{person}\n")
            said = (*said, "--token-file", str(token))
        code = run(said, surroundings)
        assert self.capsys is not None
        printed = self.capsys.readouterr()
        return code, printed.out, printed.err

    def told(self, *said: str, person: str | None = None) -> dict[str, Any]:
        """What a command that goes well prints as JSON."""
        code, printed, error = self.call(*said, "--json", person=person)
        assert code == 0, error
        shown: dict[str, Any] = json.loads(printed)
        return shown

    def erase(self, case: str, **people: str) -> int:
        """Ask for the erasure of a case, wait and approve it."""
        asked = ("erase", case, "--inspection", "brent", "--reason", "asked in writing")
        position = int(self.told(*asked, person=people.get("asker", "adam"))["erasure"])
        self.now += timedelta(days=7)
        self.told("erase", "--approve", str(position), person="greta")
        return position

    def words(self, case: str) -> str | None:
        """What was written to a case, as the service would show it."""
        return asyncio.run(self._words(case))

    def add_answers(self, answer: str = "Yes") -> None:
        """Answer a question of every case, with words."""
        asyncio.run(self._add(answer))

    async def fill(self) -> None:
        """An inspection with two cases and words in each."""
        people = [
            {"person": person, "roles": roles, "token_hash": _hash(person)}
            for person, roles in PEOPLE.items()
        ]
        (self.folder / "people.json").write_text(json.dumps(people))
        origin = Origin(actor="rosa", observed_at=self.now)
        async with open_records(self.settings.database, self.clock) as records:
            loaded = packaged("youth-2020")
            await adopt(records.store, records.shelf, loaded, origin, reviewer="ruth")
            cases = [AddCase(case=c, sample="court disposals", facts={}) for c in CASES]
            commands: tuple[InspectionCommand, ...] = (ANNOUNCE, *cases)
            for command in commands:
                await records.desk.run("brent", command, _errand(origin))
        await self._add("Yes")

    async def _add(self, answer: str) -> None:
        origin = Origin(actor="rosa", observed_at=self.now)
        settings = self.settings
        async with (
            open_keys(settings) as vault,
            open_records(settings.database, self.clock) as records,
        ):
            await check_end(records.store, vault)
            for case in CASES:
                thing = about.answer(case, "2.1.1")
                entry = await records.desk.read("brent", _entry(thing))
                evidence = await vault.seal(
                    keys.of_case("brent", case),
                    f"{WORDS}, {case}",
                    keys.context(StreamName("inspection", "brent"), thing),
                )
                given = GiveAnswer(
                    case=case, question="2.1.1", answer=answer, evidence=evidence
                )
                seen = None if entry is None else entry.version
                errand = _errand(origin, thing=thing, seen=seen)
                await records.desk.run("brent", given, errand)
            await vault.remember(await records.store.head())

    async def _words(self, case: str) -> str | None:
        settings = self.settings
        thing = about.answer(case, "2.1.1")
        stream = StreamName("inspection", "brent")
        async with (
            open_keys(settings) as vault,
            open_records(settings.database, self.clock) as records,
        ):
            events = await records.store.read(stream)
            given = [event for event in events if event.about == thing][-1]
            sealed: SealedText = given.data.evidence  # type: ignore[attr-defined] # an answer
            return await vault.open(sealed, keys.context(stream, thing))


@cache
def template() -> Path:
    """A folder filled once, to be copied."""
    folder = Path(mkdtemp(prefix="adjudge-"))
    atexit.register(shutil.rmtree, folder)
    asyncio.run(Place(folder, None).fill())
    return folder


def filled(folder: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    """A place of its own, as `Place.fill` leaves it."""
    shutil.copytree(template(), folder, dirs_exist_ok=True)
    return Place(folder, capsys, datetime(2026, 3, 1, 13, tzinfo=UTC))


def _errand(
    origin: Origin, *, thing: str | None = None, seen: int | None = None
) -> Errand:
    return Errand(
        origin=origin,
        roles=frozenset(Role),
        at=origin.observed_at,
        thing=thing,
        seen=seen,
    )


def _entry(thing: str) -> Callable[[Any], Any]:
    return lambda book: book.entry(thing)


def _hash(person: str) -> str:
    return token_hash(f"token-of-{person}")
