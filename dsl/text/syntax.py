"""Says what is wrong with a block that does not parse, and how it was probably meant.

Works from what was found and what the grammar allows there. A mistake whose repair is
plain carries it, so that reading goes on behind it as if it had been written right.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Final

from dsl.findings import join, nearest
from dsl.text.quotes import DOUBLE, NAME, RATING, SINGLE
from dsl.text.slip import WORD, Mistake, Slip

KINDS: Final = (
    "framework",
    "document",
    "ratings",
    "answers",
    "fact",
    "group",
    "domain",
    "standard",
    "question",
    "banding",
    "rate",
    "cap",
    "guidance",
    "discretion",
    "warning",
    "sample",
    "test",
)
"""The words a rule can start with."""

_SCOPES = ("of a case", "of the service", "of the inspection")
_CLOSE = 0.65  # how alike a word and what was meant by it are at least
_RUN = re.compile(r"[^\s\"“”,#]+(?: [^\s\"“”,#]+)*")
_DASHED = re.compile(r"(\d+)\s*%?\s*(?:[-\u2013\u2014\u2212]|\.\.+)\s*(\d+)(?:\s*%)?")
_STRETCH = re.compile(
    r"(?:between|from)\s+(\d+)(?:\s*%)?\s+(?:and|to)\s+(\d+)(?:\s*%)?"
)
_COMPARED = re.compile(
    r"(<=|≤|up to|at most|no more than|not more than|<|under|less than|fewer than"
    r"|>=|≥|at least|no less than|from|>|over|above|greater than|more than)"
    r"\s*(\d+)(?:\s*%)?"
)
_PLUS = re.compile(
    r"(\d+)\s*%?\s*\+"
    r"|(\d+)\s*%?\s+(?:and|or)\s+(?:above|over|higher|greater|upwards|up)"
    r"|(\d+)\s*%?\s+and\s+more"
)
_PERCENT = re.compile(r"(\d+)\s*(?:%|per\s?cent\b|percent\b)")
_DECIMAL = re.compile(r"(\d+)[.,]\d+(?:\s*%)?")

PLAIN: Final[Mapping[str, str]] = {
    "NAME": 'a name in "double quotes"',
    "RATING": "a rating in 'single quotes'",
    "REF": "a part such as 2.1",
    "INT": "a number",
    "PERCENT": "a percentage such as 65%",
    "DATE": "a day such as 1 September 2020",
    "LETTER": "a letter",
    "$END": "the end of the rule",
}
"""What the grammar calls by a name of its own, as an author would say it."""


def explain(slip: Slip) -> Mistake:
    """The most telling explanation of a slip."""
    for hint in (
        _ends_too_soon,
        _runs_on,
        _bare_name,
        _range_sign,
        _missing_quote,
        _wrong_quotes,
        _needs_quotes,
        _bare_part,
        _punctuation,
        _fact_without_scope,
        _misspelt,
        _line_ends_too_soon,
    ):
        mistake = hint(slip)
        if mistake is not None:
            return mistake
    return _unexpected(slip)


def _ends_too_soon(slip: Slip) -> Mistake | None:
    if slip.text[slip.at :].strip():
        return None
    before = slip.text[: slip.at].rstrip()
    start = max(before.rfind(" "), before.rfind("\n")) + 1
    return Mistake(
        "ends-too-soon",
        "this rule ends too soon",
        start,
        len(before),
        _could_be(slip, "Next comes", "Finish the rule, or take it out."),
    )


def _runs_on(slip: Slip) -> Mistake | None:
    """`warnings`, of which only `warning` was read."""
    read = re.search(r"[A-Za-z]+$", slip.text[: slip.at])
    rest = re.match(r"[a-z]+\b", slip.rest)
    if read is None or rest is None:
        return None
    return Mistake(
        "misspelt",
        f"`{read[0]}{rest[0]}` is not a word of the language here",
        read.start(),
        slip.at + rest.end(),
        f"Did you mean `{read[0]}`?",
        read[0],
    )


_LINE_STARTS = frozenset(
    {
        *(
            "source",
            "assumes",
            "given",
            "expect",
            "below",
            "moves",
            "decided",
            "usually",
        ),
        *("departing", "when", "or when", "prompt", "panel", "called", "from", "score"),
    }
)


def _line_ends_too_soon(slip: Slip) -> Mistake | None:
    """The line above stops in the middle, and its rule goes on here."""
    above = slip.text[: slip.line_start].rstrip()
    starts = _LINE_STARTS & {*slip.words_accepted()}
    if not above or slip.text[slip.line_start : slip.at].strip():
        return None
    if starts or "$END" in slip.accepts or not slip.accepts:
        return None
    start = max(above.rfind(" "), above.rfind("\n")) + 1
    return Mistake(
        "ends-too-soon",
        "this line ends too soon",
        start,
        len(above),
        _could_be(slip, "Next comes", "Finish the rule, or take it out."),
    )


def _bare_name(slip: Slip) -> Mistake | None:
    """A name without quotes where nothing but a name belongs, whatever is in it."""
    if set(slip.accepts) != {"NAME"} or not slip.rest[:1].isalpha():
        return None
    if any(mark in slip.rest for mark in DOUBLE):
        return None
    name = slip.rest.split("#")[0].rstrip()
    write = f'"{name}"'
    end = slip.at + len(name)
    return Mistake(
        "needs-quotes", f"`{name}` needs quotes", slip.at, end, f"Write {write}", write
    )


def no_part(slip: Slip) -> Mistake | None:
    """`rate by judgement …`"""
    head = slip.text[: slip.at].removeprefix("replace").strip()
    if head not in ("rate", "cap") or not re.match(r"(?:by|at|as)\b", slip.rest):
        return None
    return Mistake(
        "unexpected",
        f"`{head}` says first which parts it is about",
        slip.at,
        slip.at + len(slip.word),
        f"Write: {head} standard 2.1 {slip.word} …",
    )


def _missing_quote(slip: Slip) -> Mistake | None:
    line = slip.text[slip.line_start : slip.line_end]
    names_gone = NAME.sub(lambda found: " " * len(found[0]), line)
    odd_name = _count(line.split("#")[0] if "#" in names_gone else line, DOUBLE) % 2
    if odd_name:
        marks, closing = DOUBLE, '"'
    else:
        ratings_gone = RATING.sub(lambda found: " " * len(found[0]), names_gone)
        if not any(mark in ratings_gone for mark in SINGLE):
            return None
        marks, closing = SINGLE, "'"
    if slip.rest[:1] in marks and slip.rest:
        start = slip.at
    else:
        start = max(
            slip.text.rfind(mark, slip.line_start, slip.line_end) for mark in marks
        )
        start = min(start, slip.at) if start >= 0 else slip.at
    return _closed(slip, start, closing)


def _count(text: str, marks: str) -> int:
    return sum(text.count(mark) for mark in marks)


def _closed(slip: Slip, start: int, closing: str) -> Mistake:
    """Names the opened quote; mends it where nothing else on the line is quoted."""
    rest = slip.text[start : slip.line_end].rstrip()
    body = rest[1:] if rest[:1] in DOUBLE + SINGLE else rest
    opened = rest[:1] in DOUBLE + SINGLE
    known = slip.names if closing == '"' else slip.ratings
    name = _known_prefix(body, known)
    alone = not any(mark in body for mark in DOUBLE + SINGLE)
    if name is None and alone and opened and closing == '"':
        name = body.split("#")[0].rstrip()
    repair, end = None, start + len(rest)
    if name:
        end = start + opened + len(name)
        end += slip.text[end : end + 1] in tuple(DOUBLE + SINGLE)
        repair = f"{closing}{name}{closing}"
    if repair is None:
        return Mistake(
            "missing-quote",
            "a quote is missing on this line",
            start,
            max(end, start + 1),
            "A name stands between two quotes, on one line.",
        )
    return Mistake(
        "missing-quote",
        f"a quote is missing {'after' if opened else 'before'} `{name}`",
        start,
        end,
        f"Write: {repair}",
        repair,
    )


def _known_prefix(text: str, names: Iterable[str]) -> str | None:
    """The longest of these names that the text starts with, as it stands there."""
    for name in sorted(names, key=len, reverse=True):
        if text[: len(name)].casefold() == name.casefold() and name:
            following = text[len(name) : len(name) + 1]
            if not following.isalnum():
                return name
    return None


def _range_sign(slip: Slip) -> Mistake | None:
    """`65-79`, `< 50`, `80+` and `65%` in a banding."""
    if not slip.text.removeprefix("replace").lstrip().startswith("banding"):
        return None
    line = slip.text[slip.line_start : slip.line_end]
    for pattern, meant in (
        (_STRETCH, lambda found: f"{found[1]} to {found[2]}"),
        (_DASHED, lambda found: f"{found[1]} to {found[2]}"),
        (_COMPARED, _compared),
        (_PLUS, lambda found: f"{found[1] or found[2] or found[3]} or more"),
        (_DECIMAL, lambda found: found[1]),
        (_PERCENT, lambda found: found[1]),
    ):
        for found in pattern.finditer(line):
            start, end = (slip.line_start + offset for offset in found.span())
            if not start <= slip.at < end:
                continue
            write = meant(found)
            message = {
                _STRETCH: "a range is written with `to`",
                _DASHED: "a range is written with `to`",
                _DECIMAL: "bands end at whole numbers",
                _PERCENT: "numbers in a banding have no `%`",
            }.get(pattern, "an open end is written with `below` or `or more`")
            return Mistake(
                "range-sign", message, slip.at, end, f"Write: {write}", write, start
            )
    return None


def _compared(found: re.Match[str]) -> str:
    number = int(found[2])
    match found[1]:
        case "<" | "under" | "less than" | "fewer than":
            return f"below {number}"
        case "<=" | "≤" | "up to" | "at most" | "no more than" | "not more than":
            return f"below {number + 1}"
        case ">=" | "≥" | "at least" | "no less than" | "from":
            return f"{number} or more"
        case _:
            return f"{number + 1} or more"


def _wrong_quotes(slip: Slip) -> Mistake | None:
    wanted = {"RATING", "NAME"} & set(slip.accepts)
    for pattern, kind, mark, message in (
        (NAME, "RATING", "'", "a rating is written in single quotes"),
        (RATING, "NAME", '"', "a name is written in double quotes"),
    ):
        found = pattern.match(slip.rest)
        if found and wanted == {kind}:
            write = f"{mark}{found[0][1:-1]}{mark}"
            end = slip.at + found.end()
            return Mistake(
                "wrong-quotes", message, slip.at, end, f"Write: {write}", write
            )
    return None


def _needs_quotes(slip: Slip) -> Mistake | None:
    for kind, mark, known in (("RATING", "'", slip.ratings), ("NAME", '"', slip.names)):
        if kind not in slip.accepts or not WORD.match(slip.rest):
            continue
        name = _known_prefix(slip.rest, known)
        meant = name
        if name is None:
            if _near_words(slip) or set(slip.accepts) != {kind}:
                continue
            name = _up_to_keyword(slip)
            meant = _abbreviated(name, known) if kind == "RATING" else None
        else:
            name = slip.rest[: len(name)]
        write = f"{mark}{meant or name}{mark}"
        return Mistake(
            "needs-quotes",
            f"`{name}` needs quotes",
            slip.at,
            slip.at + len(name),
            f"Write {write}",
            write if meant or kind == "RATING" else None,
            instead=(write,),
        )
    return None


def _abbreviated(said: str, ratings: Iterable[str]) -> str | None:
    """`RI`, `Out.`: the one rating this is short for."""
    short = said.casefold().rstrip(".")
    meant = [
        rating
        for rating in ratings
        if rating.casefold().startswith(short)
        or "".join(word[0] for word in rating.casefold().split()) == short
    ]
    return meant[0] if len(meant) == 1 else nearest(said, ratings)


def _up_to_keyword(slip: Slip) -> str:
    """The words from here that may be meant as a name."""
    run = _RUN.match(slip.rest)
    words = (run[0] if run else slip.word).split(" ")
    stop = next(
        (n for n, word in enumerate(words) if n and word in slip.keywords), None
    )
    return " ".join(words[:stop])


def _bare_part(slip: Slip) -> Mistake | None:
    """`when 2.2 is 'Good'`: read as a number up to its dot."""
    found = re.search(r"[0-9]+$", slip.text[: slip.at])
    rest = re.match(r"(?:\.[0-9]+)+", slip.rest)
    if not found or not rest or "or" not in slip.words_accepted():
        return None
    part = found[0] + rest[0]
    return Mistake(
        "missing-word",
        f"`standard` is missing before `{part}`",
        found.start(),
        slip.at + rest.end(),
        f"Write: standard {part}",
        f"standard {part}",
    )


def _punctuation(slip: Slip) -> Mistake | None:
    mark = slip.rest[:1]
    if mark == "=" and "is" in slip.words_accepted():
        width = len(slip.rest) - len(slip.rest.lstrip("="))
        return Mistake(
            "punctuation",
            "two things are joined with `is`, not with `=`",
            slip.at,
            slip.at + width,
            "Write: is",
            " is ",
        )
    if mark and mark in ":;.,()[]{}*":
        return Mistake(
            "punctuation",
            f"`{mark}` is not needed here",
            slip.at,
            slip.at + 1,
            "Leave it out.",
            " ",
        )
    return None


def _fact_without_scope(slip: Slip) -> Mistake | None:
    head = slip.text.removeprefix("replace").lstrip()
    if not head.startswith("fact ") or tuple(slip.accepts) != ("OF",):
        return None
    return Mistake(
        "fact-scope",
        "a fact says what it is a fact of",
        slip.at,
        slip.at + len(slip.word),
        "Write `of a case`, `of the service` or `of the inspection` before it.",
        instead=tuple(f"{scope} {slip.word}" for scope in _SCOPES),
    )


def _near_words(slip: Slip) -> tuple[str, int] | None:
    """The accepted words this was probably meant to be, and how much they replace."""
    if not slip.rest[:1].isalpha():
        return None
    best, best_ratio = None, _CLOSE
    for phrase in slip.words_accepted():
        pattern = r"\s+".join([r"[^\s\"']+"] * len(phrase.split()))
        typed = re.match(pattern, slip.rest)
        ratio = (
            SequenceMatcher(None, phrase, typed[0].casefold()).ratio() if typed else 0
        )
        if typed and ratio > best_ratio:
            best, best_ratio = (phrase, typed.end()), ratio
    return best


def _misspelt(slip: Slip) -> Mistake | None:
    near = _near_words(slip)
    if near is None or slip.rest.startswith(near[0]):
        return None
    phrase, width = near
    typed = slip.rest[:width]
    if typed.casefold() == phrase:
        return Mistake(
            "misspelt",
            f"`{typed}` is written in small letters",
            slip.at,
            slip.at + width,
            f"Write: {phrase}",
            phrase,
        )
    return Mistake(
        "misspelt",
        f"`{typed}` is not a word of the language here",
        slip.at,
        slip.at + width,
        f"Did you mean `{phrase}`?",
        phrase,
    )


def _unexpected(slip: Slip) -> Mistake:
    if slip.at == 0:
        opening = slip.word if WORD.match(slip.rest) else slip.rest.split()[0]
        return Mistake(
            "unknown-rule",
            f"`{opening}` does not start a rule",
            0,
            len(opening),
            f"A rule starts with {join(KINDS, 'or')}; a remark starts with `#`.",
        )
    quoted = NAME.match(slip.rest) or RATING.match(slip.rest)
    number = re.match(r"[A-Z]?[0-9][0-9.]*%?", slip.rest)
    thing = (quoted or number or [slip.word])[0]
    return Mistake(
        "unexpected",
        f"`{thing}` cannot stand here",
        slip.at,
        slip.at + max(len(thing), 1),
        _could_be(slip, "Here belongs", "Leave it out, or begin a new line there."),
    )


def _could_be(slip: Slip, lead: str, otherwise: str) -> str:
    """What may stand here, unless it is nothing or too much to be read."""
    choices = [PLAIN[kind] for kind in PLAIN if kind in slip.accepts]
    if "REF" in slip.accepts and "INT" in slip.accepts:
        choices.remove(PLAIN["INT"])
    choices += [f"`{phrase}`" for phrase in slip.words_accepted()]
    if not choices or len(choices) > 8:  # noqa: PLR2004 - more would not be read
        return otherwise
    *first, last = choices
    return f"{lead} {', '.join(first)} or {last}." if first else f"{lead} {last}."
