"""What can be asked of the people who gather and check the answers."""

from msgspec import Struct

from events.sealed import SealedText


class AssignPerson(Struct, frozen=True, kw_only=True):
    """Give a person a part in the inspection."""

    person: str
    role: str


class ReleasePerson(Struct, frozen=True, kw_only=True):
    """A person has that part no longer."""

    person: str
    role: str
    reason: SealedText | None = None


FieldworkCommand = AssignPerson | ReleasePerson
