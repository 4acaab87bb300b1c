"""What is known of one inspection when it is rated."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Count:
    """Sufficient answers out of relevant cases with an answer that counts.

    `missing` cases are relevant, or may be while a fact is unknown, and have no answer
    yet: the count is provisional until there are none.
    """

    yes: int
    relevant: int
    missing: int = 0

    @property
    def percentage(self) -> int | None:
        """Whole per cent, halves up; None without a relevant case."""
        if self.relevant == 0:
            return None
        return (200 * self.yes + self.relevant) // (2 * self.relevant)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the panel decided about a standard that was open to discretion."""

    applied: bool  # false: considered and declined
    rating: str  # where it moved to; the computed rating when declined
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The input of one evaluation; a part that is absent is not answered yet.

    `percentages` is for figures published without counts: then discretion that turns
    on numbers of cases is not known.
    """

    counts: Mapping[str, Count] = field(default_factory=dict)  # questions and prompts
    percentages: Mapping[str, int] = field(default_factory=dict)
    judgements: Mapping[str, str] = field(default_factory=dict)  # rating by part
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)  # not those of a case
    not_inspected: frozenset[str] = frozenset()  # domains
