"""Times as the read models and the API write them."""

from datetime import datetime


def instant(at: datetime) -> str:
    """RFC 3339 with microseconds, of a UTC time: `2026-11-22T15:30:00.000000Z`."""
    return at.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
