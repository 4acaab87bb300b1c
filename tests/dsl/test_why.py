"""The pages of the mistakes: one for each code, each example true to its word."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

import dsl
from dsl.decode import decode
from dsl.diagnostic import Diagnostic
from dsl.diagnostic_codes import DIAGNOSTIC_CODES
from dsl.load import load, name_of
from dsl.run_test import run_test
from dsl.source import SourceFile
from dsl.split import BLOCK_LIMIT, FILE_LIMIT
from dsl.why import pages, why

_PAGE = (Path(dsl.__file__).parent / "DIAGNOSTICS.md").read_text(encoding="utf-8")
_EXAMPLE = re.compile(
    r"^```instead-of\n(.*?)\n```$.*?^```write\n(.*?)\n```$", re.MULTILINE | re.DOTALL
)
_FRAMES: tuple[str, ...] = tuple(
    re.findall(r"^```frame\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)
)
_EXAMPLES = {
    code: found
    for code, entry in pages().items()
    for found in [_EXAMPLE.search(entry)]
    if found
}


def _codes(text: str, others: Sequence[str] = _FRAMES) -> set[str]:
    """Every code that a text is told, failing tests included."""
    files = [SourceFile(f"other-{n}.rules", each) for n, each in enumerate(others)]
    bases = {name_of(file): file for file in files}
    result = load(SourceFile("try.rules", text), bases.get)
    found = list(result.diagnostics)
    if result.framework is not None:
        for test in result.tests:
            found += run_test(result.framework, test)
    return {each.code for each in found}


def _frame_with(text: str) -> str:
    (frame,) = (each for each in _FRAMES if each.count(text) == 1)
    return frame


def test_every_code_has_a_page_in_the_order_of_the_codes() -> None:
    assert list(pages()) == list(DIAGNOSTIC_CODES)
    for code, entry in pages().items():
        assert entry.casefold().startswith(DIAGNOSTIC_CODES[code].casefold()), code


@pytest.mark.parametrize("frame", _FRAMES)
def test_the_frameworks_of_the_examples_have_no_mistake(frame: str) -> None:
    assert _codes(frame) == set()


@pytest.mark.parametrize("code", _EXAMPLES)
def test_what_to_write_instead_is_right_and_the_other_gets_just_this(code: str) -> None:
    bad, good = _EXAMPLES[code].groups()
    frame = _frame_with(good)

    assert _codes(frame.replace(good, bad)) == {code}


def _based(name: str, base: str) -> str:
    return f'framework "{name}"\n  based on "{base}"\n'


_MANY = (
    "framework \"Try\"\nratings\n  'A' scores 0\n  'B' scores 1\n  'C' scores 2\n"
    'domain 1 "One"\n'
    + "\n".join(f'standard 1.{n} "S"' for n in range(1, 30))
    + '\nrate all standards by judgement\n  assumes "made up"\n'
    "guidance for overall\n  usually 'A' when standard 1.1 is 'A'\n"
    + "\n".join(f"    and standard 1.{n} is 'A'" for n in range(2, 30))
    + '\n  assumes "made up"\nrate overall by judgement\n  assumes "made up"\n'
)
_WITHOUT_EXAMPLE = {
    "file-too-large": ("#" * (FILE_LIMIT + 1), ()),
    "block-too-large": (
        f'framework "Try"\ndocument "a" is "{"x" * BLOCK_LIMIT}"\n',
        (),
    ),
    "faulty-base": (_based("Try", "Other"), ('framework "Other"\nratngs\n',)),
    "circular-base": (
        _based("Try", "Other"),
        (_based("Other", "Try"), _based("Try", "Other")),
    ),
    "base-chain": (
        _based("Try", "1"),
        tuple(_based(str(n), str(n + 1)) for n in range(1, 7)),
    ),
    "no-ratings": (
        (
            'framework "Try"\ndomain 1 "One"\nstandard 1.1 "S"\n'
            'rate standard 1.1 by judgement\n  assumes "made up"\n'
        ),
        (),
    ),
    "too-many-combinations": (_MANY, ()),
}


@pytest.mark.parametrize("code", _WITHOUT_EXAMPLE)
def test_what_takes_no_example_on_the_page_gets_just_this(code: str) -> None:
    text, others = _WITHOUT_EXAMPLE[code]

    assert _codes(text, others) == {code}


def test_a_file_of_another_kind_gets_just_this() -> None:
    for content in (b"\xff\xfeA\x00", b"PK\x03\x04", b"%PDF-1.7", b'"Caf\xe9"'):
        found = decode("try.rules", content)

        assert isinstance(found, Diagnostic)
        assert found.code == "not-utf-8"


def test_every_page_has_an_example_or_needs_none() -> None:
    shown = {*_EXAMPLES, *_WITHOUT_EXAMPLE, "not-utf-8"}

    assert shown == set(DIAGNOSTIC_CODES)


def test_a_page_is_shown_without_its_markup() -> None:
    page = why("tab")

    assert page is not None
    assert "```" not in page
    assert '\n      for group "harm cases"' in page
    assert why("no-such-code") is None
