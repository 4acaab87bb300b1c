"""Facts about taking away the words of many cases, which takes two people.

They lie in the stream of the inspection they are about. No rating reads any of them.
"""

from datetime import datetime

from msgspec import Struct

from events.sealed import SealedText


class ExportRequested(Struct, frozen=True, kw_only=True, tag="export-requested"):
    """Somebody asked to take words away; nothing is handed out yet.

    Whoever approves it approves exactly these words, which the hash stands for.
    """

    as_of: int  # position of the last event they are taken from
    cases: int  # how many they are about
    content_hash: str
    reason: SealedText
    part: str | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class ExportApproved(Struct, frozen=True, kw_only=True, tag="export-approved"):
    """Another person agreed that these words are taken away, once."""

    request: int  # position of its export-requested event
    content_hash: str


class ExportRejected(Struct, frozen=True, kw_only=True, tag="export-rejected"):
    """Another person did not agree; they stay where they are."""

    request: int
    reason: SealedText


class ExportMade(Struct, frozen=True, kw_only=True, tag="export-made"):
    """Whoever asked took the words away under the approval, which is used up."""

    request: int
    content_hash: str
