"""Recognises what authors bring with them: how forms, word processors and lists write.

Dates in figures, quotes of other countries, bullets, fractions, number words: each is a
habit with a plain equivalent in the language, so each mistake carries its repair.
"""

import re
from collections.abc import Mapping
from typing import Final

from dsl.text.quotes import DOUBLE, SINGLE
from dsl.text.slip import Mistake, Slip

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTH = "|".join(month[:3] for month in _MONTHS)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})\b")
_WORDED = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[ \t]+({_MONTH})[a-z]*\.?,?"
    r"[ \t]+(\d{4})\b",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"({_MONTH})[a-z]*\.?[ \t]+(\d{{1,2}})(?:st|nd|rd|th)?,?[ \t]+(\d{{4}})\b",
    re.IGNORECASE,
)
_OPENING = f"{DOUBLE}{SINGLE}\u00ab\u2039\u201e\u201a`\u00b4\u201f\u201b\u2032\u2033"
_CLOSING = f"{DOUBLE}{SINGLE}\u00bb\u203a`\u00b4\u2032\u2033"
_QUOTED = re.compile(rf"[{_OPENING}]+([^{_OPENING}{_CLOSING}\n]+)[{_CLOSING}]+")
_BULLET = re.compile(r"(?:[•·▪◦‣–—*-]|[0-9a-z]{1,2}[.)])(?=[ \t]+\S)")  # noqa: RUF001 - as lists are pasted
_REMARK = re.compile(r"//|--|/\*|<!--|;|%|REM\b")
_TAG = re.compile(r"</?[A-Za-z][^>\n]*>|[A-Za-z]+:(?=\s)")
_OWNED = re.compile(rf"[A-Za-z ]*([{SINGLE}])(?=s\b)")
_CONTRACTED = re.compile(rf"(?:is|was)n[{SINGLE}]t\b", re.IGNORECASE)
_SPACED_PART = re.compile(r"[A-Z]?\d+(?:[ \t]*\.[ \t]*\d+)+")
_WITH_LETTER = re.compile(r"\d*[OolI]\d*(?![A-Za-z0-9])")
_WRITTEN: Final[Mapping[str, str]] = {
    word: str(number)
    for number, word in enumerate(
        (
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        )
    )
}
_MEANT: Final[Mapping[str, str]] = {
    "if": "when",
    "where": "when",
    "equals": "is",
    "equal": "is",
    "was": "is",
    "excluding": "except",
    "without": "except",
    "worst": "lowest",
    "minimum": "lowest",
    "sum": "total",
    "plus": "and",
}
_IDLE: Final = ("rated", "graded", "judged", "the", "a", "an")
_WORD: Final = re.compile(r"[A-Za-z]+")


def habit(slip: Slip) -> Mistake | None:
    """What a slip is, if it is one of these habits."""
    for hint in (
        _contracted,
        _day,
        _remark_or_bullet,
        _tag,
        _quotes_inside,
        _foreign_quotes,
        _two_quoted,
        _wrapped,
        _apostrophe,
        _twice,
        _joined,
        _in_words,
        _with_letter,
        _spaced_part,
        _other_word,
    ):
        mistake = hint(slip)
        if mistake is not None:
            return mistake
    return None


def _written(
    code: str, message: str, span: tuple[int, int], write: str, *, since: int = -1
) -> Mistake:
    """A mistake whose repair is what the author is told to write."""
    start, end = span
    first = None if since < 0 else since
    return Mistake(code, message, start, end, f"Write: {write}", write, first)


# ---- days


def _day(slip: Slip) -> Mistake | None:
    if "DATE" not in slip.accepts:
        return None
    for pattern, order in (
        (_DAY_FIRST, (1, 2, 3)),
        (_YEAR_FIRST, (3, 2, 1)),
        (_WORDED, (1, 2, 3)),
        (_MONTH_FIRST, (2, 1, 3)),
    ):
        found = pattern.match(slip.rest)
        if found is None:
            continue
        day, month, year = (found[group] for group in order)
        name = _month(month)
        if name is None:
            return None
        return _written(
            "date-form",
            "a day is written with its month in full",
            (slip.at, slip.at + found.end()),
            f"{int(day)} {name} {year}",
        )
    return None


def _month(said: str) -> str | None:
    if said.isdigit():
        return _MONTHS[int(said) - 1] if 1 <= int(said) <= len(_MONTHS) else None
    return next(name for name in _MONTHS if name[:3] == said[:3].capitalize())


# ---- what lists, pages and programs add


