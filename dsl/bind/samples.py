"""Binds samples: the cases they take, and numbers that can be met."""

from collections.abc import Iterator, Mapping

from dsl.bind.binding import Binding
from dsl.bind.facts import bind_fact_tests
from dsl.framework import CONFIDENCES, Fact, Sample
from dsl.text.nodes import SampleNode
from dsl.text.phrases import Number

_WHOLE = 100  # per cent


def bind_samples(binding: Binding, facts: Mapping[str, Fact]) -> Mapping[str, Sample]:
    """Samples by name, each with the domains it feeds."""
    samples: dict[str, Sample] = {}
    for node, statement in binding.version.each(SampleNode):
        binding.once(node.again)
        for word in node.matched_on:
            binding.knows("fact", word, facts)
        for number, why in _impossible(node):
            binding.found.error(
                "impossible-figure",
                f"`{number.value}` is impossible: {why}",
                number.span,
                "Check it against the published method.",
            )
        _check_confidence(binding, node.confidence_per_cent)
        started = node.started_months
        samples[node.name.text] = Sample(
            node.name.text,
            binding.structure.stretches(node.domains, "domain", binding.found),
            bind_fact_tests(binding, node.where, facts),
            (started[0].value, started[1].value) if started else None,
            _value(node.share_per_cent),
            _value(node.confidence_per_cent),
            _value(node.margin_points),
            tuple(word.text for word in node.matched_on),
            binding.rule(statement, node.notes),
            node.rounding,
        )
    return samples


def _impossible(node: SampleNode) -> Iterator[tuple[Number, str]]:
    share, margin = node.share_per_cent, node.margin_points
    if share is not None and not 0 < share.value <= _WHOLE:
        yield share, "a sample makes up from 1 to 100 per cent of all cases"
    if margin is not None and margin.value >= _WHOLE:
        yield margin, "a margin is less than 100 points"
    if node.started_months is not None:
        first, last = node.started_months
        if last.value < first.value:
            yield last, f"months count back, and the first of them is {first.value}"


def _check_confidence(binding: Binding, confidence: Number | None) -> None:
    if confidence is not None and confidence.value not in CONFIDENCES:
        *most, last = CONFIDENCES
        binding.found.error(
            "unknown-confidence",
            f"no sample size is known for {confidence.value} per cent confidence",
            confidence.span,
            f"Write one of {', '.join(map(str, most))} and {last}.",
        )


def _value(number: Number | None) -> int | None:
    return number.value if number is not None else None
