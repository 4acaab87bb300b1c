"""Parses the blocks of a rule file; what it cannot parse, it explains."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lark import Token
from lark.exceptions import UnexpectedInput

from dsl.diagnostic import Diagnostic, Fix
from dsl.findings import MISTAKES_TOLD
from dsl.source import SourceFile, Span
from dsl.text.mend import Quoted, glued, mend, overlong
from dsl.text.nodes import Statement
from dsl.text.parser import parser
from dsl.text.read import read
from dsl.text.reading import Branch, Place
from dsl.text.slip import Mistake
from dsl.text.split import Block, split

_BLOCKS_KEPT = 4096
_FILES_KEPT = 32


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's rules, the blocks that could not be read, and why."""

    statements: tuple[Statement, ...]
    broken: tuple[Block, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def unread(self) -> bool:
        """Whether nothing was read because of what was found before."""
        return bool(self.diagnostics) and not self.statements


@lru_cache(maxsize=_FILES_KEPT)
def parse(file: SourceFile) -> Parsed:
    """Every block of the file, read or explained."""
    blocks, found = split(file)
    statements: list[Statement] = []
    broken: list[Block] = []
    diagnostics = list(found)
    quoted = Quoted.of(blocks)
    for block in blocks:
        whole = _statement(block)
        if whole is not None:
            statements.append(whole)
            continue
        if len(diagnostics) >= MISTAKES_TOLD:
            return Parsed((), tuple(broken), tuple(diagnostics))
        mended = mend(block.text, quoted)
        diagnostics += [_diagnostic(block, each) for each in mended.mistakes]
        if mended.tree is None:
            broken.append(block)
        else:
            place = _placed_in_mended(block, mended.origin)
            statements.append(read(block, mended.tree, place))
    return Parsed(tuple(statements), tuple(broken), tuple(diagnostics))


@lru_cache(maxsize=_BLOCKS_KEPT)
def _statement(block: Block) -> Statement | None:
    """What the block says, if there is nothing wrong with it.

    An edit leaves most blocks where they were, word for word.
    """
    tree = _whole(block.text)
    return None if tree is None else read(block, tree, _placed(block))


@lru_cache(maxsize=_BLOCKS_KEPT)
def _whole(text: str) -> Branch | None:
    """The block's tree, if there is nothing wrong with it."""
    if overlong(text) is not None:
        return None
    try:
        tree = parser().parse(text)
    except UnexpectedInput:
        return None
    return tree if glued(text) is None else None


def _diagnostic(block: Block, mistake: Mistake) -> Diagnostic:
    over = block.span(_first(mistake), mistake.end)
    return Diagnostic(
        mistake.code,
        mistake.message,
        block.span(mistake.start, mistake.end),
        mistake.way_out,
        fixes=tuple(Fix(over, text) for text in _instead(mistake)),
    )


def _first(mistake: Mistake) -> int:
    return mistake.start if mistake.repair_from is None else mistake.repair_from


def _instead(mistake: Mistake) -> tuple[str, ...]:
    repair = () if mistake.repair is None else (mistake.repair,)
    return mistake.instead or repair


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
