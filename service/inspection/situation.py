"""What a decision may look at."""

from dataclasses import dataclass

from projections import RatingBook, Shelf
from service.inspection.asker import Asker


@dataclass(frozen=True, slots=True)
class Situation:
    """The inspection as it stands, the rules there are, and who asks.

    `seen` is true when the asker named the version they have seen of the thing they
    change; the store has then checked that nobody changed it since.
    """

    inspection: str
    book: RatingBook | None
    shelf: Shelf
    asker: Asker
    seen: bool = False
