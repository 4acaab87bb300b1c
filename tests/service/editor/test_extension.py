"""The extension's files fit together, and what is built from them is checked."""

import json
import re
import zipfile
from pathlib import Path

import pytest

from tests.service.editor.extension import MUST, named, wrong

FOLDER = Path(__file__).parents[3] / "deploy" / "vscode"
MANIFEST = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))


def _built(folder: Path, *, without: str = "", more: str = "") -> Path:
    path = folder / "built.vsix"
    with zipfile.ZipFile(path, "w") as built:
        for name in {*MUST, more} - {without, ""}:
            text = "vscode-languageclient 11"
            if name.endswith("package.json"):
                text = json.dumps(MANIFEST)
            built.writestr(name, text)
    return path


def test_a_whole_extension_has_nothing_wrong(tmp_path: Path) -> None:
    assert wrong(_built(tmp_path)) == []


@pytest.mark.parametrize("name", MUST)
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    assert wrong(_built(tmp_path, without=name)) == [f"{name.casefold()} is missing"]


def test_a_file_that_should_not_be_there_is_named(tmp_path: Path) -> None:
    found = wrong(_built(tmp_path, more="extension/client.js"))

    assert found == ["extension/client.js is too much"]


def test_the_manifest_names_files_that_are_there_or_built() -> None:
    for name in named(MANIFEST):
        path = FOLDER / name.removeprefix("extension/")
        built = path.parent.name == "dist"
        there = [each.name.casefold() for each in path.parent.parent.rglob("*.json")]
        assert built or path.name in there


def test_what_is_installed_is_named_exactly_and_nothing_is_locked() -> None:
    wanted = {**MANIFEST["dependencies"], **MANIFEST["devDependencies"]}

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert not (FOLDER / "package-lock.json").exists()
    assert "package-lock=false" in (FOLDER / ".npmrc").read_text(encoding="utf-8")


def test_the_extension_has_the_version_of_the_program() -> None:
    versions = (FOLDER.parents[1] / "service" / "version.py").read_text("utf-8")

    assert f'"{MANIFEST["version"]}"' in versions


def test_only_the_user_chooses_the_command_that_is_started() -> None:
    setting = MANIFEST["contributes"]["configuration"]["properties"]["adjudge.command"]

    assert setting["scope"] == "machine"  # a folder's own settings cannot change it
    assert setting["default"] == ["adjudge", "rules", "serve"]
