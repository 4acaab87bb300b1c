"""What a place in a rule file names, where that is defined, and everywhere it is named.

A name means the same in a file and in every version based on it, so a thing is at home
in the first version that defines it. INVARIANT (home): whatever is renamed is renamed
in its home and in every file that rests on it.
"""

from dataclasses import dataclass

from dsl.bind.structure import place_of
from dsl.source import Span
from dsl.text.mention import Mention, Role, Symbol, mentions
from service.editor.library import Library, RuleFile


@dataclass(frozen=True, slots=True)
class Found:
    """One mention and its file."""

    file: RuleFile
    mention: Mention


def mention_at(file: RuleFile, line: int, column: int) -> Mention | None:
    """What is named where the author points; the end of a word still is the word."""
    for each in mentions(file.source):
        span = each.span
        if span.line == line and span.column <= column <= span.end_column:
            return each
    return None


def definitions(library: Library, file: RuleFile, symbol: Symbol) -> tuple[Found, ...]:
    """Where it is defined: in this version first, then where it is replaced from."""
    return tuple(
        Found(each, mention)
        for each in _sight(library, file, symbol)
        for mention in mentions(each.source)
        if mention.defines and mention.symbol == symbol
    )


def home(library: Library, file: RuleFile, symbol: Symbol) -> RuleFile | None:
    """The file that defines it first; None where nothing does."""
    found = definitions(library, file, symbol)
    return found[-1].file if found else None


def everywhere(library: Library, file: RuleFile, symbol: Symbol) -> tuple[Found, ...]:
    """Every mention of it, definitions included; a stretch mentions what is in it."""
    return tuple(
        Found(each, mention)
        for each in family(library, file, symbol)
        for mention in mentions(each.source)
        if _names(mention, symbol)
    )


def family(library: Library, file: RuleFile, symbol: Symbol) -> tuple[RuleFile, ...]:
    """Its home and all files that rest on it; only this file if it has no home."""
    at = home(library, file, symbol)
    if at is None or symbol.role is Role.TEST:
        return (file,)
    return tuple(
        each
        for each in library.all()
        if at.uri in [above.uri for above in library.chain(each)]
    )


def in_force(library: Library, file: RuleFile, role: Role) -> tuple[Found, ...]:
    """The definition in force of everything with a role; nearer versions win."""
    seen: dict[Symbol, Found] = {}
    gone: set[Symbol] = set()
    for each in library.chain(file):
        own = [one for one in mentions(each.source) if one.symbol.role is role]
        for mention in own:
            if mention.defines and mention.symbol not in gone:
                seen.setdefault(mention.symbol, Found(each, mention))
        gone |= {one.symbol for one in own if _removes(each, one)}
    return tuple(seen.values())


def _removes(file: RuleFile, mention: Mention) -> bool:
    line = file.source.text.split("\n")[mention.span.line - 1]
    return line.startswith("remove")


def _sight(library: Library, file: RuleFile, symbol: Symbol) -> tuple[RuleFile, ...]:
    """The files in which a definition of it would count, nearest first."""
    chain = library.chain(file)
    if symbol.role is Role.FRAMEWORK:
        return tuple(each for each in chain if each.name == symbol.name)
    return chain[:1] if symbol.role is Role.TEST else chain


def _names(mention: Mention, symbol: Symbol) -> bool:
    if mention.symbol == symbol:
        return True
    if symbol.role is not Role.PART or mention.since is None:
        return False
    inside = place_of(mention.since) <= place_of(symbol.name)
    same_level = mention.symbol.name.count(".") == symbol.name.count(".")
    return (
        inside and same_level and place_of(symbol.name) <= place_of(mention.symbol.name)
    )


def unquoted(span: Span) -> Span:
    """A name without its quotes."""
    return Span(
        span.file, span.line, span.column + 1, span.end_line, span.end_column - 1
    )
