"""The frameworks that come with the service."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from dsl.load import Loaded, load, name_of
from dsl.source import SourceFile


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
