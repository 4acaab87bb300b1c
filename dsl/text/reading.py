"""The words, numbers, parts and conditions of a block, from its tree."""

from collections.abc import Callable
from datetime import date

from lark import Token, Tree

from dsl.framework import Quantity
from dsl.source import Span
from dsl.text.phrases import (
    Among,
    ClauseNode,
    CountedNode,
    Day,
    FactTestNode,
    Named,
    Notes,
    NotInspectedNode,
    Number,
    Parts,
    RatingTest,
    RowNode,
    SourceNote,
    Stretch,
    Towards,
    Word,
)
from dsl.text.quotes import plain
from dsl.text.test_node import CountNode, PercentNode

Branch = Tree[Token]
Place = Callable[[Token | Branch], Span]

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
KINDS = {"DOMAIN": "domain", "STANDARD": "standard", "QUESTION": "question"}
_QUANTITIES = {
    "all": Quantity.ALL,
    "none": Quantity.NONE,
    "more_than_half": Quantity.MORE_THAN_HALF,
    "fewer_than_half": Quantity.FEWER_THAN_HALF,
    "or_more": Quantity.OR_MORE,
    "or_fewer": Quantity.OR_FEWER,
}
_AMONG = {
    "every": Among.ALL,
    "listed": Among.LISTED,
    "in_domains": Among.IN_DOMAINS,
    "of_standards": Among.OF_STANDARDS,
}
_NAMED = {
    "THEIR_QUESTIONS": Named.THEIR_QUESTIONS,
    "THE_STANDARDS": Named.THE_STANDARDS,
    "THE_REST": Named.THE_REST,
}
_TOWARDS = {
    "better": Towards.BETTER,
    "worse": Towards.WORSE,
    "either": Towards.NEITHER,
}


def branches(tree: Branch, *names: str) -> list[Branch]:
    """The subtrees right below, of these rules if any are named."""
    return [
        child
        for child in tree.children
        if isinstance(child, Tree) and (not names or child.data in names)
    ]


def branch(tree: Branch, *names: str) -> Branch | None:
    """The first such subtree."""
    return next(iter(branches(tree, *names)), None)


def tokens(tree: Branch, *kinds: str) -> list[Token]:
    """The tokens right below, of these kinds if any are named."""
    return [
        child
        for child in tree.children
        if isinstance(child, Token) and (not kinds or child.type in kinds)
    ]


def says(tree: Branch, kind: str) -> bool:
    """Whether the author wrote an optional keyword."""
    return bool(tokens(tree, kind))


