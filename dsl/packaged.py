"""The frameworks that come with the service."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from dsl.kept import keep, read
from dsl.load import Loaded, load, name_of
from dsl.source import SourceFile
from dsl.text.parser import keep_tables


def keep_in(folder: Path | None) -> None:
    """Where what takes long to make is kept between runs; None, as at first: nowhere.

    The folder is trusted: it must be one where only its owner can write.
    """
    keep_tables(folder / "grammar.tables" if folder else None)
    _kept_in[:] = [folder]
    packaged.cache_clear()
    _all.cache_clear()


def packaged_ids() -> tuple[str, ...]:
    """Every packaged framework's id, in alphabetical order."""
    return tuple(_sources())


def packaged_source(name_or_id: str) -> SourceFile | None:
    """The rule file of a framework, by `Youth 2018` or `youth-2018`."""
    sources = _sources()
    return sources.get(name_or_id) or sources.get(_ids().get(name_or_id, ""))


@lru_cache
def packaged(framework_id: str) -> Loaded:
    """A packaged framework, loaded once; KeyError for any other id."""
    return _all()[framework_id] if _kept_in[0] else _loaded(framework_id)


_kept_in: list[Path | None] = [None]


@lru_cache(maxsize=1)
def _all() -> Mapping[str, Loaded]:
    """All of them, from the last run if it kept them."""
    path = (_kept_in[0] or Path()) / "frameworks.loaded"
    known = read(path)
    if known is None:
        known = {each: _loaded(each) for each in packaged_ids()}
        keep(path, known)
    return known


def _loaded(framework_id: str) -> Loaded:
    return load(_sources()[framework_id], packaged_source)


@lru_cache(maxsize=1)
def _sources() -> Mapping[str, SourceFile]:
    found = [
        SourceFile(entry.name, entry.read_text(encoding="utf-8"))
        for entry in (files("dsl") / "frameworks").iterdir()
        if entry.name.endswith(".rules")
    ]
    return {file.stem: file for file in sorted(found, key=lambda file: file.name)}


@lru_cache(maxsize=1)
def _ids() -> Mapping[str, str]:
    return {name_of(file): id_ for id_, file in _sources().items()}
