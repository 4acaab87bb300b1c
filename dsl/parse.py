"""Parses the blocks of a rule file; what it cannot parse, it explains and mends."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from dsl.diagnostic import Diagnostic
from dsl.nodes import Statement
from dsl.read import read
from dsl.reading import Branch, Place, plain
from dsl.source import SourceFile, Span
from dsl.split import Block, mask, split
from dsl.syntax import Mistake, Slip, explain

_BLOCKS_KEPT = 4096
_MOST_REPAIRS = 50
_LONG_NUMBER = re.compile(r"[0-9]{7,}")
_WORDS = re.compile(r"[A-Za-z]+")
_NAMES = re.compile(r"[\"“”][^\"“”\n]*[\"“”]")
_RATINGS = re.compile(r"['‘’][^'‘’\n]*['‘’]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's rules, the blocks that could not be read, and why."""

    statements: tuple[Statement, ...]
    broken: tuple[Block, ...]
    diagnostics: tuple[Diagnostic, ...]


def prepare(cache: Path | None = None) -> None:
    """Builds the parser now, from the tables kept at `cache` if any are there.

    Without this, the first file read builds it and keeps nothing.
    """
    _tables[:] = [cache]
    _parser.cache_clear()
    _parser()


def build(cache: Path | None = None, *, strict: bool = False) -> Lark:
    """A parser of the grammar; `strict` refuses any ambiguity in it."""
    return Lark(
        (files("dsl") / "grammar.lark").read_text(encoding="utf-8"),
        parser="lalr",
        lexer="contextual",
        start=["start", "scope"],
        propagate_positions=True,
        maybe_placeholders=False,
        strict=strict,
        cache=str(cache) if cache else False,
    )


@lru_cache(maxsize=32)
def parse(file: SourceFile) -> Parsed:
    """Every block of the file, read or explained."""
    blocks, found = split(file)
    statements: list[Statement] = []
    broken: list[Block] = []
    diagnostics = list(found)
    quoted = _Quoted.of(blocks)
    for block in blocks:
        whole = _whole(block.text)
        if whole is not None:
            statements.append(read(block, whole, _placed(block)))
            continue
        mended = _mend(block.text, quoted)
        diagnostics += [_diagnostic(block, each) for each in mended.mistakes]
        if mended.tree is None:
            broken.append(block)
        else:
            place = _placed_in_mended(block, mended.origin)
            statements.append(read(block, mended.tree, place))
    return Parsed(tuple(statements), tuple(broken), tuple(diagnostics))


# ---- the parser


_tables: list[Path | None] = [None]


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return build(_tables[0])


@lru_cache(maxsize=1)
def _vocabulary() -> Mapping[str, str]:
    """What each terminal stands for in words; empty for names and numbers."""
    phrases = {}
    for terminal in _parser().terminals:
        pattern = terminal.pattern.value.replace("\\s+", " ")
        first = pattern.removeprefix("(?:").removesuffix(")").split("|")[-1]
        phrases[terminal.name] = first if re.fullmatch(r"[a-z ]+", first) else ""
    return phrases


@lru_cache(maxsize=1)
def _keywords() -> frozenset[str]:
    patterns = (terminal.pattern.value for terminal in _parser().terminals)
    words = {word for each in patterns for word in _WORDS.findall(each.replace("\\s", " "))}
    return frozenset(words)


# ---- one block


@lru_cache(maxsize=_BLOCKS_KEPT)
def _whole(text: str) -> Branch | None:
    """The block's tree, if there is nothing wrong with it."""
    if _overlong(text) is not None:
        return None
    try:
        tree = _parser().parse(text, start="start")
    except UnexpectedInput:
        return None
    return tree if _glued(text) is None else None


def _overlong(text: str) -> Mistake | None:
    found = _LONG_NUMBER.search(mask(text))
    if found is None:
        return None
    return Mistake(
        "number-too-long",
        "a number has at most 6 digits",
        *found.span(),
        None,
        found[0][:6],
    )


def _glued(text: str) -> Mistake | None:
    """Words run together, which the grammar would take apart without a word."""
    for found in _WORDS.finditer(mask(text)):
        word = found[0]
        before = text[max(found.start() - 1, 0) : found.start()]
        part = len(word) == 1 or word[0].isupper()  # a prompt's letter, P1, a month
        glued = before.isdigit() and found.start() > 0
        if (word in _keywords() or part) and not glued:
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
class _Quoted:
    """Every name and rating between quotes in a file: what a slip may have meant."""

    names: frozenset[str]
    ratings: frozenset[str]

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> "_Quoted":
        names: set[str] = set()
        ratings: set[str] = set()
        for block in blocks:
            names.update(map(plain, _NAMES.findall(block.text)))
            without = _NAMES.sub("", block.text)
            ratings.update(map(plain, _RATINGS.findall(without)))
        return cls(frozenset(names), frozenset(ratings))


