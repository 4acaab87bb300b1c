"""Facts about keeping and erasing: asking that words be erased, and holding them back.

They lie in the stream of the inspection they are about. No rating reads any of them.
"""

from msgspec import Struct

from events.sealed import SealedText


class ErasureRequested(Struct, frozen=True, kw_only=True, tag="erasure-requested"):
    """Somebody asked that the words under these keys be erased; nothing is erased yet.

    Whoever approves it approves exactly these keys.
    """

    keys: tuple[str, ...]
    reason_code: str  # "retention", "data-subject", "error", "court-order", "other"
    reason: SealedText  # under a key of its own: it outlives what it asks to erase


class HoldPlaced(Struct, frozen=True, kw_only=True, tag="hold-placed"):
    """Nothing of a case, or of the whole inspection, may be erased."""

    case: str | None  # None: the inspection and every case of it
    reason: SealedText


class HoldReleaseRequested(
    Struct, frozen=True, kw_only=True, tag="hold-release-requested"
):
    """Somebody asked that a hold be lifted; it stands until another person agrees."""

    hold: int  # position of its hold-placed event
    reason: SealedText


class HoldReleased(Struct, frozen=True, kw_only=True, tag="hold-released"):
    """A hold was lifted by two people."""

    hold: int
    requested_by: str
    approved_by: str
