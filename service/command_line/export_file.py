"""An export of inspections: one inspection file a line, as `adjudge rate` reads it.

Each line may also name itself: {"inspection": "brent-2019", "framework": …}.
"""

from collections.abc import Callable, Iterator

import msgspec

from dsl.framework import Framework
from service.command_line.rating_file import FaultyFile, evidence_of, read
from service.impact import Held


class FaultyLine(Exception):
    """A line cannot be rated: where it stands, and what the file's reader said."""

    def __init__(self, line: int, fault: FaultyFile) -> None:
        super().__init__(str(fault))
        self.line = line
        self.fault = fault


class _Named(msgspec.Struct):
    inspection: str | None = None


def held_in_export(
    text: bytes, framework_of: Callable[[str], Framework]
) -> Iterator[Held]:
    """Every inspection in order; raises FaultyLine. Empty lines are passed over."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                yield _held(number, line, framework_of)
            except FaultyFile as fault:
                raise FaultyLine(number, fault) from fault


def _held(number: int, line: bytes, framework_of: Callable[[str], Framework]) -> Held:
    file = read(line)
    if file.framework is None:
        raise FaultyFile(
            "no-framework", "it names no framework", "add the key `framework`"
        )
    framework = framework_of(file.framework)
    named = msgspec.convert(msgspec.json.decode(line), _Named).inspection
    evidence = evidence_of(framework, file)
    return Held(named or f"line {number}", framework, evidence, None)
