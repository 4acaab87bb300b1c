"""What a fault run counts, and how it is told."""

from collections import Counter
from dataclasses import dataclass, field

from tests.faults.plan import Kind


@dataclass
class Tally:
    """Counted over a whole run; whatever is wrong is a sentence."""

    seed: int
    faults: Counter[Kind] = field(default_factory=Counter)
    kills: int = 0  # of processes
    acknowledged: int = 0
    refused: int = 0  # answered 503: nothing was recorded
    unanswered: int = 0  # the connection ended before the answer
    replayed: int = 0  # sent again, and it had been recorded the first time
    checks: int = 0
    wrong: list[str] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0

    def lines(self) -> list[str]:
        """The tally as it is printed."""
        kinds = ", ".join(f"{self.faults[kind]} × {kind.value}" for kind in self.faults)
        return [
            f"seed {self.seed}: {self.faults.total()} faults ({kinds})",
            f"processes killed: {self.kills:,}",
            f"refused: {self.refused:,}; left without an answer: {self.unanswered:,}; "
            f"of those, recorded all the same and known when sent again: "
            f"{self.replayed:,}",
            f"acknowledged: {self.acknowledged:,}, lost: {self.lost:,}, "
            f"doubled: {self.doubled:,}",
            f"checked after each fault: {self.checks:,} times order, chain, and "
            f"ratings against a rebuild; wrong: {len(self.wrong):,}",
            *self.wrong,
        ]
