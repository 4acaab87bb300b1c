"""What adopted versions of its family have against a rule text that is to join them."""

from dsl import Diagnostic, Loaded
from dsl.author.siblings import overlaps
from projections import Edition, Shelf


def objections(loaded: Loaded, shelf: Shelf) -> tuple[Diagnostic, ...]:
    """A mistake for each adopted version that applies on a day of this one.

    Its own earlier revisions and what it is based on are not asked: the one gives way,
    and the other was looked at when the text was read.
    """
    own = {file.stem for file in loaded.files}
    latest = (shelf.latest(id_) for id_ in shelf.ids() if id_ not in own)
    family = (each for each in latest if each is not None and own & _stems(each))
    return tuple(overlaps(loaded, (each.framework for each in family)))


def _stems(edition: Edition) -> set[str]:
    """The framework and what it is based on, without reading any of it."""
    return {file.name.removesuffix(".rules") for file in edition.adopted.files}
