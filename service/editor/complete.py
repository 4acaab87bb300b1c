"""Completes a rule: what the grammar lets come next, in words and in known names."""

import re
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import islice

from lark import Token
from lark.exceptions import UnexpectedInput
from lark.parsers.lalr_interactive_parser import InteractiveParser
from lsprotocol import types

from dsl.source import Span
from dsl.text.lexeme import Lexeme, lexemes
from dsl.text.mention import Meant, Role, kind_of, name_after, rating_after
from dsl.text.parser import parser, vocabulary
from dsl.text.quotes import DOUBLE, NAME, RATING, SINGLE
from dsl.text.syntax import KINDS
from service.editor.library import Library, RuleFile
from service.editor.meaning import Found, in_force
from service.editor.outline import block_of
from service.editor.position import Places

_OPENED = re.compile(f"[{DOUBLE}][^{DOUBLE}\\n]*$|[{SINGLE}][^{SINGLE}\\n]*$")
_BEGUN = re.compile(r"[A-Za-z]+$|[A-Z]?[0-9][0-9.]*$")
_QUOTED = re.compile(f"{NAME.pattern}|{RATING.pattern}")
_LONGEST_PHRASE = 12
_STARTS = (*KINDS, "replace", "remove")
_KINDS = {
    Role.FACT: types.CompletionItemKind.Variable,
    Role.VALUE: types.CompletionItemKind.EnumMember,
    Role.RATING: types.CompletionItemKind.EnumMember,
    Role.ANSWER: types.CompletionItemKind.EnumMember,
    Role.PART: types.CompletionItemKind.Field,
}


@dataclass(frozen=True, slots=True)
class _Here:
    """What stands before the cursor in its rule, and what of it will be replaced."""

    before: str
    over: Span
    begun: str


def completions(
    library: Library, file: RuleFile, at: tuple[int, int], places: Places
) -> tuple[types.CompletionItem, ...]:
    """What may stand at a line and column; nothing where the rule is past mending."""
    here = _here(file, places, *at)
    if here is None:
        return ()
    over = places.range(here.over)
    if not here.before.strip():
        return tuple(_word(word, over) for word in _STARTS)
    state = _read(here.before)
    if state is None:
        return ()
    accepted = _accepted(state)
    words = tuple(lexemes(here.before))
    items = list(_names(library, file, words, accepted, over))
    values = any(item.kind is _KINDS[Role.VALUE] for item in items)
    items += [
        _word(phrase, over)
        for phrase in _phrases(state, accepted)
        if not (values and phrase in ("yes", "no"))
    ]
    return tuple(items)


def _here(file: RuleFile, places: Places, line: int, column: int) -> _Here | None:
    current = places.lines[line - 1][: column - 1]
    if current.lstrip().startswith((">", "#")):
        return None
    blanked = _QUOTED.sub(lambda found: "_" * len(found[0]), current)
    if "#" in blanked:
        return None
    begun = _OPENED.search(blanked) or _BEGUN.search(blanked)
    start = begun.start() if begun else len(current)
    over = Span(file.source.name, line, start + 1, line, column)
    if begun and begun[0][0] in DOUBLE + SINGLE:
        over = _with_closing_quote(over, places.lines[line - 1])
    above: list[str] = []
    if current[:1] in ("", " ", "\t") and start:
        above = _rule_above(places.lines, line)
    before = "\n".join([*above, current[:start]])
    return _Here(before, over, current[start:])


def _with_closing_quote(over: Span, line: str) -> Span:
    end = over.end_column
    follows = line[end - 1 : end] in (*DOUBLE, *SINGLE)
    return Span(over.file, over.line, over.column, over.line, end + follows)


def _rule_above(lines: Sequence[str], line: int) -> list[str]:
    """The lines of the rule that this indented line goes on with."""
    for number in range(line - 2, -1, -1):
        text = lines[number]
        if text[:1] not in ("", " ", "\t", "#", "\r"):
            return [] if text.startswith(">") else list(lines[number : line - 1])
    return []


