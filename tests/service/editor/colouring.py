"""Colours a rule file by the extension's grammar; its flat patterns are enough.

    python -m tests.service.editor.colouring

writes the words of the language into that grammar, after a change to them.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from dsl.text.parser import keywords

_PATH = (
    Path(__file__).parents[3] / "deploy/vscode/syntaxes/adjudge-rules.tmLanguage.json"
)
_GRAMMAR = json.loads(_PATH.read_text(encoding="utf-8"))
_PATTERNS = [(re.compile(each["match"]), each) for each in _GRAMMAR["patterns"]]


def scopes(line: str) -> Iterator[tuple[int, int, str]]:
    """From, to and the innermost scope of each stretch that has one, as it reads."""
    at = 0
    while at <= len(line):
        found = [
            (match.start(), order, match, rule)
            for order, (pattern, rule) in enumerate(_PATTERNS)
            if (match := pattern.search(line, at)) and match[0]
        ]
        if not found:
            return
        _, _, match, rule = min(found, key=lambda each: each[:2])
        captures = rule.get("captures")
        if captures is None:
            yield *match.span(), rule["name"]
        else:
            for number, capture in captures.items():
                if match[int(number)]:
                    yield *match.span(int(number)), capture["name"]
        at = match.end()


def words() -> frozenset[str]:
    """The words of the language; what is left out only spells letters of prompts."""
    return keywords() - {"A", "Z", "z"}


def of_all_words() -> str:
    """The pattern that colours every one of them."""
    return rf"\b(?:{'|'.join(sorted(words()))})\b"


def patterns() -> tuple[str, ...]:
    return tuple(each["match"] for each in _GRAMMAR["patterns"])


if __name__ == "__main__":
    _GRAMMAR["patterns"][-1]["match"] = of_all_words()
    text = json.dumps(_GRAMMAR, indent=2, ensure_ascii=False)
    _PATH.write_text(f"{text}\n", encoding="utf-8")
