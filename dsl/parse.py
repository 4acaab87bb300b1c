"""Parses the blocks of a rule file; what it cannot parse, it explains."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from lark import Lark, Token
from lark.exceptions import UnexpectedInput

from dsl.diagnostic import Diagnostic
from dsl.nodes import Statement
from dsl.read import read
from dsl.reading import Branch
from dsl.source import SourceFile, Span
from dsl.split import Block, split

_BLOCKS_KEPT = 4096


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
    _parser.cache_clear()
    _tables.append(cache)
    _parser()


def parse(file: SourceFile) -> Parsed:
    """Every block of the file, read or explained."""
    blocks, found = split(file)
    statements, broken, diagnostics = [], [], list(found)
    for block in blocks:
        try:
            tree = _tree(block.text)
        except UnexpectedInput as mistake:
            broken.append(block)
            at = mistake.pos_in_stream or 0
            diagnostics.append(Diagnostic("syntax", "cannot read", block.span(at, at + 1)))
        else:
            statements.append(read(block, tree, _placed(block)))
    return Parsed(tuple(statements), tuple(broken), tuple(diagnostics))


_tables: list[Path | None] = [None]


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return build(_tables[-1])


def build(cache: Path | None = None) -> Lark:
    """A parser of the grammar."""
    return Lark(
        (files("dsl") / "grammar.lark").read_text(encoding="utf-8"),
        parser="lalr",
        lexer="contextual",
        start=["start", "scope"],
        propagate_positions=True,
        maybe_placeholders=False,
        cache=str(cache) if cache else False,
    )


@lru_cache(maxsize=_BLOCKS_KEPT)
def _tree(text: str) -> Branch:
    return _parser().parse(text, start="start")


def _placed(block: Block):
    above = block.line - 1

    def place(what: Token | Branch) -> Span:
        at = what if isinstance(what, Token) else what.meta
        return Span(
            block.file,
            at.line + above,
            at.column,
            at.end_line + above,
            at.end_column,
        )

    return place
