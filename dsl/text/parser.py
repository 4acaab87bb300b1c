"""The parser of the grammar, built once, and the words of the language."""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from lark import Lark

_WORDS = re.compile(r"[A-Za-z]+")


def keep_tables(cache: Path | None) -> None:
    """Where the parser's tables are kept between runs; None, as at first: nowhere."""
    _tables[:] = [cache]
    parser.cache_clear()


def build(cache: Path | None = None, *, strict: bool = False) -> Lark:
    """A parser of the grammar; `strict` refuses any ambiguity in it."""
    return Lark(
        (files("dsl") / "grammar.lark").read_text(encoding="utf-8"),
        parser="lalr",
        lexer="contextual",
        propagate_positions=True,
        maybe_placeholders=False,
        strict=strict,
        cache=str(cache) if cache else False,
    )


_tables: list[Path | None] = [None]


@lru_cache(maxsize=1)
def parser() -> Lark:
    """The one parser of this process."""
    return build(_tables[0])


@lru_cache(maxsize=1)
def vocabulary() -> Mapping[str, str]:
    """What each terminal stands for in words; empty for names and numbers."""
    phrases = {}
    for terminal in parser().terminals:
        pattern = terminal.pattern.value.replace("\\s+", " ")
        first = pattern.removeprefix("(?:").removesuffix(")").split("|")[-1]
        phrases[terminal.name] = first if re.fullmatch(r"[a-z ]+", first) else ""
    return phrases


@lru_cache(maxsize=1)
def keywords() -> frozenset[str]:
    """Every word that needs no quotes."""
    patterns = (terminal.pattern.value for terminal in parser().terminals)
    words = {
        word for each in patterns for word in _WORDS.findall(each.replace("\\s", " "))
    }
    return frozenset(words)
