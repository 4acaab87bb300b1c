"""How long what people proposed, voted or endorsed holds good."""

from datetime import datetime
from typing import NoReturn

from service.inspection.asker import Asker
from service.refusal import Refused


def has_lapsed(since: datetime, asker: Asker) -> bool:
    """Whether it is too long ago to be acted on now."""
    return asker.at >= since + asker.choices.approval_lapses_after


def refuse_lapsed(what: str) -> NoReturn:
    """Raise Refused: it must be done anew."""
    raise Refused("request-lapsed", f"{what} has lapsed; it must be made anew")
