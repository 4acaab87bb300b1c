"""Binds the tests of a rule file to its framework."""

from collections.abc import Iterable, Mapping

from dsl.bind_facts import bind_inspection_test
from dsl.bind_rates import has_unknown_scope
from dsl.binding import Binding
from dsl.evidence import Count, Decision, Evidence
from dsl.framework import OVERALL, Framework, Total
from dsl.method import is_judged
from dsl.nodes import DiscretionNode, Statement
from dsl.phrases import FactTestNode, NotInspectedNode, Word
from dsl.rule_test import Aspect, Expectation, RuleTest
from dsl.source import Span
from dsl.test_node import (
    CountNode,
    ExpectFigure,
    ExpectGuidance,
    ExpectLine,
    ExpectOpen,
    ExpectRating,
    ExpectScore,
    GivenLine,
    GivenNode,
    MoveNode,
    PercentNode,
    TestNode,
)

_PER_CENT = 100


def bind_tests(
    binding: Binding, framework: Framework, statements: Iterable[Statement]
) -> tuple[RuleTest, ...]:
    """A file's own tests; `framework` may still have mistakes."""
    tests: dict[str, RuleTest] = {}
    for statement in statements:
        node = statement.node
        if not isinstance(node, TestNode):
            continue
        if node.name.text in tests:
            binding.found.error(
                "defined-twice",
                f"test `{node.name.text}` is there twice (the other is at line "
                f"{tests[node.name.text].rule.line})",
                node.name.span,
                "Give each test its own name.",
            )
        for source in node.notes.sources:
            binding.knows("document", source.document, framework.documents)
        tests[node.name.text] = _TestBinder(binding, framework).bind(node, statement)
    return tuple(tests.values())


