"""Names in double quotes and ratings in single ones, straight or curly."""

import re
import unicodedata
from typing import Final

DOUBLE: Final = '"\u201c\u201d'
SINGLE: Final = "'\u2018\u2019"

NAME: Final = re.compile(f"[{DOUBLE}][^{DOUBLE}\\n]*[{DOUBLE}]")
RATING: Final = re.compile(f"[{SINGLE}][^{SINGLE}\\n]*[{SINGLE}]")
_QUOTED_OR_COMMENT = re.compile(f"{NAME.pattern}|{RATING.pattern}|#[^\\n]*")


def plain(quoted: str) -> str:
    """The name inside the quotes, whatever keyboard or word processor typed it."""
    name = unicodedata.normalize("NFC", quoted[1:-1])
    return name.replace("\u2018", "'").replace("\u2019", "'")


def mask(text: str) -> str:
    """The text with what is quoted or commented blanked out, as long as before."""
    return _QUOTED_OR_COMMENT.sub(lambda found: " " * len(found[0]), text)
