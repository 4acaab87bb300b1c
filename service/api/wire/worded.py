"""Which fields of a body hold somebody's words, and what in them may tell who it is."""

from functools import cache

import msgspec
from msgspec import Struct

from service.api.wire.bodies import SEALED
from service.giveaway import giveaways


@cache
def worded(takes: type[Struct]) -> tuple[str, ...]:
    """The fields of a body that are kept sealed."""
    described = msgspec.inspect.type_info(takes)
    fields = getattr(described, "fields", ())
    return tuple(field.name for field in fields if _is_words(field.type))


def told_in(body: object) -> tuple[str, ...]:
    """What in the words of a body may tell who somebody is."""
    if not isinstance(body, Struct):
        return ()
    words = (getattr(body, name) for name in worded(type(body)))
    said = "\n".join(text for text in words if text is not None)
    return giveaways(said) if said else ()


def _is_words(type_: msgspec.inspect.Type) -> bool:
    match type_:
        case msgspec.inspect.Metadata(extra=extra) if extra == SEALED:
            return True
        case msgspec.inspect.UnionType(types=types):
            return any(map(_is_words, types))
        case _:
            return False
