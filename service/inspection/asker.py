"""Who asks for a command."""

from dataclasses import dataclass
from datetime import datetime

from service.choices import CHOICES, Choices
from service.identity import Role
from service.strength import UNKNOWN, Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """A person in their roles, the time by the service's own clock, and the choices."""

    person: str
    roles: frozenset[Role]
    at: datetime
    choices: Choices = CHOICES
    strength: Strength = UNKNOWN
