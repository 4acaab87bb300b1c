"""What is on record about the thing a command would change."""

from collections.abc import Collection
from difflib import get_close_matches

from projections import RatingBook
from service.refusal import Refused


def changeable(book: RatingBook, thing: str, *, seen: bool) -> int | None:
    """The version a change would replace; None if nothing is on record yet.

    A change to what exists is refused to those who do not say what they have seen.
    """
    entry = book.entry(thing)
    if entry is None:
        return None
    if not seen:
        raise Refused(
            "precondition-required",
            f"`{thing}` is on record at version {entry.version}; send that version in "
            f"If-Match to change it",
            current=entry.version,
        )
    return entry.version


def removable(book: RatingBook, thing: str, *, seen: bool) -> int:
    """The version a withdrawal would replace."""
    version = changeable(book, thing, seen=seen)
    if version is None:
        raise Refused("not-found", f"nothing is on record about `{thing}`")
    return version


def known(kind: str, name: str, options: Collection[str], *, of: str = "") -> str:
    """The name itself, if the framework knows it."""
    if name in options:
        return name
    names = tuple(options)
    near = get_close_matches(name, names, n=1)
    if near:
        hint = f"; did you mean `{near[0]}`?"
    elif not names:
        hint = f"; there is no {kind} that could be named here"
    elif len(names) <= 12:  # noqa: PLR2004 - as many as a reader takes in
        hint = f"; it is one of {', '.join(f'`{option}`' for option in names)}"
    else:
        hint = ""
    raise Refused(
        f"unknown-{kind}", f"there is no {kind} `{name}`{of}{hint}", accepted=names
    )
