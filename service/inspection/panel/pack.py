"""The pack: what of an inspection is before the panel, and which cases belong to it."""

from projections import RatingBook


def in_pack(book: RatingBook, case: str | None) -> bool:
    """Whether it is before the panel: a case, or None for what is about no case.

    A case is while it bears on a standard that somebody of the panel has taken up, and
    the report is not out. What is about no case is from the end of the fieldwork on, or
    from the first standard taken up.
    """
    panel = book.proceedings
    taken_up = panel.considered.keys() | panel.movers.keys() | panel.decided.keys()
    if case is None:
        return bool(taken_up) or book.casework.checking.submitted is not None
    sample = book.samples.get(case)
    if sample is None or panel.is_published:
        return False
    fed = book.framework.samples[sample].domains
    return any(book.framework.standards[each].domain in fed for each in taken_up)
