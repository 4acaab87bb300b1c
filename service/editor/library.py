"""The rule files an author sees: open ones as they stand, the folder's, then ours."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pygls.uris import from_fs_path, to_fs_path

from dsl import SourceFile, packaged_ids, packaged_source
from dsl.text.mention import Role, mentions

_MOST_FILES = 1000
_LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A rule file and where the editor finds it."""

    uri: str
    source: SourceFile
    editable: bool = True  # false: it came with adjudge

    @property
    def name(self) -> str | None:
        """What it calls its framework."""
        return _framework(self.source, defines=True)

    @property
    def based_on(self) -> str | None:
        return _framework(self.source, defines=False)


class Library:
    """Finds rule files by their address and by the name of their framework."""

    def __init__(self, open_texts: Callable[[], Mapping[str, str]]) -> None:
        self._open_texts = open_texts
        self._folders: tuple[Path, ...] = ()
        self._on_disk: tuple[Path, ...] = ()
        self._read: dict[Path, tuple[tuple[int, int], RuleFile]] = {}

    def look_in(self, folders: tuple[Path, ...]) -> None:
        """These are the author's folders now."""
        self._folders = folders
        self.look_again()

    def look_again(self) -> None:
        """See which files there are; what is in them is seen whenever it is asked."""
        found = (path for folder in self._folders for path in _rule_files(folder))
        self._on_disk = tuple(sorted(dict.fromkeys(found)))[:_MOST_FILES]

    def at(self, uri: str) -> RuleFile | None:
        """The file at an address, if it is one of the library's."""
        path = _path(uri)
        return next((each for each in self.all() if _path(each.uri) == path), None)

    def all(self) -> tuple[RuleFile, ...]:
        """Every file once; an open one as it stands, saved or not."""
        seen = {_path(each.uri): each for each in self._open()}
        for path in self._on_disk:
            file = None if str(path) in seen else self._from_disk(path)
            if file is not None:
                seen[str(path)] = file
        for each in _packaged():
            seen.setdefault(_path(each.uri), each)
        return tuple(seen.values())

    def base(self, file: RuleFile) -> RuleFile | None:
        """The file of the version it is based on."""
        return self.named(file.based_on, beside=file) if file.based_on else None

    def named(self, name: str, *, beside: RuleFile) -> RuleFile | None:
        """A framework's file: best one in the same folder, then any of the author's.

        What came with adjudge rests on nothing of the author's.
        """
        found = [
            each
            for each in self.all()
            if each.name == name and (beside.editable or not each.editable)
        ]
        folder = beside.uri.rpartition("/")[0]
        found.sort(
            key=lambda each: (not each.editable, each.uri.rpartition("/")[0] != folder)
        )
        return next(iter(found), None)

    def bases(self, file: RuleFile) -> Callable[[str], SourceFile | None]:
        """Looks up, for the language, what `based on` names."""

        def look_up(name: str) -> SourceFile | None:
            found = self.named(name, beside=file)
            return found.source if found else packaged_source(name)

        return look_up

    def chain(self, file: RuleFile) -> tuple[RuleFile, ...]:
        """The file and those it is based on, nearest first; a circle ends it."""
        files = [file]
        while (above := self.base(files[-1])) is not None and above not in files:
            files.append(above)
        return tuple(files)

    def _open(self) -> Iterator[RuleFile]:
        for uri, text in self._open_texts().items():
            yield RuleFile(uri, SourceFile(Path(_path(uri)).name, text))

    def _from_disk(self, path: Path) -> RuleFile | None:
        try:
            state = path.stat()
            stamp = state.st_mtime_ns, state.st_size
            known = self._read.get(path)
            if known is None or known[0] != stamp:
                if state.st_size > _LARGEST:
                    return None
                text = path.read_text(encoding="utf-8-sig")
                file = RuleFile(_uri(path), SourceFile(path.name, text))
                self._read[path] = known = stamp, file
        except (OSError, UnicodeDecodeError):
            return None
        return known[1]


def _framework(source: SourceFile, *, defines: bool) -> str | None:
    for each in mentions(source):
        if each.symbol.role is Role.FRAMEWORK and each.defines is defines:
            return each.symbol.name
    return None


def _rule_files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if name[0] != "." and name != "node_modules"
        )
        for name in names:
            if name.endswith(".rules"):
                yield Path(place) / name


def _packaged() -> Iterator[RuleFile]:
    folder = Path(str(files("dsl") / "frameworks"))
    for id_ in packaged_ids():
        source = packaged_source(id_)
        if source is not None:
            yield RuleFile(_uri(folder / source.name), source, editable=False)


def _uri(path: Path) -> str:
    return from_fs_path(str(path)) or path.as_uri()


def _path(uri: str) -> str:
    """What two spellings of one address have in common."""
    return to_fs_path(uri) or uri
