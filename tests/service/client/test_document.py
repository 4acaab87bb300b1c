"""The examples of CLIENT.md do what they say."""

import ast
import re
from pathlib import Path

import pytest

import service.client
from tests.service.client.conftest import KEY, Team

DOCUMENT = Path(service.client.__file__).parent / "CLIENT.md"
_PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


async def test_every_example_runs(
    team: Team, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lena = (await team.client("lena")).inspection("brent").case("C-2")
    names: dict[str, object] = {
        "URL": str(team.api.client.make_url("/")),
        "TOKEN": "token-of-rosa",
        "KEY": KEY,
        "FOLDER": tmp_path,
    }
    examples = _PYTHON.findall(said())
    for number, example in enumerate(examples):
        if number == 2:
            await lena.answer("3.1.1", "No")
        code = compile(example, str(DOCUMENT), "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        await eval(code, names)  # noqa: S307 - our own document
    printed = capsys.readouterr().out

    assert len(examples) == 3
    assert "2.1.1 rating None → Inadequate" in printed
    assert "rating-changed 2.1.1" in printed
    assert "was changed since you read it" in printed
    assert "3 accepted, 0 waiting" in printed


def said() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


def test_the_document_lists_every_call() -> None:
    listed = set(re.findall(r"`(?:\w+\.)?(\w+)\(", said()))
    for kind in (
        service.client.Client,
        service.client.Inspection,
        service.client.Case,
    ):
        calls = {name for name in vars(kind) if not name.startswith("_")}
        assert (
            calls - {"case", "close", "framework", "inspection", "position"} <= listed
        )
    assert {"keep_mine", "keep_theirs", "settle", "record", "entries"} <= listed
