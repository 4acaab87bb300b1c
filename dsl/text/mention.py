"""Every place where a rule file names something, and what it names there.

A name is a quoted word with a known role and a part is a number with one, so the words
before it decide; a block that does not parse has mentions too. `tests/dsl/test_mention`
holds this against what the grammar reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from dsl.source import SourceFile, Span
from dsl.text.lexeme import Kind, Lexeme, lexemes
from dsl.text.split import Block, split

_FILES_KEPT = 64
_BLOCKS_KEPT = 4096


class Role(StrEnum):
    """What a name can be the name of, in the author's words."""

    FRAMEWORK = "framework"
    DOCUMENT = "document"
    FACT = "fact"
    VALUE = "value"
    GROUP = "group"
    BANDING = "banding"
    SAMPLE = "sample"
    TEST = "test"
    RATING = "rating"
    ANSWER = "answer"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Meant:
    """What stands at a place: a role, and the fact that a value is one of."""

    role: Role
    of: str | None = None
    defines: bool = False


@dataclass(frozen=True, slots=True)
class Symbol:
    """A thing with a name; two facts may both have the value `low`."""

    role: Role
    name: str
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that names it."""

    symbol: Symbol
    defines: bool
    span: Span  # with its quotes
    since: str | None = None  # `2.1` where this is the end of `2.1 to 2.4`


@lru_cache(maxsize=_FILES_KEPT)
def mentions(file: SourceFile) -> tuple[Mention, ...]:
    """Every mention in a file, as it reads."""
    blocks, _ = split(file)
    return tuple(each for block in blocks for each in _in_block(block))


@lru_cache(maxsize=_BLOCKS_KEPT)
def _in_block(block: Block) -> tuple[Mention, ...]:
    return tuple(
        Mention(symbol, defines, block.span(start, end), since)
        for symbol, defines, start, end, since in _mentions(block.text)
    )


_Place = tuple[Symbol, bool, int, int, str | None]


@lru_cache(maxsize=_BLOCKS_KEPT)
def _mentions(text: str) -> tuple[_Place, ...]:
    found = tuple(lexemes(text))
    placed: list[_Place] = []
    for index, lexeme in enumerate(found):
        before = found[:index]
        meant = _meant(lexeme, before, found[index + 1 : index + 2])
        if meant is None:
            continue
        symbol = Symbol(meant.role, lexeme.text, meant.of)
        since = None
        if meant.role is Role.PART and before[-1].is_word("to"):
            since = before[-2].text
        placed.append((symbol, meant.defines, lexeme.start, lexeme.end, since))
    return tuple(placed)


def _meant(
    lexeme: Lexeme, before: Sequence[Lexeme], after: Sequence[Lexeme]
) -> Meant | None:
    if not before:
        return None
    match lexeme.kind:
        case Kind.NAME:
            return name_after(before)
        case Kind.RATING:
            return rating_after(before)
        case Kind.PART:
            return Meant(Role.PART, defines=_defines(before, *_PARTS))
        case Kind.NUMBER:
            in_test = kind_of(before) == "test" and not before[-1].is_word("is", "of")
            leads = in_test and bool(after) and after[0].is_word("is")
            if leads or _part_belongs_after(before):
                return Meant(Role.PART, defines=_defines(before, *_PARTS))
            return None
        case Kind.WORD | Kind.MARK:
            return None


# ---- by the words before


_DEFINED = {
    role.value: role
    for role in (
        Role.FRAMEWORK,
        Role.DOCUMENT,
        Role.FACT,
        Role.GROUP,
        Role.BANDING,
        Role.SAMPLE,
        Role.TEST,
    )
}
_PARTS = ("domain", "standard", "question")
_PART_WORDS = (*_PARTS, "domains", "standards", "questions", "except", "moves")


def kind_of(block: Sequence[Lexeme]) -> str:
    """The word a block starts with, but for `replace` and `remove`."""
    first = block[1:2] if block[0].is_word("replace", "remove") else block[:1]
    return first[0].text if first else ""


def name_after(before: Sequence[Lexeme]) -> Meant | None:
    """What a name stands for after these words; None where it is only said."""
    last = before[-1]
    if last.text == ",":
        return _next_of_list(before)
    if last.kind is Kind.WORD and last.text in _DEFINED and _is_head(before):
        return Meant(_DEFINED[last.text], defines=not before[0].is_word("remove"))
    words = [each.text if each.kind is Kind.WORD else "" for each in before[-2:]]
    match words:
        case ["based", "on"]:
            return Meant(Role.FRAMEWORK)
        case [_, "source"]:
            return Meant(Role.DOCUMENT)
        case ["for", "group"]:
            return Meant(Role.GROUP)
        case ["using", "banding"]:
            return Meant(Role.BANDING)
        case [_, "where" | "when" | "and" | "given"] | ["caseload", "on"]:
            return Meant(Role.FACT)
        case [_, "is" | "not"] | ["one", "of"]:
            return _value_after(before)
        case _:
            return Meant(Role.FACT) if _begins_a_given(before) else None


def rating_after(before: Sequence[Lexeme]) -> Meant:
    """A rating or an answer: both are written in single quotes."""
    kind = kind_of(before)
    if kind == "answers":
        return Meant(Role.ANSWER, defines=True)
    if before[-1].is_word("answered"):
        return Meant(Role.ANSWER)
    return Meant(Role.RATING, defines=kind == "ratings")


def _is_head(before: Sequence[Lexeme]) -> bool:
    return len(before) == 1 + before[0].is_word("replace", "remove")


def _defines(before: Sequence[Lexeme], *kinds: str) -> bool:
    return (
        _is_head(before)
        and before[-1].is_word(*kinds)
        and not before[0].is_word("remove")
    )


def _next_of_list(before: Sequence[Lexeme]) -> Meant | None:
    """`"a", "b"`: the second is what the first is; a source's second is a place."""
    *_, first = [n for n, each in enumerate(before) if each.kind is Kind.NAME] or [0]
    if first == 0 or before[first - 1].is_word("source"):
        return None
    return name_after(before[:first])


def _value_after(before: Sequence[Lexeme]) -> Meant | None:
    """`"disposal" is not one of …`: the name before `is` is that of the fact."""
    if kind_of(before) == "document":
        return None
    if kind_of(before) == "fact":
        name = next((each.text for each in before if each.kind is Kind.NAME), None)
        return Meant(Role.VALUE, name, defines=True)
    rest = list(before)
    while rest and rest[-1].is_word("is", "not", "one", "of"):
        rest.pop()
    if rest and rest[-1].kind is Kind.NAME:
        return Meant(Role.VALUE, rest[-1].text)
    return None


def _begins_a_given(before: Sequence[Lexeme]) -> bool:
    """Whether one line of what a test is given is complete and another may begin."""
    words = [each.text for each in before if each.kind is Kind.WORD]
    return (
        kind_of(before) == "test"
        and "given" in words
        and "expect" not in words
        and not before[-1].is_word("because", "source", "assumes", "to", "of")
    )


def _part_belongs_after(before: Sequence[Lexeme]) -> bool:
    """Whether a whole number names a part here: `domain 2`, `domains 2 and 3`."""
    if not before:
        return False
    *rest, last = before
    if last.is_word(*_PART_WORDS):
        return True
    if last.is_word("for"):
        return bool(rest) and rest[-1].is_word("guidance")
    if last.is_word("to", "and") or last.text == ",":
        first = rest[-1:]
        return [each.kind for each in first] == [Kind.PART] or (
            [each.kind for each in first] == [Kind.NUMBER]
            and _part_belongs_after(rest[:-1])
        )
    return False
