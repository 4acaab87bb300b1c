"""Checks that a built extension holds what it must, and nothing else.

python3 -m tests.service.editor.extension deploy/vscode/dist/adjudge-rules.vsix
"""

import json
import sys
import zipfile
from pathlib import Path

MUST = (
    "[Content_Types].xml",
    "extension.vsixmanifest",
    "extension/LICENSE.txt",
    "extension/README.md",
    "extension/dist/NOTICES.txt",
    "extension/dist/client.js",
    "extension/language-configuration.json",
    "extension/package.json",
    "extension/syntaxes/adjudge-rules.tmLanguage.json",
)
_BUNDLED = b"vscode-languageclient"


def wrong(path: Path) -> list[str]:
    """What is missing from the file, or should not be in it."""
    with zipfile.ZipFile(path) as built:
        held = {name.casefold() for name in built.namelist()}
        must = {name.casefold() for name in MUST}
        found = [f"{name} is missing" for name in sorted(must - held)]
        found += [f"{name} is too much" for name in sorted(held - must)]
        if found:
            return found
        if _BUNDLED not in built.read("extension/dist/NOTICES.txt"):
            found.append("the licences of what is bundled are missing")
        manifest = json.loads(built.read("extension/package.json"))
    return found + [
        f"{name} is named and missing" for name in named(manifest) if name not in held
    ]


def named(manifest: dict[str, object]) -> list[str]:
    """The files that a manifest speaks of, as the built extension calls them."""
    contributes = manifest["contributes"]
    assert isinstance(contributes, dict)
    paths = [manifest["main"]]
    paths += [each["path"] for each in contributes["grammars"]]
    paths += [each["configuration"] for each in contributes["languages"]]
    return [f"extension/{str(path).removeprefix('./')}".casefold() for path in paths]


if __name__ == "__main__":
    problems = wrong(Path(sys.argv[1]))
    print("\n".join(problems) or f"{sys.argv[1]}: whole")  # noqa: T201 - its answer
    sys.exit(1 if problems else 0)
