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
    signed: int = 0  # checkpoints that were newer than the last look's
    signed_for: int = 0  # events, by the last of them
    wrong: list[str] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0

    def lines(self) -> list[str]:
        """The tally as it is printed."""
        kinds = ", ".join(
            f"{self.faults[kind]} times {kind.value}" for kind in self.faults
        )
        unsure = (
            f"refused: {self.refused:,}; left without an answer: {self.unanswered:,}"
        )
        kept = f"recorded all the same, and known when sent again: {self.replayed:,}"
        said = f"acknowledged: {self.acknowledged:,}, lost: {self.lost:,}"
        looked = (
            f"looked at the ledger {self.checks:,} times: order, chain, every answer"
        )
        proven = (
            f"each time the proofs against the checkpoint shown before: {self.signed:,}"
            f" newer ones, the last of {self.signed_for:,} events"
        )
        against = f"the ratings against a rebuild; wrong: {len(self.wrong):,}"
        return [
            f"seed {self.seed}: {self.faults.total()} faults: {kinds}",
            f"processes killed: {self.kills:,}",
            f"{unsure}; {kept}",
            f"{said}, doubled: {self.doubled:,}",
            proven,
            f"{looked}, {against}",
            *self.wrong,
        ]
