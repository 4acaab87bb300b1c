"""Binds what is known of cases and services: facts and groups."""

from collections.abc import Iterable, Mapping

from dsl.bind.binding import Binding
from dsl.findings import WayOut, join, suggestion
from dsl.framework import Fact, FactTest, Group, Scope
from dsl.text.nodes import FactNode, GroupNode
from dsl.text.phrases import FactTestNode, Word

YES_OR_NO = ("yes", "no")


def bind_facts(binding: Binding) -> Mapping[str, Fact]:
    """Facts by name."""
    facts: dict[str, Fact] = {}
    for node, statement in binding.version.each(FactNode):
        values = tuple(word.text for word in node.values) or YES_OR_NO
        for index, word in enumerate(node.values):
            if word.text in values[:index]:
                binding.found.error(
                    "defined-twice",
                    f"value `{word.text}` is listed twice",
                    word.span,
                    "Keep one of them.",
                )
        rule = binding.rule(statement, node.notes)
        facts[node.name.text] = Fact(node.name.text, node.scope, values, rule)
    return facts


def bind_groups(binding: Binding, facts: Mapping[str, Fact]) -> Mapping[str, Group]:
    """Sub-samples by name."""
    return {
        node.name.text: Group(
            node.name.text,
            bind_fact_tests(binding, node.where, facts),
            binding.rule(statement, node.notes),
        )
        for node, statement in binding.version.each(GroupNode)
    }


def bind_fact_tests(
    binding: Binding, nodes: Iterable[FactTestNode], facts: Mapping[str, Fact]
) -> tuple[FactTest, ...]:
    """Tests that all must hold; those that cannot be understood are left out."""
    bound = (bind_fact_test(binding, node, facts) for node in nodes)
    return tuple(test for test in bound if test is not None)


def bind_fact_test(
    binding: Binding, node: FactTestNode, facts: Mapping[str, Fact]
) -> FactTest | None:
    """`"sex" is "female"`, with fact and values known."""
    if not binding.knows("fact", node.fact, facts):
        return None
    fact = facts[node.fact.text]
    taken = [_takes(binding, fact, value) for value in node.values]
    if not all(taken):
        return None
    values = frozenset(value.text for value in node.values)
    return FactTest(fact.name, values, node.negated)


def bind_inspection_test(
    binding: Binding, node: FactTestNode, facts: Mapping[str, Fact]
) -> FactTest | None:
    """As `bind_fact_test`, where no single case is looked at."""
    test = bind_fact_test(binding, node, facts)
    if test is not None and facts[test.fact].scope is Scope.CASE:
        binding.found.error(
            "wrong-scope",
            f"`{test.fact}` is a fact of a case, and a rating looks at no single case",
            node.fact.span,
            "Use a fact of the service or of the inspection.",
        )
        return None
    return test


def _takes(binding: Binding, fact: Fact, value: Word) -> bool:
    if value.text in fact.values:
        return True
    if not binding.in_doubt(("fact", fact.name)):
        binding.found.error(
            "undefined-value",
            f"`{fact.name}` is never `{value.text}`",
            value.span,
            _values(fact, value),
        )
    return False


def _values(fact: Fact, value: Word) -> WayOut | str:
    from_list = suggestion(value.text, fact.values)
    return from_list or f"It is {join(fact.values, 'or')}."