class _TestBinder:
    def __init__(self, binding: Binding, framework: Framework) -> None:
        self._binding = binding
        self._found = binding.found
        self._framework = framework
        self._ratings = tuple(rating.name for rating in framework.ratings)
        self._counts: dict[str, Count] = {}
        self._percentages: dict[str, int] = {}
        self._judgements: dict[str, str] = {}
        self._decisions: dict[str, Decision] = {}
        self._facts: dict[str, str] = {}
        self._not_inspected: set[str] = set()

    def bind(self, node: TestNode, statement: Statement) -> RuleTest:
        """The test, whole as far as it could be understood."""
        for line in node.given:
            self._given(line)
        expects = tuple(
            expectation for line in node.expects for expectation in self._expect(line)
        )
        evidence = Evidence(
            self._counts,
            self._percentages,
            self._judgements,
            self._decisions,
            self._facts,
            frozenset(self._not_inspected),
        )
        rule = self._binding.rule(statement, node.notes)
        return RuleTest(node.name.text, evidence, expects, rule, statement.span)

    # ---- given

    def _given(self, line: GivenLine) -> None:
        match line:
            case GivenNode(part, value):
                self._figure_or_rating(line, part.text, value)
            case MoveNode():
                self._moved(line)
            case FactTestNode():
                self._fact(line)
            case NotInspectedNode():
                if self._part(line.domain, "domain"):
                    self._not_inspected.add(line.domain.text)

    def _figure_or_rating(
        self, line: GivenNode, part: str, value: Word | CountNode | PercentNode
    ) -> None:
        match value:
            case Word():
                self._judged(line, value)
            case CountNode(yes, relevant):
                if self._takes_figure(line) and self._possible(value):
                    self._counts[part] = Count(yes, relevant)
            case PercentNode(percent):
                if self._takes_figure(line) and self._possible(value):
                    self._percentages[part] = percent

    def _judged(self, line: GivenNode, rating: Word) -> None:
        part = line.part.text
        if self._binding.structure.kind_of(part) == "question":
            self._found.error(
                "wrong-kind",
                f"question `{part}` is given as a count or a percentage",
                line.span,
                f"Write: {part} is 11 of 17",
            )
            return
        known = [part == OVERALL or self._part(line.part, "standard")]
        known.append(self._rating(rating))
        if not all(known):
            return
        if self._is_worked_out(part):
            self._found.error(
                "not-judged",
                f"`{part}` is worked out by a rule, so a test cannot give its rating",
                line.span,
                "Give what it is worked out from, or move it to `expect`.",
            )
        elif self._once(line, part, self._judgements):
            self._judgements[part] = rating.text

    def _is_worked_out(self, part: str) -> bool:
        """Whether a rule rates a part and leaves nobody anything to judge."""
        rate = self._framework.rates.get(part)
        if rate is None:
            return part == OVERALL and not self._binding.in_doubt(("rate", part))
        return not is_judged(rate.method)

    def _takes_figure(self, line: GivenNode) -> bool:
        if self._binding.structure.kind_of(line.part.text) == "standard":
            self._found.error(
                "wrong-kind",
                f"standard `{line.part.text}` has no count of its own",
                line.span,
                "Give the counts of its questions, or its rating if it is judged.",
            )
            return False
        return self._part(line.part, "question") and self._once(
            line, line.part.text, {**self._counts, **self._percentages}
        )

    def _once(self, line: GivenNode, part: str, given: Mapping[str, object]) -> bool:
        if part not in given:
            return True
        self._found.error(
            "given-twice",
            f"`{part}` is given twice in this test",
            line.span,
            "Keep one of them.",
        )
        return False

    def _moved(self, line: MoveNode) -> None:
        part = line.part.text
        known = [self._part(line.part, "standard"), self._rating(line.rating)]
        if not all(known):
            return
        if self._has_discretion(line.part):
            self._decisions[part] = Decision(
                applied=True, rating=line.rating.text, because=line.because
            )

    def _has_discretion(self, part: Word) -> bool:
        if part.text in self._framework.discretion:
            return True
        if not self._binding.in_doubt(
            ("discretion", part.text)
        ) and not has_unknown_scope(self._binding, DiscretionNode):
            self._found.error(
                "no-discretion",
                f"there is no discretion for `{part.text}`",
                part.span,
                "Add it to a `discretion for …` rule.",
            )
        return False

    def _fact(self, line: FactTestNode) -> None:
        test = bind_inspection_test(self._binding, line, self._framework.facts)
        if test is None:
            return
        if line.negated or len(line.values) > 1:
            self._found.error(
                "no-single-value",
                "a test gives a fact one value",
                line.span,
                f'Write: "{test.fact}" is "…"',
            )
            return
        self._facts[test.fact] = line.values[0].text

    # ---- expect

    def _expect(self, line: ExpectLine) -> tuple[Expectation, ...]:
        match line:
            case ExpectRating():
                return self._expect_rating(line)
            case ExpectFigure():
                return self._expect_figure(line)
            case ExpectOpen(part, is_open, span):
                known = self._part(part, "standard") and self._has_discretion(part)
                expects = Expectation(part.text, Aspect.OPEN, is_open, span)
                return (expects,) if known else ()
            case ExpectScore():
                return self._expect_score(line)
            case ExpectGuidance(part, rating, span):
                known = self._has_guidance(part) and self._rating(rating)
                expects = Expectation(part.text, Aspect.GUIDANCE, rating.text, span)
                return (expects,) if known else ()

    def _expect_figure(self, line: ExpectFigure) -> tuple[Expectation, ...]:
        part, value = line.part, line.value
        if not (self._part(part, "question") and self._possible(value)):
            return ()
        if isinstance(value, PercentNode):
            aspect = Aspect.PERCENTAGE
            return (Expectation(part.text, aspect, value.value, line.span),)
        count = Count(value.yes, value.relevant)
        return (Expectation(part.text, Aspect.COUNT, count, line.span),)

    def _expect_rating(self, line: ExpectRating) -> tuple[Expectation, ...]:
        part, span = line.part.text, line.span
        known = [part == OVERALL or self._part(line.part, "standard", "question")]
        if line.rating is None:
            if not all(known):
                return ()
            return (Expectation(part, Aspect.NOT_RATED, None, span),)
        known.append(self._rating(line.rating))
        if not all(known):
            return ()
        aspect = Aspect.COMPUTED if line.before_discretion else Aspect.RATING
        return (Expectation(part, aspect, line.rating.text, span),)

    def _expect_score(self, line: ExpectScore) -> tuple[Expectation, ...]:
        rate = self._framework.rates.get(OVERALL)
        if rate is None or not isinstance(rate.method, Total):
            if not self._binding.in_doubt(("rate", OVERALL)):
                self._found.error(
                    "no-score",
                    "nothing is scored, since overall is not rated by a total",
                    line.span,
                    "Leave the score out.",
                )
            return ()
        score, maximum, span = line.score, line.maximum, line.span
        if maximum is not None and score > maximum:
            self._impossible(
                f"{score} of {maximum}", "the score cannot pass its maximum", span
            )
            return ()
        expects = (Expectation(OVERALL, Aspect.SCORE, score, span),)
        if maximum is None:
            return expects
        return (*expects, Expectation(OVERALL, Aspect.MAXIMUM, maximum, span))

    def _has_guidance(self, part: Word) -> bool:
        if part.text in self._framework.guidance:
            return True
        known = part.text == OVERALL or self._part(part, "standard")
        if known and not self._binding.in_doubt(("guidance", part.text)):
            self._found.error(
                "no-guidance",
                f"there is no guidance for `{part.text}`",
                part.span,
                "Add a `guidance for …` rule, or leave this line out.",
            )
        return False

    # ---- both

    def _part(self, part: Word, *kinds: str) -> bool:
        structure = self._binding.structure
        if structure.kind_of(part.text) in kinds:
            return True
        return structure.knows(part, kinds[0], self._found)

    def _rating(self, rating: Word) -> bool:
        return self._binding.knows("rating", rating, self._ratings)

    def _possible(self, figure: CountNode | PercentNode) -> bool:
        match figure:
            case CountNode(yes, relevant, span) if yes > relevant:
                self._impossible(
                    f"{yes} of {relevant}", "more cases than there are", span
                )
                return False
            case PercentNode(value, span) if value > _PER_CENT:
                self._impossible(f"{value}%", "more than all", span)
                return False
        return True

    def _impossible(self, figure: str, why: str, span: Span) -> None:
        self._found.error(
            "impossible-figure",
            f"`{figure}` is impossible: {why}",
            span,
            "Check it against the published report.",
        )
