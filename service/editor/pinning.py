"""Which numbers of a file no test depends on, found out while nobody waits.

Trying them takes up to a second, and one of them a few milliseconds: what an editor
asks meanwhile comes first, and an edit that changes the rules starts the work afresh.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from dsl.author.pin import Hold, Pin, TooManyRuns, pins_of
from dsl.load import Loaded
from service.editor.checked import Checked, Checker
from service.editor.library import Library, RuleFile


@dataclass(slots=True)
class _Work:
    """What was found of one state of the rules, or is being looked for."""

    of: tuple[Loaded, ...]  # the file itself, then the versions based on it
    loose: tuple[Pin, ...] = ()
    task: asyncio.Task[None] | None = None


class Pinning:
    """Keeps what it found out until the rules or their tests change."""

    def __init__(
        self, library: Library, checker: Checker, found: Callable[[], None]
    ) -> None:
        self._library = library
        self._checker = checker
        self._found = found  # called when there is something to show
        self._work: dict[str, _Work] = {}

    def loose(self, checked: Checked) -> tuple[Pin, ...]:
        """What no test pins as far as it is known; finds out the rest."""
        of = self._tested(checked)
        known = self._work.get(checked.file.uri)
        if known is not None and _are_same(known.of, of):
            return known.loose
        if known is not None and known.task is not None:
            known.task.cancel()
        self._work[checked.file.uri] = work = _Work(of)
        if of:
            work.task = asyncio.get_running_loop().create_task(self._try(work))
        return ()

    async def _try(self, work: _Work) -> None:
        own, *heirs = work.of
        found = []
        try:
            for each in pins_of(own, heirs):
                found.append(each)
                await asyncio.sleep(0)
        except TooManyRuns:
            return
        by_line = sorted(found, key=lambda each: each.nudge.at.line)
        work.loose = tuple(each for each in by_line if each.hold is Hold.NOTHING)
        if work.loose:
            self._found()

    def _tested(self, checked: Checked) -> tuple[Loaded, ...]:
        """All whose tests tell; none where a test fails, or where there is no test."""
        every = (checked, *map(self._checker.check, self._heirs(checked.file)))
        sound = [each for each in every if each.loaded.framework is not None]
        tests = [failed for each in sound for _, failed in each.tried]
        if checked not in sound or not tests or any(tests):
            return ()
        return tuple(each.loaded for each in sound)

    def _heirs(self, file: RuleFile) -> tuple[RuleFile, ...]:
        """The other files of the library that rest on it."""
        return tuple(
            each
            for each in self._library.all()
            if each.uri != file.uri and self._checker.rests_on(each, file)
        )


def _are_same(one: tuple[Loaded, ...], other: tuple[Loaded, ...]) -> bool:
    """The very same, as a text that has not changed is loaded only once."""
    return [id(each) for each in one] == [id(each) for each in other]
