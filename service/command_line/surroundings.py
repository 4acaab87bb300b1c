"""What a command may ask of the world outside: the time, new ids, the settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Handed down from `service.__main__`, the only place that reads any of it."""

    now: Callable[[], datetime]  # aware UTC
    new_id: Callable[[], str]
    environment: Mapping[str, str]
