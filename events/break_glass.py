"""Facts about emergencies: somebody outside an inspection opened its evidence.

They lie in the stream of the inspection whose words were opened, for ever. Who did it
is the event's actor; each look that follows is in the access log.
"""

from msgspec import Struct

from events.sealed import SealedText


class BreakGlassOpened(Struct, frozen=True, kw_only=True, tag="break-glass-opened"):
    """An administrator may read the evidence for so many minutes; it ends by itself."""

    minutes: int
    reason: SealedText  # under the key of reasons: it outlives what was read


class BreakGlassReviewed(Struct, frozen=True, kw_only=True, tag="break-glass-reviewed"):
    """Governance has looked at an opening and what was read under it."""

    opening: int  # position of its break-glass-opened event
