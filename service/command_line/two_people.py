"""A command that takes a person: who calls it, and the desk where it is run.

The person is told by their token, as the service tells them, and the desk checks roles
and second persons; a command line on the same machine can do no more than the API.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from events.inspection import CATEGORY
from events.recorded import Origin, RecordedEvent, StreamName
from events.sealed import SealedText
from events.store import StoreError
from events.vault.vault import Vault
from projections import RatingBook
from service.command_line.ending import UNREACHABLE, WRONG, Trouble
from service.command_line.store import existing_records, unusable
from service.command_line.surroundings import Surroundings
from service.config import Settings
from service.desk import Accepted, Errand
from service.identity import IdentitiesError, Identity
from service.inspection import keys
from service.inspection.commands import InspectionCommand
from service.records.key_vault import open_keys
from service.records.ledger_end import check_end
from service.records.records import Records
from service.refusal import Refused
from service.retention import destroy_erased
from service.sign_in.identifying import open_identities

Command = TypeVar("Command", bound=Callable[..., object])

_REPLY = msgspec.json.Decoder(Accepted)


def token_option(command: Command) -> Command:
    """`--token-file FILE`: who calls."""
    return click.option(
        "--token-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="The file that holds your token.",
    )(command)


@dataclass(frozen=True, slots=True)
class Counter:
    """The desk, as one person stands before it."""

    records: Records
    vault: Vault
    person: Identity
    surroundings: Surroundings

    async def run(self, inspection: str, command: InspectionCommand) -> Accepted:
        """Carry out a command as this person."""
        now = self.surroundings.now()
        errand = Errand(
            origin=Origin(
                actor=self.person.person,
                observed_at=now,
                correlation_id=self.surroundings.new_id(),
            ),
            roles=self.person.roles,
            strength=self.person.strength,
            at=now,
        )
        reply, _ = await self.records.desk.run(inspection, command, errand)
        await destroy_erased(self.records.engine, self.vault)
        return _REPLY.decode(reply)

    async def seal(self, inspection: str, reason: str, thing: str) -> SealedText:
        """Seal why something is to be erased, held or released."""
        await self.records.desk.read(inspection, _is_there)
        context = keys.context(StreamName(CATEGORY, inspection), thing)
        return await self.vault.seal(keys.of_retention(inspection), reason, context)

    async def event(self, position: int) -> RecordedEvent | None:
        """The event at a position."""
        found = await self.records.store.read_all(after=position - 1, limit=1)
        return found[0] if found else None


@asynccontextmanager
async def counter(
    settings: Settings, surroundings: Surroundings, token_file: Path | None
) -> AsyncIterator[Counter]:
    """Open the records and the vault for whoever holds this token.

    What the desk refuses ends the command with exit 1 and the refusal's own code.
    """
    person = await _identified(settings, surroundings, token_file)
    try:
        async with (
            existing_records(settings, surroundings) as records,
            open_keys(settings) as vault,
        ):
            await check_end(records.store, vault)
            await destroy_erased(records.engine, vault)  # what a crash left undone
            yield Counter(records, vault, person, surroundings)
    except Refused as refused:
        raise refusal(refused) from refused
    except StoreError as error:
        raise unusable(error) from error


def refusal(refused: Refused) -> Trouble:
    """How a command ends that the desk refuses."""
    way_out = "what was asked for is listed with `--list`"
    return Trouble(refused.code, refused.reason, way_out, exit_code=WRONG)


async def _identified(
    settings: Settings, surroundings: Surroundings, token_file: Path | None
) -> Identity:
    if token_file is None:
        raise Trouble(
            "not-authenticated",
            "this is done in somebody's name",
            "name the file that holds your token with --token-file",
        )
    try:
        async with open_identities(settings, surroundings.now) as known:
            person = await known.identities.identify(_token(token_file))
    except IdentitiesError as error:
        raise Trouble(
            "bad-identities",
            str(error),
            "see `Configure` in deploy/README.md",
            exit_code=UNREACHABLE,
        ) from error
    except Refused as refused:
        raise Trouble(
            refused.code,
            refused.reason,
            "get a new token from the identity provider",
            exit_code=WRONG,
        ) from refused
    if person is None:
        raise Trouble(
            "not-authenticated",
            f"the token in `{token_file}` is not known here",
            "ask whoever keeps the identities",
            exit_code=WRONG,
        )
    return person


def _token(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip()


def _is_there(book: RatingBook) -> int:
    return book.version
