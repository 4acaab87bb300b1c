"""Finds every mistake in a block: repairs what is plain, so that reading can go on."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from dsl.habit import habit
from dsl.parser import keywords, parser, vocabulary
from dsl.quotes import DOUBLE, NAME, RATING, SINGLE, mask, plain
from dsl.reading import Branch
from dsl.slip import Mistake, Slip
from dsl.split import Block
from dsl.syntax import explain, no_part

_MOST_REPAIRS = 50
_MOST_READ = 200_000  # characters read again while mending one block
_LONG_NUMBER = re.compile(r"[0-9]{7,}")
_WORDS = re.compile(r"[A-Za-z]+")


def overlong(text: str) -> Mistake | None:
    """A number too long to be meant."""
    found = _LONG_NUMBER.search(mask(text))
    if found is None:
        return None
    return Mistake(
        "number-too-long",
        "a number has at most 6 digits",
        *found.span(),
        "Check it: nothing that is inspected is counted in millions.",
    )


def glued(text: str) -> Mistake | None:
    """Words run together, which the grammar would take apart without a word."""
    for found in _WORDS.finditer(mask(text)):
        word = found[0]
        before = text[max(found.start() - 1, 0) : found.start()]
        part = len(word) == 1 or word[0].isupper()  # a prompt's letter, P1, a month
        glued = before.isdigit() and found.start() > 0
        if (word in keywords() or part) and not glued:
            continue
        return Mistake(
            "misspelt",
            f"`{word}` is not a word of the language",
            found.start(),
            found.end(),
            "Leave a space between words and numbers.",
        )
    return None


@dataclass(frozen=True, slots=True)
class Quoted:
    """Every name and rating between quotes in a file: what a slip may have meant."""

    names: frozenset[str]
    ratings: frozenset[str]

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> "Quoted":
        names: set[str] = set()
        ratings: set[str] = set()
        for block in blocks:
            names.update(map(plain, NAME.findall(block.text)))
            without = NAME.sub("", block.text)
            ratings.update(map(plain, RATING.findall(without)))
        return cls(frozenset(names), frozenset(ratings))


@dataclass(frozen=True, slots=True)
class Mended:
    """A faulty block: its mistakes, and its tree if all of them could be repaired."""

    mistakes: tuple[Mistake, ...]
    tree: Branch | None
    origin: Sequence[int]  # where each character of the mended text came from


def mend(text: str, quoted: Quoted) -> Mended:
    """Repairs what is plain, blanks out lines that are not, and reads on."""
    origin = list(range(len(text) + 1))
    mended, mistakes = text, list[Mistake]()
    whole, reached, blanked = True, -1, -1
    for _ in range(min(_MOST_REPAIRS, 1 + _MOST_READ // len(text))):
        slip_or_tree = _next(mended, quoted)
        if not isinstance(slip_or_tree, Mistake):
            return Mended(tuple(mistakes), slip_or_tree if whole else None, origin)
        mistake = slip_or_tree
        first = mistake.start if mistake.repair_from is None else mistake.repair_from
        start, end = origin[mistake.start], origin[mistake.end - 1] + 1
        if start < reached or (not whole and _follows(text, blanked, start, mistake)):
            break
        mistakes.append(
            replace(
                mistake,
                start=start,
                end=max(end, start + 1),
                repair=mistake.repair if origin[first] >= reached else None,
                repair_from=origin[first],
            )
        )
        reached = end
        line_end = _line_end(mended, mistake.start)
        if mistake.repair is not None:
            edit = first, mistake.end, mistake.repair
        elif "\n" in mended[: mistake.start] and mended[mistake.end :].strip():
            line_start = mended.rfind("\n", 0, mistake.start) + 1
            edit = line_start, line_end, " " * (line_end - line_start)
            whole, blanked = False, start
            reached = origin[line_end]
        else:
            break
        low, high, instead = edit
        mended = mended[:low] + instead + mended[high:]
        origin[low:high] = _spread(origin, low, high, len(instead))
    return Mended(tuple(mistakes), None, origin)


def _follows(text: str, blanked: int, start: int, mistake: Mistake) -> bool:
    """Whether a mistake may only be there because a line above was blanked out."""
    if mistake.code == "ends-too-soon":
        return True
    lines_between = text.count("\n", blanked, start)
    return lines_between <= 1 and mistake.repair is None


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _spread(origin: Sequence[int], low: int, high: int, width: int) -> list[int]:
    """Places for `width` characters over what stood from `low` to `high`."""
    last = max(origin[low], origin[high] - 1)
    return [min(origin[low] + step, last) for step in range(width)]


def _next(text: str, quoted: Quoted) -> Mistake | Branch:
    """The tree of a text, or the first mistake in it."""
    long = overlong(text)
    if long is not None:
        return long
    try:
        tree = parser().parse(text)
    except UnexpectedInput as stopped:
        return _explained(text, stopped, quoted)
    return glued(text) or tree


def _explained(text: str, stopped: UnexpectedInput, quoted: Quoted) -> Mistake:
    words = vocabulary()
    at: int = len(text)
    accepts: Collection[str] = ()
    if isinstance(stopped, UnexpectedToken):
        accepts = stopped.accepts or stopped.expected
        if stopped.token.type != "$END":
            at = stopped.token.start_pos or 0
    elif isinstance(stopped, UnexpectedCharacters):
        at = _offset(text, stopped)
        accepts = _accepted_at(text, at)
    phrases = {name: words.get(name, "") for name in sorted(accepts)}
    slip = Slip(text, at, phrases, quoted.names, quoted.ratings, keywords())
    return habit(slip) or no_part(slip) or _missing_word(slip) or explain(slip)


def _accepted_at(text: str, at: int) -> Collection[str]:
    """What may stand at a place where not even a word can be made out."""
    reading = parser().parse_interactive(text[:at])
    try:
        reading.exhaust_lexer()
    except UnexpectedInput:
        return ()
    accepted: set[str] = reading.accepts()  # type: ignore[no-untyped-call]  # lark leaves it untyped
    return accepted


def _missing_word(slip: Slip) -> Mistake | None:
    """`by` left out: the one keyword that lets reading go on past this place."""
    if not re.match(f"[A-Za-z0-9{DOUBLE}{SINGLE}]", slip.rest):
        return None
    helps = [
        phrase
        for phrase in slip.words_accepted()
        if _reach(f"{slip.text[: slip.at]}{phrase} {slip.text[slip.at :]}")
        >= slip.at + len(phrase) + 1 + len(slip.word)
    ]
    if len(helps) != 1:
        return None
    (phrase,) = helps
    quoted = NAME.match(slip.rest) or RATING.match(slip.rest)
    word = quoted[0] if quoted else slip.word
    return Mistake(
        "missing-word",
        f"`{phrase}` is missing before `{word}`",
        slip.at,
        slip.at + len(word),
        f"Write: {phrase} {word}",
        f"{phrase} {word}",
    )


def _reach(text: str) -> int:
    """How far a text makes sense."""
    try:
        parser().parse(text)
    except UnexpectedToken as stopped:
        if stopped.token.type == "$END":
            return len(text)
        return stopped.token.start_pos or 0
    except UnexpectedCharacters as stopped:
        return _offset(text, stopped)
    return len(text)


def _offset(text: str, stopped: UnexpectedCharacters) -> int:
    above = text.split("\n")[: stopped.line - 1]
    return sum(len(line) + 1 for line in above) + stopped.column - 1
