"""Binds conditions: which ratings, of which parts, how many."""

from collections.abc import Mapping
from dataclasses import dataclass

from dsl.bind.binding import Binding
from dsl.bind.facts import bind_inspection_test
from dsl.framework import (
    Clause,
    Condition,
    Counted,
    Fact,
    NotInspected,
    Quantity,
    Rating,
    RuleRow,
)
from dsl.text.phrases import (
    CountedNode,
    FactTestNode,
    Named,
    NotInspectedNode,
    RatingTest,
    RowNode,
    Towards,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a condition may speak of."""

    binding: Binding
    ratings: tuple[Rating, ...]
    facts: Mapping[str, Fact]

    def knows_rating(self, row: RowNode) -> bool:
        """Whether the rating a row gives is on the scale."""
        names = [rating.name for rating in self.ratings]
        return self.binding.knows("rating", row.rating, names)

    def row(self, node: RowNode, part: str) -> RuleRow | None:
        """The row bound for the part it rates, or None where it has a mistake."""
        known = self.knows_rating(node)
        when = self.condition(node, part)
        if when is None or not known:
            return None
        return RuleRow(node.rating.text, when, node.span.line)

    def condition(self, node: RowNode, part: str) -> Condition | None:
        """All clauses of a row, or None where one has a mistake."""
        clauses = []
        counted = False
        for clause in node.when:
            bound = self._clause(clause, part, after_a_count=counted)
            counted = counted or isinstance(clause, CountedNode)
            clauses.append(bound)
        whole = tuple(clause for clause in clauses if clause is not None)
        return whole if len(whole) == len(clauses) else None

    def _clause(
        self,
        node: CountedNode | NotInspectedNode | FactTestNode,
        part: str,
        *,
        after_a_count: bool,
    ) -> Clause | None:
        match node:
            case FactTestNode():
                return bind_inspection_test(self.binding, node, self.facts)
            case NotInspectedNode():
                structure, found = self.binding.structure, self.binding.found
                known = structure.knows(node.domain, "domain", found)
                return NotInspected(node.domain.text) if known else None
            case CountedNode():
                return self._counted(node, part, after_a_count=after_a_count)

    def _counted(
        self, node: CountedNode, part: str, *, after_a_count: bool
    ) -> Counted | None:
        ratings = self._ratings(node.test)
        structure, found = self.binding.structure, self.binding.found
        of: tuple[str, ...] | None
        match node.of:
            case Named.THE_REST:
                of = None
                if not after_a_count:
                    found.error(
                        "no-first-set",
                        "`the rest` needs a set named before it",
                        node.span,
                        "Name the standards here, or put this clause second.",
                    )
                    return None
            case Named():
                of = tuple(each for each in structure.standards if each != part)
            case _:
                of = structure.resolve(node.of, found)
                if node.of.kind != "standard":
                    found.error(
                        "wrong-kind",
                        "a condition counts the ratings of standards",
                        node.of.span,
                        "Name standards.",
                    )
                    return None
        if ratings is None or of == ():
            return None
        number = node.number.value if node.number else None
        if of is not None and not self._can_count(node, len(of)):
            return None
        return Counted(node.quantity, number, of, ratings)

    def _can_count(self, node: CountedNode, size: int) -> bool:
        """Refuses `5 or more of` four standards."""
        number = node.number
        if (
            number is None
            or node.quantity is not Quantity.OR_MORE
            or number.value <= size
        ):
            return True
        self.binding.found.error(
            "never-applies",
            f"there are only {size} of these standards",
            number.span,
            f"Ask for {size} or fewer.",
        )
        return False

    def _ratings(self, test: RatingTest) -> frozenset[str] | None:
        """`'Good' or better` as the ratings it takes in."""
        names = [rating.name for rating in self.ratings]
        known = [self.binding.knows("rating", word, names) for word in test.ratings]
        if not all(known):
            return None
        first = names.index(test.ratings[0].text)
        match test.towards:
            case Towards.BETTER:
                return frozenset(names[first:])
            case Towards.WORSE:
                return frozenset(names[: first + 1])
            case Towards.NEITHER:
                return frozenset(word.text for word in test.ratings)
