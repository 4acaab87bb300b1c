"""What waits for whoever asks."""

from msgspec import Struct


class TaskView(Struct, frozen=True, kw_only=True):
    """One thing that waits for you, and where it is dealt with."""

    inspection: str
    kind: str
    case: str | None
    question: str | None
    standard: str | None
    thing: str | None
    since: str | None
    by: str | None


class InboxView(Struct, frozen=True, kw_only=True):
    """What waits for you in some inspections; `next` leads to the following ones."""

    tasks: tuple[TaskView, ...]
    next: str | None