def _remark_or_bullet(slip: Slip) -> Mistake | None:
    if slip.text[slip.line_start : slip.at].strip():
        return None
    remark = _REMARK.match(slip.rest)
    if remark:
        return Mistake(
            "punctuation",
            "a remark starts with `#`",
            slip.at,
            slip.at + remark.end(),
            "Write # instead, and everything to the end of the line is a remark.",
            "#" if slip.at else None,
        )
    bullet = _BULLET.match(slip.rest)
    if bullet is None:
        return None
    return Mistake(
        "punctuation",
        f"`{bullet[0]}` is not needed here: rules are no list",
        slip.at,
        slip.at + bullet.end(),
        "Leave it out.",
        " ",
    )


def _tag(slip: Slip) -> Mistake | None:
    found = _TAG.match(slip.rest)
    if found is None:
        return None
    return Mistake(
        "punctuation",
        f"`{found[0]}` is not needed here: rules are plain text",
        slip.at,
        slip.at + found.end(),
        "Leave it out.",
        " ",
    )


# ---- quotes


def _wanted(slip: Slip) -> str | None:
    """The quote that belongs here."""
    if "RATING" in slip.accepts:
        return "'"
    return '"' if "NAME" in slip.accepts else None


def _foreign_quotes(slip: Slip) -> Mistake | None:
    found, mark = _QUOTED.match(slip.rest), _wanted(slip)
    if found is None or mark is None:
        return None
    opened, closed = found[0][0], found[0][-1]
    own = DOUBLE if mark == '"' else SINGLE
    other = SINGLE if mark == '"' else DOUBLE
    if opened in own and closed in own and len(found[0]) == len(found[1]) + 2:
        return None
    if opened in other and closed in other:
        return None  # the wrong ones of ours, which is said elsewhere
    thing = "rating" if mark == "'" else "name"
    quotes = "single" if mark == "'" else "double"
    return _written(
        "wrong-quotes",
        f"a {thing} is written in {quotes} quotes",
        (slip.at, slip.at + found.end()),
        f"{mark}{found[1].strip()}{mark}",
    )


def _quotes_inside(slip: Slip) -> Mistake | None:
    """`"Is "it" planned?"`"""
    before = slip.text[slip.line_start : slip.at].rstrip()
    rest = slip.rest.rstrip()
    marks = sum(rest.count(mark) for mark in DOUBLE)
    if not before or before[-1] not in DOUBLE or not rest or rest[-1] not in DOUBLE:
        return None
    if marks % 2 or rest[0] in DOUBLE:
        return None
    opened = max(before.rfind(mark, 0, len(before) - 1) for mark in DOUBLE)
    if opened < 0:
        return None
    start, end = slip.line_start + opened, slip.at + len(rest)
    inner = slip.text[start + 1 : end - 1]
    for mark in DOUBLE:
        inner = inner.replace(mark, "'")
    return _written(
        "wrong-quotes",
        "a name has no double quotes inside",
        (slip.at, end),
        f'"{inner}"',
        since=start,
    )


def _two_quoted(slip: Slip) -> Mistake | None:
    """`'Requires' 'improvement'`"""
    before = slip.text[slip.line_start : slip.at].rstrip()
    found = re.match(rf"[{SINGLE}]([^{SINGLE}\n]+)[{SINGLE}]", slip.rest)
    first = re.search(rf"[{SINGLE}]([^{SINGLE}\n]+)[{SINGLE}]$", before)
    if found is None or first is None or f"{first[1]} {found[1]}" not in slip.ratings:
        return None
    return _written(
        "wrong-quotes",
        "a rating stands in one pair of quotes",
        (slip.at, slip.at + found.end()),
        f"'{first[1]} {found[1]}'",
        since=slip.line_start + first.start(),
    )


def _wrapped(slip: Slip) -> Mistake | None:
    """A name that goes on in the next line."""
    found = re.match(
        rf"[{DOUBLE}]([^{DOUBLE}\n]+)\n[ \t]+([^{DOUBLE}\n]+)[{DOUBLE}][ \t]*(?=\n|$)",
        slip.text[slip.at :],
    )
    if found is None or "NAME" not in slip.accepts:
        return None
    whole = f'"{found[1].rstrip()} {found[2].rstrip()}"'
    return Mistake(
        "missing-quote",
        "a name stands on one line",
        slip.at,
        slip.at + found.end(),
        f"Write: {whole}",
        whole,
    )