@dataclass(frozen=True, slots=True)
class _Mended:
    """A faulty block: its mistakes, and its tree if all of them could be repaired."""

    mistakes: tuple[Mistake, ...]
    tree: Branch | None
    origin: Sequence[int]  # where each character of the mended text came from


def _mend(text: str, quoted: _Quoted) -> _Mended:
    """Repairs what is plain, blanks out lines that are not, and reads on."""
    origin = list(range(len(text) + 1))
    mended, mistakes = text, list[Mistake]()
    whole, reached, blanked = True, -1, -1
    for _ in range(_MOST_REPAIRS):
        slip_or_tree = _next(mended, quoted)
        if not isinstance(slip_or_tree, Mistake):
            return _Mended(tuple(mistakes), slip_or_tree if whole else None, origin)
        mistake = slip_or_tree
        first = mistake.start if mistake.repair_from is None else mistake.repair_from
        start, end = origin[mistake.start], origin[mistake.end - 1] + 1
        if start < reached or (not whole and _follows(text, blanked, start, mistake)):
            break
        located = Mistake(
            mistake.code, mistake.message, start, max(end, start + 1), mistake.way_out
        )
        mistakes.append(located)
        reached = end
        line_end = _line_end(mended, mistake.start)
        if mistake.repair is not None:
            edit = first, mistake.end, mistake.repair
        elif "\n" in mended[: mistake.start] and mistake.code != "ends-too-soon":
            line_start = mended.rfind("\n", 0, mistake.start) + 1
            edit = line_start, line_end, " " * (line_end - line_start)
            whole, blanked = False, start
            reached = origin[line_end]
        else:
            break
        low, high, instead = edit
        mended = mended[:low] + instead + mended[high:]
        origin[low:high] = _spread(origin, low, high, len(instead))
    return _Mended(tuple(mistakes), None, origin)


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


def _next(text: str, quoted: _Quoted) -> Mistake | Branch:
    """The tree of a text, or the first mistake in it."""
    overlong = _overlong(text)
    if overlong is not None:
        return overlong
    try:
        tree = _parser().parse(text, start="start")
    except UnexpectedInput as stopped:
        return _explained(text, stopped, quoted)
    return _glued(text) or tree


def _explained(text: str, stopped: UnexpectedInput, quoted: _Quoted) -> Mistake:
    vocabulary = _vocabulary()
    at: int = len(text)
    accepts: Collection[str] = ()
    if isinstance(stopped, UnexpectedToken):
        accepts = stopped.accepts or stopped.expected
        if stopped.token.type != "$END":
            at = stopped.token.start_pos or 0
    elif isinstance(stopped, UnexpectedCharacters):
        accepts, at = stopped.allowed or (), stopped.pos_in_stream
    phrases = {name: vocabulary.get(name, "") for name in sorted(accepts)}
    slip = Slip(text, at, phrases, quoted.names, quoted.ratings)
    return _missing_word(slip) or explain(slip)


def _missing_word(slip: Slip) -> Mistake | None:
    """`by` left out: the one keyword that lets reading go on past this place."""
    if not re.match(r"[A-Za-z0-9\"“'‘]", slip.rest):
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
    return Mistake(
        "missing-word",
        f"`{phrase}` is missing before `{slip.word}`",
        slip.at,
        slip.at + len(slip.word),
        f"Write: {phrase} {slip.word}",
        f"{phrase} {slip.word}",
    )


def _reach(text: str) -> int:
    """How far a text makes sense."""
    try:
        _parser().parse(text, start="start")
    except UnexpectedToken as stopped:
        if stopped.token.type == "$END":
            return len(text)
        return stopped.token.start_pos or 0
    except UnexpectedCharacters as stopped:
        return stopped.pos_in_stream
    return len(text)


# ---- places


def _diagnostic(block: Block, mistake: Mistake) -> Diagnostic:
    return Diagnostic(
        mistake.code,
        mistake.message,
        block.span(mistake.start, mistake.end),
        mistake.way_out,
    )


def _placed(block: Block) -> Place:
    above = block.line - 1

    def place(what: Token | Branch) -> Span:
        at = what if isinstance(what, Token) else what.meta
        return Span(
            block.file,
            (at.line or 1) + above,
            at.column or 1,
            (at.end_line or 1) + above,
            at.end_column or 1,
        )

    return place


def _placed_in_mended(block: Block, origin: Sequence[int]) -> Place:
    def place(what: Token | Branch) -> Span:
        at = what if isinstance(what, Token) else what.meta
        start, end = at.start_pos or 0, at.end_pos or 0
        return block.span(origin[start], origin[max(end - 1, start)] + 1)

    return place
