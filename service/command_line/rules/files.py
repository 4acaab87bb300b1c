"""Which rules a call means: files on disk by their path, packaged ones by their id."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import cast

from dsl import Framework, Loaded, load, packaged, packaged_ids, packaged_source
from dsl.diagnostic import Diagnostic, Severity
from dsl.source import SourceFile
from dsl.text.decode import decode, shown
from service.command_line.ending import WRONG, Trouble

_NAMED = re.compile(r'^framework\s+["“](?P<name>[^"”\n]+)["”]', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Named:
    """What one name of a call means."""

    path: Path | None  # None: it comes with the service
    loaded: Loaded

    @property
    def is_text(self) -> bool:
        """Whether it could be read; what could not must not be written back."""
        found = self.loaded.diagnostics
        return not any(wrong.code == "not-utf-8" for wrong in found)

    @property
    def source(self) -> SourceFile:
        """The rule file itself, without those it is based on."""
        return self.loaded.files[0]


def named(names: Sequence[str]) -> tuple[Named, ...]:
    """Load what is named, in that order; every packaged framework where nothing is."""
    return tuple(
        Named(None if name in packaged_ids() else Path(name), _load(name))
        for name in _each(names)
    )


def sound(name: str) -> Loaded:
    """Load what is named; a rule file with mistakes is refused with the first."""
    found = _load(name)
    errors = [each for each in found.diagnostics if each.severity is Severity.ERROR]
    if errors:
        first = errors[0]
        counted = "a mistake" if len(errors) == 1 else f"{len(errors)} mistakes"
        raise Trouble(
            "faulty-rules",
            f"`{name}` has {counted}: {first.message} ({first.span.file}, "
            f"line {first.span.line})",
            f"see `adjudge rules check {name}`",
            exit_code=WRONG,
        )
    return found


def sound_framework(name: str) -> Framework:
    """The framework of what is named, which is refused if it has mistakes."""
    return cast("Framework", sound(name).framework)  # a file without errors has one


def based_on(name: str, framework_id: str) -> tuple[Loaded, ...]:
    """The sound versions based on a framework: packaged ones, and files beside it."""
    return tuple(
        each
        for each in beside(name, framework_id)
        if each.framework is not None and framework_id in each.framework.family
    )


def chain(name: str) -> tuple[str, ...]:
    """By the names of a call, the file and those it is based on, nearest first."""
    found = sound(name)
    packaged_names = {packaged_source(each): each for each in packaged_ids()}
    return tuple(
        packaged_names.get(file) or str(Path(name).parent / file.name)
        for file in found.files
    )


def beside(name: str, framework_id: str) -> tuple[Loaded, ...]:
    """Every other rule file there is: packaged ones, and files in the same folder."""
    known = [packaged(each) for each in packaged_ids() if each != framework_id]
    if name not in packaged_ids():
        own = Path(name)
        known += [
            _load_file(path)
            for path in _rule_files(own.parent)
            if path.name != own.name
        ]
    return tuple(known)


def loaded(names: Sequence[str]) -> tuple[tuple[str, Loaded], ...]:
    """Load what is named, in that order; every packaged framework where nothing is."""
    return tuple((name, _load(name)) for name in _each(names))


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


def _each(names: Sequence[str]) -> Iterator[str]:
    """The names, for a folder those of the rule files in it."""
    for name in names or packaged_ids():
        path = Path(name)
        if name in packaged_ids() or not path.is_dir():
            yield name
            continue
        found = _rule_files(path)
        if not found:
            raise Trouble(
                "no-such-rules",
                f"there is no rule file in `{name}`",
                "name a folder with .rules files in it",
            )
        yield from map(str, found)


def _rule_files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.glob("*.rules") if each.is_file())


def _load(name: str) -> Loaded:
    if name in packaged_ids():
        return packaged(name)
    path = Path(name)
    if not path.is_file():
        raise Trouble(
            "no-such-rules",
            f"`{name}` is neither a file nor a packaged framework",
            _instead(path),
        )
    return _load_file(path)


def _instead(path: Path) -> str:
    """What nearly has this name, as a forgotten ending or a slip leaves it."""
    beside = path.parent.iterdir() if path.parent.is_dir() else ()
    files = {each.name: str(each) for each in sorted(beside) if each.is_file()}
    rules = [name for name in files if ".rules" in name]
    near = [
        *(end for end in (f"{path.name}.rules", f"{path.name}.txt") if end in files),
        *get_close_matches(path.name, [*rules, *packaged_ids()], n=1),
    ]
    if near:
        return f"did you mean `{files.get(near[0], near[0])}`?"
    return f"name a .rules file or one of {', '.join(packaged_ids())}"


def _load_file(path: Path) -> Loaded:
    read = _read(path)
    if isinstance(read, Diagnostic):
        return Loaded(None, (), (read,), (shown(path.name, path.read_bytes()),))
    return load(read, _bases_beside(path))


def _bases_beside(path: Path) -> Callable[[str], SourceFile | None]:
    """What `based on` names: a file in the same folder, or else a packaged one."""

    def base(name: str) -> SourceFile | None:
        for neighbour in _rule_files(path.parent):
            read = _read(neighbour)
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