def _apostrophe(slip: Slip) -> Mistake | None:
    found = _OWNED.match(slip.text, slip.at, slip.line_end)
    if found is None:
        return None
    return Mistake(
        "punctuation",
        "an apostrophe stands only in names",
        *found.span(1),
        "Leave it out.",
        "",
    )


# ---- words and numbers


def _twice(slip: Slip) -> Mistake | None:
    """`of of`"""
    before = slip.text[slip.line_start : slip.at].split()
    found = _WORD.match(slip.rest)
    if found is None or not before or before[-1] != found[0]:
        return None
    return Mistake(
        "doubled-word",
        f"`{found[0]}` stands here twice",
        slip.at,
        slip.at + found.end(),
        "Leave one of them out.",
        "",
    )


def _joined(slip: Slip) -> Mistake | None:
    """`1 & 2`, `1, and 2`, `1 2`; `11/17`, `11 out of 17`"""
    words = slip.words_accepted()
    if "and" in words and slip.rest[:1] in tuple("&+"):
        span = slip.at, slip.at + 1
        return _written("punctuation", "parts are joined with `and`", span, "and")
    comma = slip.text[: slip.at].rstrip()
    if slip.rest.startswith("and ") and comma.endswith(","):
        return _written(
            "punctuation",
            "a comma or `and` joins parts, not both",
            (slip.at, slip.at + len("and")),
            "and",
            since=len(comma) - 1,
        )
    if "and" in words and re.match(r"[A-Z]?\d", slip.rest) and comma[-1:].isdigit():
        part = re.match(r"[A-Z]?[\d.]+", slip.rest)
        said = part[0] if part else ""
        span = slip.at, slip.at + len(said)
        message = f"`and` is missing before `{said}`"
        return _written("missing-word", message, span, f"and {said}")
    count = re.match(r"/|out[ \t]+of\b", slip.rest)
    if count and "of" in words and comma[-1:].isdigit():
        return Mistake(
            "range-sign",
            "a count is written with `of`",
            slip.at,
            slip.at + count.end(),
            "Write: of",
            " of ",
        )
    return None


def _in_words(slip: Slip) -> Mistake | None:
    found = _WORD.match(slip.rest)
    figure = _WRITTEN.get(found[0].casefold()) if found else None
    if figure is None or found is None or "INT" not in slip.accepts:
        return None
    return _written(
        "number-in-words",
        "a number is written in figures",
        (slip.at, slip.at + found.end()),
        figure,
    )


def _with_letter(slip: Slip) -> Mistake | None:
    """`8O`, which looks like 80."""
    start = slip.at
    while start > slip.line_start and slip.text[start - 1].isdigit():
        start -= 1
    found = _WITH_LETTER.match(slip.text, start, slip.line_end)
    if found is None or not any(mark.isdigit() for mark in found[0]):
        return None
    number = re.sub("[Oo]", "0", re.sub("[lI]", "1", found[0]))
    return _written(
        "misspelt",
        f"`{found[0]}` has a letter among its figures",
        (slip.at, found.end()),
        number,
        since=start,
    )


def _spaced_part(slip: Slip) -> Mistake | None:
    """`2. 1. 2`"""
    before = re.search(r"[A-Z]?\d+[ \t]*$", slip.text[slip.line_start : slip.at])
    if slip.rest[:1] != "." or before is None:
        return None
    start = slip.line_start + before.start()
    found = _SPACED_PART.match(slip.text, start, slip.line_end)
    if found is None or found.end() <= slip.at or found[0] == "".join(found[0].split()):
        return None
    part = re.sub(r"[ \t]", "", found[0])
    return _written(
        "punctuation",
        "the number of a part has no spaces",
        (slip.at, found.end()),
        part,
        since=start,
    )


def _contracted(slip: Slip) -> Mistake | None:
    start = max(slip.text.rfind(" ", 0, slip.at), slip.line_start) + 1
    found = _CONTRACTED.match(slip.text, start)  # `is` may have been read already
    if found is None:
        return None
    message = f"`{found[0]}` is written in two words"
    return _written("misspelt", message, found.span(), "is not")


def _other_word(slip: Slip) -> Mistake | None:
    found = _WORD.match(slip.rest)
    if found is None:
        return None
    word, span = found[0], (slip.at, slip.at + found.end())
    meant = _MEANT.get(word.casefold())
    if meant in slip.words_accepted() and meant is not None:
        message = f"`{word}` is not a word of the language here"
        return _written("misspelt", message, span, meant)
    if word in _IDLE and "RATING" in slip.accepts:
        return Mistake(
            "misspelt", f"`{word}` is not needed here", *span, "Leave it out.", ""
        )
    return None
