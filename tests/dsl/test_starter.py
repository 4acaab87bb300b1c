"""A starter framework is whole from the first moment."""

import pytest

from dsl.author.prove import prove
from dsl.author.starter import BadName, file_name, starter
from dsl.load import load
from dsl.packaged import packaged_source
from dsl.rating.run_test import run_test


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Fostering 2027", "fostering-2027.rules"),
        ("  Gofal plant – 2027 ", "gofal-plant-2027.rules"),  # noqa: RUF001 - as typed
        ("A", "a.rules"),
        ("Ysgol's", "ysgol-s.rules"),
    ],
)
def test_a_starter_checks_clean_and_its_test_passes(name: str, file: str) -> None:
    source = starter(name)

    loaded = load(source, packaged_source)

    assert source.name == file
    assert loaded.diagnostics == ()
    assert loaded.framework is not None
    assert loaded.framework.name == name.strip()
    assert [run_test(loaded.framework, test) for test in loaded.tests] == [()]
    assert prove(loaded.framework).findings == ()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "no letter or number"),
        ("–", "no letter or number"),  # noqa: RUF001 - as typed
        ('a "b"', "a quote or a line break"),
        ("a\nb", "a quote or a line break"),
        ("a" * 101, "too long"),
    ],
)
def test_a_name_no_framework_can_have_is_refused_in_one_sentence(
    name: str, why: str
) -> None:
    with pytest.raises(BadName, match=why):
        file_name(name)