def _read(text: str) -> InteractiveParser | None:
    """The parser behind the text, or None if it does not get there."""
    state = parser().parse_interactive(text)
    try:
        state.exhaust_lexer()
    except UnexpectedInput:
        return None
    return state


def _accepted(state: InteractiveParser) -> set[str]:
    """The terminals that may come next."""
    accepted: set[str] = state.accepts()  # type: ignore[no-untyped-call] # lark leaves it untyped
    return accepted


# ---- words


def _phrases(state: InteractiveParser, accepted: set[str]) -> Iterator[str]:
    """Keywords, each with the words that must follow it."""
    words = vocabulary()
    for terminal in sorted(accepted):
        if words.get(terminal):
            yield " ".join(islice(_must(state, terminal), _LONGEST_PHRASE))


def _must(state: InteractiveParser, terminal: str) -> Iterator[str]:
    words = vocabulary()
    state = copy(state)
    while words.get(terminal):
        yield words[terminal]
        state.feed_token(Token(terminal, words[terminal]))
        accepted = _accepted(state)
        if len(accepted) != 1:
            return
        (terminal,) = accepted


def _word(phrase: str, over: types.Range) -> types.CompletionItem:
    return types.CompletionItem(
        label=phrase,
        kind=types.CompletionItemKind.Keyword,
        text_edit=types.TextEdit(over, phrase),
        filter_text=phrase,
        sort_text=f"2 {phrase}",
    )


# ---- names


def _names(
    library: Library,
    file: RuleFile,
    words: Sequence[Lexeme],
    accepted: set[str],
    over: types.Range,
) -> Iterator[types.CompletionItem]:
    if "NAME" in accepted:
        meant = name_after(words)
        if meant is not None and not meant.defines:
            yield from _named(library, file, meant, over)
    if "RATING" in accepted:
        yield from _named(library, file, rating_after(words), over)
    if "REF" in accepted:
        kind = _kind_of_part(words)
        for item in _named(library, file, Meant(Role.PART), over):
            if kind is None or (item.detail or "").startswith(kind):
                yield item


def _kind_of_part(words: Sequence[Lexeme]) -> str | None:
    """`standard` after `standards 2.1 to`; None where any part may stand."""
    for word in reversed(words):
        for kind in ("domain", "standard", "question"):
            if word.is_word(kind, f"{kind}s"):
                return None if kind_of(words) == "test" else kind
    return None


def _named(
    library: Library, file: RuleFile, meant: Meant, over: types.Range
) -> Iterator[types.CompletionItem]:
    for order, found in enumerate(_known(library, file, meant)):
        symbol = found.mention.symbol
        match meant.role:
            case Role.PART:
                text = symbol.name
            case Role.RATING | Role.ANSWER:
                text = f"'{symbol.name}'"
            case _:
                text = f'"{symbol.name}"'
        yield types.CompletionItem(
            label=text,
            kind=_KINDS.get(meant.role, types.CompletionItemKind.Reference),
            detail=_detail(found, meant),
            text_edit=types.TextEdit(over, text),
            filter_text=text,
            sort_text=f"1 {order:04}",
        )


def _known(library: Library, file: RuleFile, meant: Meant) -> tuple[Found, ...]:
    if meant.role is Role.FRAMEWORK:
        others = [each for each in library.all() if each.uri != file.uri]
        return tuple(
            found
            for each in others
            for found in in_force(library, each, Role.FRAMEWORK)
            if found.file.uri == each.uri
        )
    return tuple(
        found
        for found in in_force(library, file, meant.role)
        if found.mention.symbol.of == meant.of
    )


def _detail(found: Found, meant: Meant) -> str:
    if meant.role is not Role.PART:
        return meant.role.value
    heading = block_of(found.file.source, found.mention.span)
    return f"{heading.kind}: {heading.title}"
