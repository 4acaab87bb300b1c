"""The table of the OWASP ASVS: every requirement is there, and every link is true."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TABLE = (ROOT / "deploy" / "ASVS.md").read_text(encoding="utf-8")
LAST = {
    "V1": {1: 2, 2: 9, 3: 11, 4: 3, 5: 2},
    "V2": {1: 3, 2: 3, 3: 4, 4: 1},
    "V3": {2: 2, 3: 4, 4: 6, 5: 5, 7: 2},
    "V4": {1: 3, 2: 1, 3: 2, 4: 4},
    "V5": {1: 1, 2: 3, 3: 2, 4: 3},
    "V6": {1: 3, 2: 12, 3: 4, 4: 4, 5: 5, 6: 3, 8: 4},
    "V7": {1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2},
    "V8": {1: 2, 2: 3, 3: 1, 4: 1},
    "V9": {1: 3, 2: 4},
    "V10": {1: 2, 2: 2, 3: 4, 4: 11, 5: 5, 6: 2, 7: 3},
    "V11": {1: 2, 2: 3, 3: 3, 4: 4, 5: 1, 6: 1},
    "V12": {1: 3, 2: 2, 3: 4},
    "V13": {1: 1, 2: 5, 3: 2, 4: 5},
    "V14": {1: 2, 2: 4, 3: 3},
    "V15": {1: 3, 2: 3, 3: 7},
    "V16": {1: 1, 2: 5, 3: 4, 4: 3, 5: 3},
    "V17": {1: 1, 2: 4, 3: 2},
}
"""Levels 1 and 2 of version 5.0.0: the last number of each section; all begin at 1."""

ROWS = re.findall(
    r"^\| (V[\d., V]+) \| (.+?) \| \**(.+?)\** \| (.+) \|$", TABLE, re.MULTILINE
)
LINKS = re.findall(r"\[([^\]]+)\]\(([^):]+)\)", TABLE)


def test_every_requirement_of_both_levels_has_its_line() -> None:
    listed = [id_ for ids, *_ in ROWS for id_ in ids.split(", ")]

    expected = [
        f"{chapter}.{section}.{number}"
        for chapter, sections in LAST.items()
        for section, last in sections.items()
        for number in range(1, last + 1)
    ]
    assert len(expected) == 253
    assert sorted(listed) == sorted(expected)


@pytest.mark.parametrize("state", ["met", "none here", "not ours", "open"])
def test_the_counts_are_those_of_the_table(state: str) -> None:
    counted = sum(len(ids.split(", ")) for ids, _, is_, _ in ROWS if is_ == state)

    assert f"- **{state}** ({counted}): " in TABLE


def test_what_is_met_is_linked_and_what_is_open_says_what_is_missing() -> None:
    for ids, _, state, how in ROWS:
        assert state in {"met", "none here", "not ours", "open"}, ids
        assert state != "met" or "](" in how or "below" in how, ids
        assert how, ids


@pytest.mark.parametrize(("says", "to"), sorted(set(LINKS)))
def test_every_link_leads_to_what_it_says(says: str, to: str) -> None:
    file = (ROOT / "deploy" / to).resolve()
    text = file.read_text(encoding="utf-8")

    if says.startswith("`"):  # a name in the code
        assert says.strip("`") in text
    elif file.name.startswith("test_"):
        assert f"def test_{says.replace(' ', '_')}(" in text
    elif file.suffix == ".md" and says != file.stem:  # a section, or a word
        assert re.search(rf"^## {re.escape(says)}$", text, re.MULTILINE)
