"""Colours a rule file by the extension's grammar; its flat patterns are enough."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

_GRAMMAR = json.loads(
    (
        Path(__file__).parents[3]
        / "deploy/vscode/syntaxes/adjudge-rules.tmLanguage.json"
    ).read_text(encoding="utf-8")
)
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
