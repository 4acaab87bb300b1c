"""The page about agreeing and publishing names operations that there are."""

import re
from pathlib import Path

from service.api import OPERATIONS
from service.config import Settings

PAGE = Path(__file__).parents[3] / "service" / "inspection" / "PANEL.md"
_NAMED = re.compile(r"`(PUT|POST) (/[^`]+)`")


def test_every_operation_it_names_is_there() -> None:
    named = _NAMED.findall(PAGE.read_text(encoding="utf-8"))
    there = {(operation.method, operation.path) for operation in OPERATIONS}

    assert len(named) > 15
    for method, path in named:
        whole = (
            path if path.startswith("/v1") else f"/v1/inspections/{{inspection}}{path}"
        )
        assert (method, whole) in there


def test_the_settings_it_names_have_the_values_it_says() -> None:
    assert Settings().panel_quorum == 2
    assert Settings().approval_lapses_after_days == 14
    assert Settings().public_counts_from == 3
