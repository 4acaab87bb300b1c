"""Rule files beside what an author is told about them.

Reset what is expected with `python -m tests.dsl.golden_files`, and review the diff.
"""

from pathlib import Path

from dsl.decode import decode, shown
from dsl.diagnostic import Diagnostic
from dsl.load import Bases, Loaded, load, name_of
from dsl.packaged import packaged_source
from dsl.render import render
from dsl.run_test import run_test
from dsl.source import SourceFile

FOLDER = Path(__file__).parent / "golden"


def rule_files(kind: str) -> list[Path]:
    """The rule files of `good` or `bad`, in order."""
    return sorted((FOLDER / kind).glob("*.rules"))


def loaded(path: Path) -> Loaded:
    """A rule file, loaded over its neighbours or packaged versions."""
    read = decode(path.name, path.read_bytes())
    if isinstance(read, Diagnostic):
        return Loaded(None, (), (read,), (shown(path.name, path.read_bytes()),))
    return load(source(path), bases_beside(path))


def bases_beside(path: Path) -> Bases:
    """Finds the versions that a rule file of this folder may be based on."""
    neighbours = [source(each) for each in rule_files(path.parent.name)]

    def bases(name: str) -> SourceFile | None:
        named = (file for file in neighbours if name_of(file) == name)
        return next(named, packaged_source(name))

    return bases


def told(path: Path) -> str:
    """Everything its author is told, or the canonical text if there is nothing."""
    result = loaded(path)
    found = list(result.diagnostics)
    if result.framework is not None:
        for test in result.tests:
            found += run_test(result.framework, test)
        if not found:
            return result.framework.canonical
    return "\n".join(render(each, result.files) for each in found)


def source(path: Path) -> SourceFile:
    return shown(path.name, path.read_bytes())


def expected(path: Path) -> Path:
    """The file that holds what is expected."""
    return path.with_suffix(".txt")


if __name__ == "__main__":
    for each in (*rule_files("good"), *rule_files("bad")):
        expected(each).write_text(told(each), encoding="utf-8")
