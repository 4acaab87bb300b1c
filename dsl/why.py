"""The page of each mistake: what it means, why it is one, what to write instead."""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

_ENTRY = re.compile(
    r"^## ([a-z0-9-]+)\n\n(.*?)(?=^## |^# The frameworks|\Z)", re.MULTILINE | re.DOTALL
)
_FENCE = re.compile(r"^```[a-z-]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@lru_cache(maxsize=1)
def pages() -> Mapping[str, str]:
    """Every entry of `DIAGNOSTICS.md`, by its code."""
    text = (files("dsl") / "DIAGNOSTICS.md").read_text(encoding="utf-8")
    return {code: entry.strip() for code, entry in _ENTRY.findall(text)}


def why(code: str) -> str | None:
    """The entry of a code as it is read in a terminal; None for a code unknown."""
    entry = pages().get(code)
    if entry is None:
        return None
    return _FENCE.sub(lambda found: _indented(found[1]), entry)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.rstrip("\n").split("\n"))
