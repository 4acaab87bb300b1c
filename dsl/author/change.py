"""What two versions of the rules do differently, each change as one plain sentence."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dsl.framework import Rule


class ChangeKind(StrEnum):
    """What became of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Spot:
    """A file and a line of it; equal text may stand at different spots."""

    file: str
    line: int

    @classmethod
    def of(cls, rule: Rule) -> "Spot":
        return cls(rule.file, rule.line)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference in meaning, and where each side of it stands."""

    kind: ChangeKind
    about: str  # "question", "banding", "discretion", …
    subjects: tuple[str, ...]  # ("2.1.1",), ("share of cases",)
    sentence: str  # lower case, no full stop
    before: Spot | None
    after: Spot | None


@dataclass(frozen=True, slots=True)
class Thing:
    """One named thing: what it says, aspect by aspect, and where."""

    says: Mapping[str, str]
    at: Spot


Called = Callable[[Sequence[str]], str]
"""How an author speaks of things with these names: `standards 2.1 and 2.2`."""


def changes(
    about: str, before: Mapping[str, Thing], after: Mapping[str, Thing], called: Called
) -> Iterator[Change]:
    """What is gone, what says something else, and what is new; alike ones as one."""
    alike: dict[tuple[ChangeKind, str, Spot | None, Spot | None], list[str]] = {}
    for name, kind, what in _differences(before, after):
        was, now = before.get(name), after.get(name)
        spots = was.at if was else None, now.at if now else None
        alike.setdefault((kind, what, *spots), []).append(name)
    for (kind, what, old, new), names in alike.items():
        sentence = f"{called(names)}{what}"
        yield Change(kind, about, tuple(names), sentence, old, new)


def _differences(
    before: Mapping[str, Thing], after: Mapping[str, Thing]
) -> Iterator[tuple[str, ChangeKind, str]]:
    for name in before:
        if name not in after:
            yield name, ChangeKind.REMOVED, ": no longer there"
    for name, thing in after.items():
        if name not in before:
            said = "; ".join(f"{aspect}: {each}" for aspect, each in thing.says.items())
            yield name, ChangeKind.ADDED, f": new{f' ({said})' if said else ''}"
            continue
        old = before[name].says
        for aspect in dict.fromkeys((*old, *thing.says)):
            was, now = old.get(aspect), thing.says.get(aspect)
            if was != now:
                yield name, ChangeKind.CHANGED, f": {_moved(aspect, was, now)}"


def _moved(aspect: str, was: str | None, now: str | None) -> str:
    if was is None:
        return f"{aspect} is now said ({now})"
    if now is None:
        return f"{aspect} is no longer said (it was {was})"
    return f"{aspect} now {now} instead of {was}"
