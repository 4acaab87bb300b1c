"""Renames what an author named, in every file where it is meant, or says why not."""

from dataclasses import dataclass

from lsprotocol import types

from dsl.text.lexeme import Kind, lexemes
from dsl.text.mention import Role, Symbol, mentions
from dsl.text.parse import parse
from dsl.text.quotes import DOUBLE, SINGLE
from service.editor.library import Library, RuleFile
from service.editor.meaning import Found, everywhere, family, home, unquoted
from service.editor.position import Places


class NotRenamed(Exception):
    """One sentence for the author."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """A rename that can be carried out."""

    places: tuple[Found, ...]
    name: str


def renaming(library: Library, file: RuleFile, symbol: Symbol, name: str) -> Renaming:
    """Where to write the new name; NotRenamed where it would change a meaning."""
    renamable(library, file, symbol)
    _check_name(symbol, name)
    files = family(library, file, symbol)
    for each in files:
        known = {mention.symbol for mention in mentions(each.source)}
        if Symbol(symbol.role, name, symbol.of) in known:
            raise NotRenamed(
                f"{each.source.name} already has a {symbol.role.value} `{name}`"
            )
        _check_unreadable(each, symbol)
    places = list(everywhere(library, file, symbol))
    if symbol.role is Role.FRAMEWORK:
        places = [each for each in places if each.mention.symbol == symbol]
    return Renaming(tuple(places), name)


def renamable(library: Library, file: RuleFile, symbol: Symbol) -> None:
    """NotRenamed for what no name can be found for, whatever the new one."""
    if symbol.role is Role.PART:
        raise NotRenamed(
            f"`{symbol.name}` is a place in the framework, so it cannot be renamed"
        )
    at = home(library, file, symbol)
    if at is None:
        raise NotRenamed(f"{symbol.role.value} `{symbol.name}` is defined nowhere")
    if not at.editable:
        raise NotRenamed(
            f"`{symbol.name}` is defined in {at.source.name}, which comes with adjudge"
        )


def edits(library: Renaming, encoding: str) -> types.WorkspaceEdit:
    """The change, file by file; quotes stay as they were typed."""
    changes: dict[str, list[types.TextEdit]] = {}
    for each in library.places:
        places = Places.of(each.file.source, encoding)
        changes.setdefault(each.file.uri, []).append(
            types.TextEdit(places.range(unquoted(each.mention.span)), library.name)
        )
    return types.WorkspaceEdit(changes=changes)


def _check_name(symbol: Symbol, name: str) -> None:
    single = symbol.role in (Role.RATING, Role.ANSWER)
    marks = SINGLE if single else DOUBLE
    if not name.strip() or any(mark in name for mark in (*marks, "\n")):
        raise NotRenamed("a name is one line of words without quotes")


def _check_unreadable(file: RuleFile, symbol: Symbol) -> None:
    """A block that cannot be read may mean anything by a name."""
    for block in parse(file.source).broken:
        quoted = {
            each.text
            for each in lexemes(block.text)
            if each.kind in (Kind.NAME, Kind.RATING)
        }
        if symbol.name in quoted:
            raise NotRenamed(
                f"mend {file.source.name}, line {block.line} first: "
                f"it says `{symbol.name}` and cannot be read"
            )
