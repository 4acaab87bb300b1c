"""Which rules a call means: files on disk by their path, packaged ones by their id."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from dsl import Framework, Loaded, load, packaged, packaged_ids, packaged_source
from dsl.diagnostic import Diagnostic
from dsl.source import SourceFile
from service.command_line.ending import WRONG, Trouble

_NAMED = re.compile(r'^framework\s+["“](?P<name>[^"”\n]+)["”]', re.MULTILINE)


def loaded(names: Sequence[str]) -> tuple[Loaded, ...]:
    """Load what is named, in that order; every packaged framework where nothing is."""
    return tuple(_load(name) for name in names or packaged_ids())


def faultless(name: str) -> Framework:
    """Load one rule file or packaged framework; Trouble if it has mistakes."""
    (found,) = loaded((name,))
    if found.framework is None:
        first = found.diagnostics[0]
        raise Trouble(
            "faulty-rules",
            f"`{name}` has mistakes, the first in line {first.span.line}:"
            f" {first.message}",
            f"see `adjudge rules check {name}`",
            exit_code=WRONG,
        )
    return found.framework


def described(diagnostic: Diagnostic) -> dict[str, object]:
    """A diagnostic as `--json` prints it."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _load(name: str) -> Loaded:
    if name in packaged_ids():
        return packaged(name)
    path = Path(name)
    if not path.is_file():
        raise Trouble(
            "no-such-rules",
            f"`{name}` is neither a file nor a packaged framework",
            f"name a .rules file or one of {', '.join(packaged_ids())}",
        )
    return load(_read(path), _bases_beside(path))


def _bases_beside(path: Path) -> Callable[[str], SourceFile | None]:
    """What `based on` names: a file in the same folder, or else a packaged one."""

    def base(name: str) -> SourceFile | None:
        for beside in sorted(path.parent.glob("*.rules")):
            source = _read(beside)
            named = _NAMED.search(source.text)
            if named and named["name"] == name:
                return source
        return packaged_source(name)

    return base


def _read(path: Path) -> SourceFile:
    try:
        return SourceFile(path.name, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Trouble(
            "not-utf-8",
            f"byte {error.start + 1} of `{path}` is not UTF-8",
            "save the file as UTF-8 text",
            exit_code=WRONG,
        ) from error
    except OSError as error:
        raise Trouble(
            "unreadable",
            f"`{path}` cannot be read",
            f"see to its permissions ({error.strerror})",
        ) from error
