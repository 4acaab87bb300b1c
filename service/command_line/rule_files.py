"""Which rules a call means: files on disk by their path, packaged ones by their id."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from dsl import Loaded, load, packaged, packaged_ids, packaged_source
from dsl.decode import decode, shown
from dsl.diagnostic import Diagnostic
from dsl.source import SourceFile
from service.command_line.ending import Trouble

_NAMED = re.compile(r'^framework\s+["“](?P<name>[^"”\n]+)["”]', re.MULTILINE)


def loaded(names: Sequence[str]) -> tuple[Loaded, ...]:
    """Load what is named, in that order; every packaged framework where nothing is."""
    return tuple(_load(name) for name in names or packaged_ids())


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
    read = _read(path)
    if isinstance(read, Diagnostic):
        return Loaded(None, (), (read,), (shown(path.name, path.read_bytes()),))
    return load(read, _bases_beside(path))


def _bases_beside(path: Path) -> Callable[[str], SourceFile | None]:
    """What `based on` names: a file in the same folder, or else a packaged one."""

    def base(name: str) -> SourceFile | None:
        for beside in sorted(path.parent.glob("*.rules")):
            read = _read(beside)
            if isinstance(read, Diagnostic):
                continue
            named = _NAMED.search(read.text)
            if named and named["name"] == name:
                return read
        return packaged_source(name)

    return base


def _read(path: Path) -> SourceFile | Diagnostic:
    """A rule file, or the mistake of one that is no plain text."""
    try:
        return decode(path.name, path.read_bytes())
    except OSError as error:
        raise Trouble(
            "unreadable",
            f"`{path}` cannot be read",
            f"see to its permissions ({error.strerror})",
        ) from error
