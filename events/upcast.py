"""Upcasters: how a payload stored under an older schema becomes the next one.

Each takes the parsed payload under `(type, schema)` and gives it under schema + 1; the
codec applies them in turn until the payload is current. They are pure, and once there
they stay: the ledger keeps every form it ever wrote.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

Upcaster = Callable[[dict[str, object]], dict[str, object]]
Upcasters = Mapping[tuple[str, int], Upcaster]

UPCASTERS: Final[Upcasters] = MappingProxyType({})
