"""Parses the blocks of a rule file; what it cannot parse, it explains and mends."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from lark import Lark

_GRAMMAR = (files("dsl") / "grammar.lark").read_text(encoding="utf-8")


def build(cache: Path | None = None) -> Lark:
    """The parser, from the tables kept at `cache` if any are there."""
    return Lark(
        _GRAMMAR,
        parser="lalr",
        lexer="contextual",
        start=["start", "scope"],
        propagate_positions=True,
        maybe_placeholders=False,
        cache=str(cache) if cache else False,
    )
