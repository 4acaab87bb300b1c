"""How facts of the panel and the report are shown: with who, when and where on record.

The words of a report are read by more people than those of cases: the service reads
its draft. Everything else about a fact is shown to whoever may read where it stands.
"""

from typing import Any

from aiohttp import web
from msgspec import Struct

from projections import Filed, instant
from service.api.wire.looking import event_of
from service.api.wire.words import Words, words_of
from service.permission import Action


class FiledView(Struct, frozen=True, kw_only=True):
    """Who brought something about, and where it is on record."""

    actor: str
    recorded_at: str
    version: int
    position: int


class WordsView(Struct, frozen=True, kw_only=True):
    """Words, or why there are none: erased, unreadable, or not for the asker."""

    text: str | None
    erased: bool
    unreadable: bool


def filed_view(filed: Filed[Any]) -> FiledView:
    """Who, when and where."""
    return FiledView(
        actor=filed.by,
        recorded_at=instant(filed.at),
        version=filed.version,
        position=filed.position,
    )


async def words_view(request: web.Request, filed: Filed[Any], name: str) -> WordsView:
    """The words that a fact keeps sealed in a field."""
    event = await event_of(request, filed)
    return _shown(await words_of(request, event, name, needs=Action.READ_REPORT))


def _shown(words: Words) -> WordsView:
    return WordsView(text=words.text, erased=words.erased, unreadable=words.unreadable)