class Reading:
    """Reads trees of one block; `place` knows where each word stands in its file."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def word(self, token: Token) -> Word:
        quoted = token.type in ("NAME", "RATING")
        text = plain(token) if quoted else str(token)
        return Word(text, self.place(token))

    def names(self, tree: Branch) -> tuple[Word, ...]:
        return tuple(self.word(token) for token in tokens(tree, "NAME"))

    def name(self, tree: Branch) -> Word:
        return self.names(tree)[0]

    def rating(self, tree: Branch) -> Word:
        return self.word(tokens(tree, "RATING")[0])

    def ref(self, tree: Branch) -> Word:
        """`2.1`, anywhere right below."""
        found = tree if tree.data == "ref" else branches(tree, "ref")[0]
        return self.word(tokens(found)[0])

    def number(self, token: Token) -> Number:
        return Number(int(token.rstrip("%")), self.place(token))

    def numbers(self, tree: Branch) -> tuple[Number, ...]:
        return tuple(self.number(token) for token in tokens(tree, "INT"))

    def days(self, tree: Branch) -> tuple[Day, ...]:
        return tuple(
            Day(_date(token), str(token), self.place(token))
            for token in tokens(tree, "DATE")
        )

    def notes(self, tree: Branch) -> Notes:
        return Notes(
            tuple(
                SourceNote(found[0], found[1].text if len(found) > 1 else None)
                for source in branches(tree, "source")
                for found in [self.names(source)]
            ),
            tuple(self.name(guess).text for guess in branches(tree, "assumes")),
        )

    # ---- parts

    def parts(self, tree: Branch) -> Parts:
        """The scope right below."""
        scope = branches(tree, "scope")[0]
        span = self.place(scope)
        if says(scope, "OVERALL"):
            return Parts(Among.OVERALL, "overall", (), (), span)
        how, *rest = branches(scope)
        without = self.stretches(rest[0]) if rest else ()
        kind = tokens(branches(how, "kind")[0])[0]
        return Parts(
            _AMONG[how.data], KINDS[kind.type], self.stretches(how), without, span
        )

    def stretches(self, tree: Branch) -> tuple[Stretch, ...]:
        """`2.1 to 2.4 and 3.1`, right below; none where no part is named."""
        return tuple(
            Stretch(
                self.ref(refs[0]),
                self.ref(refs[1]) if len(refs) > 1 else None,
                self.place(found),
            )
            for listed in branches(tree, "refs")
            for found in branches(listed, "stretch")
            for refs in [branches(found, "ref")]
        )

    def parts_or_named(self, tree: Branch) -> Parts | Named:
        named = tokens(tree, *_NAMED)
        return _NAMED[named[0].type] if named else self.parts(tree)

    # ---- conditions

    def row(self, tree: Branch) -> RowNode:
        """`'Inadequate' when …`"""
        condition = branches(tree, "condition")[0]
        clauses = tuple(self._clause(clause) for clause in branches(condition))
        return RowNode(self.rating(tree), clauses, self.place(tree))

    def fact_tests(self, tree: Branch) -> tuple[FactTestNode, ...]:
        return tuple(self.fact_test(test) for test in branches(tree, "fact_test"))

    def fact_test(self, tree: Branch) -> FactTestNode:
        fact, *values = tokens(tree, "NAME", "YES", "NO")
        listed = branch(tree, "one_of")
        return FactTestNode(
            self.word(fact),
            self.names(listed) if listed else tuple(map(self.word, values)),
            says(tree, "NOT"),
            self.place(tree),
        )

    def not_inspected(self, tree: Branch) -> NotInspectedNode:
        return NotInspectedNode(self.ref(tree), self.place(tree))

    def _clause(self, tree: Branch) -> ClauseNode:
        span = self.place(tree)
        match tree.data:
            case "fact_test":
                return self.fact_test(tree)
            case "not_inspected":
                return self.not_inspected(tree)
            case "single":
                standard = self.ref(tree)
                one = Stretch(standard, None, standard.span)
                parts = Parts(Among.LISTED, "standard", (one,), (), standard.span)
                test = self._rating_test(branches(tree)[-1])
                return CountedNode(Quantity.ALL, None, parts, test, span)
            case _:
                quantity, *_, test_tree = branches(tree)
                return CountedNode(
                    *self.quantity(quantity),
                    self.parts_or_named(tree),
                    self._rating_test(test_tree),
                    span,
                )

    def quantity(self, tree: Branch) -> tuple[Quantity, Number | None]:
        """`2 or more`"""
        return _QUANTITIES[tree.data], next(iter(self.numbers(tree)), None)

    def _rating_test(self, tree: Branch) -> RatingTest:
        ratings = tuple(self.word(token) for token in tokens(tree, "RATING"))
        return RatingTest(ratings, _TOWARDS[tree.data])

    # ---- figures

    def figure(self, tree: Branch) -> CountNode | PercentNode | None:
        """`11 of 17` or `65%`, right below."""
        for token in tokens(tree, "PERCENT"):
            return PercentNode(self.number(token).value, self.place(token))
        for count in branches(tree, "count"):
            yes, relevant = self.numbers(count)
            return CountNode(yes.value, relevant.value, self.place(count))
        return None


def _date(text: str) -> date | None:
    day, month, year = text.split()
    if month not in MONTHS:
        return None
    try:
        return date(int(year), MONTHS.index(month) + 1, int(day))
    except ValueError:
        return None
