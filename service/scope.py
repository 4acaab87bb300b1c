"""Which words a table would take away: of which cases, and the hash that names them."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec
from msgspec import Struct

from events.recorded import RecordedEvent
from projections import Shelf
from service.change_rows import Asked, change_rows

WHY, EVIDENCE = ("reason", "rationale"), ("evidence", "text", "summary")
"""Fields of facts that keep words: those that say why, and those that say what."""


_FORM = b"adjudge export 1\n"


class Scope(Struct, frozen=True, kw_only=True):
    """The words of one inspection's changes up to a position."""

    inspection: str
    as_of: int
    asked: Asked
    cases: tuple[str, ...]  # in order
    of_inspection: bool  # whether words about no case are among them

    @property
    def content_hash(self) -> str:
        """The same for the same words, and for no others."""
        said = msgspec.json.encode(self, order="deterministic")
        return f"sha256:{sha256(_FORM + said).hexdigest()}"


def scope_of(events: Sequence[RecordedEvent], shelf: Shelf, asked: Asked) -> Scope:
    """What a table of all events from the first would hold of words."""
    cases = {
        row.case
        for recorded, row in change_rows(events, shelf, asked)
        if any(getattr(recorded.data, name, None) for name in WHY + EVIDENCE)
    }
    return Scope(
        inspection=events[0].stream.id,
        as_of=events[-1].position,
        asked=asked,
        cases=tuple(sorted(case for case in cases if case is not None)),
        of_inspection=None in cases,
    )
