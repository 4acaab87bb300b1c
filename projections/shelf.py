"""The shelf: every framework revision that was ever adopted, read from the ledger."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

from dsl import FaultyRules, Framework, Loaded, SourceFile, load, name_of
from events.framework import (
    CATEGORY,
    DraftReviewed,
    FrameworkAdopted,
    FrameworkDrafted,
    FrameworkWithdrawn,
    RuleFile,
)
from events.recorded import RecordedEvent
from events.store import EventStore


@dataclass(frozen=True)
class Edition:
    """One adopted revision; its text is parsed when it is first rated with."""

    adopted: FrameworkAdopted
    position: int

    @property
    def id(self) -> str:
        """The framework: `youth-2021`."""
        return self.adopted.framework

    @property
    def revision(self) -> int:
        """Its number, from 1."""
        return self.adopted.revision

    @cached_property
    def framework(self) -> Framework:
        """The rules, exactly as adopted; raises FaultyRules if they no longer read.

        INVARIANT (pinned): the text means what it meant when it was adopted, or it is
        not rated with.
        """
        loaded = _loaded(self.adopted.files)
        if loaded.framework is None:
            raise FaultyRules(loaded.diagnostics)
        if loaded.framework.hash != self.adopted.framework_hash:
            raise RulesMoved(self)
        return loaded.framework


@lru_cache(maxsize=64)
def _loaded(files: tuple[RuleFile, ...]) -> Loaded:
    """What became of a text; the same one lies on every shelf of this process."""
    own, *bases = (SourceFile(file.name, file.text) for file in files)
    return load(own, {name_of(base): base for base in bases}.get)


@dataclass(slots=True)
class Draft:
    """A text that is proposed as a framework's next revision, and who read it."""

    fact: FrameworkDrafted
    author: str
    version: int  # of the last event about it
    reviews: dict[str, bool] = field(default_factory=dict)  # person → in favour


class RulesMoved(Exception):
    """This program reads an adopted text differently than when it was adopted."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(
            f"`{edition.id}` revision {edition.revision} no longer has the hash it "
            f"was adopted with; use the program version that adopted it"
        )


@dataclass
class Shelf:
    """Editions by framework and revision; only what is on disk is put on it."""

    _editions: dict[tuple[str, int], Edition] = field(default_factory=dict)
    _withdrawn: dict[tuple[str, int], int] = field(default_factory=dict)  # → position

    drafts: dict[str, Draft] = field(default_factory=dict)  # by framework, the last

    def place(self, recorded: RecordedEvent) -> Edition | None:
        """Put what a framework's event says on the shelf; the edition it is about."""
        fact = recorded.data
        match fact:
            case FrameworkAdopted():
                self.drafts.pop(fact.framework, None)
                edition = Edition(fact, recorded.position)
                return self._editions.setdefault(
                    (edition.id, edition.revision), edition
                )
            case FrameworkWithdrawn(framework=framework, revision=revision):
                self._withdrawn[framework, revision] = recorded.position
                return self._editions[framework, revision]
            case FrameworkDrafted(framework=framework):
                author = recorded.origin.actor
                self.drafts[framework] = Draft(fact, author, recorded.version)
            case DraftReviewed(framework=framework, in_favour=in_favour):
                draft = self.drafts[framework]
                draft.reviews[recorded.origin.actor] = in_favour
                draft.version = recorded.version
            case _:
                raise TypeError(f"`{recorded.stream}` holds no such fact")
        return None

    async def read(self, store: EventStore) -> None:
        """Take in everything that was ever adopted in this ledger."""
        for stream in await store.streams(CATEGORY):
            for recorded in await store.read(stream):
                self.place(recorded)

    def edition(self, framework: str, revision: int) -> Edition:
        """The adopted revision; KeyError if there is none."""
        return self._editions[framework, revision]

    @property
    def newest(self) -> int:
        """The position of the last adoption; 0 if there was none."""
        return max((it.position for it in self._editions.values()), default=0)

    def revisions(self, framework: str) -> tuple[Edition, ...]:
        """Every adopted revision of one framework, oldest first."""
        return tuple(
            edition
            for (id_, _), edition in sorted(self._editions.items())
            if id_ == framework
        )

    def latest(self, framework: str) -> Edition | None:
        """The newest revision that may still be used for new inspections."""
        usable = [e for e in self.revisions(framework) if self.is_usable(e)]
        return usable[-1] if usable else None

    def is_usable(self, edition: Edition, *, at: int | None = None) -> bool:
        """Whether new inspections may be held to it, now or at a position."""
        withdrawn = self._withdrawn.get((edition.id, edition.revision))
        return withdrawn is None or (at is not None and at < withdrawn)

    def ids(self) -> tuple[str, ...]:
        """Every framework with an adopted revision."""
        return tuple(sorted({id_ for id_, _ in self._editions}))

    def in_force(self, on: date) -> tuple[Edition, ...]:
        """The newest usable edition of each framework whose dates take in a day."""
        newest = (self.latest(id_) for id_ in self.ids())
        return tuple(
            edition
            for edition in newest
            if edition is not None and _takes_in(edition.framework, on)
        )


def _takes_in(framework: Framework, on: date) -> bool:
    begins, ends = framework.applies_from, framework.applies_until
    return (begins is None or begins <= on) and (ends is None or on <= ends)
