"""Turns the tree of one block into a node of the language."""

from dsl.framework import Effect, Rounding, Scope
from dsl.source import Span
from dsl.text.nodes import (
    AgainstNode,
    AnswersNode,
    BandingNode,
    BandNode,
    CapNode,
    CountsOnlyNode,
    DiscretionNode,
    DocumentNode,
    DomainNode,
    FactNode,
    FirstRuleNode,
    FrameworkNode,
    GapNode,
    GroupNode,
    GuidanceNode,
    JudgementNode,
    LowestNode,
    MethodNode,
    Node,
    PercentageNode,
    PromptNode,
    QuestionNode,
    RateNode,
    RatingsNode,
    Remove,
    SampleNode,
    StandardNode,
    Statement,
    TotalNode,
    Verb,
    WarningNode,
)
from dsl.text.phrases import Number, Word
from dsl.text.read_test import read_test
from dsl.text.reading import (
    KINDS,
    Branch,
    Place,
    Reading,
    branch,
    branches,
    says,
    tokens,
)
from dsl.text.split import Block

_EFFECTS = {
    "SUFFICIENT": Effect.SUFFICIENT,
    "NOT_SUFFICIENT": Effect.NOT_SUFFICIENT,
    "LEFT_OUT": Effect.LEFT_OUT,
}
_SCOPES = {
    "A_CASE": Scope.CASE,
    "THE_SERVICE": Scope.SERVICE,
    "THE_INSPECTION": Scope.INSPECTION,
}


def read(block: Block, tree: Branch, place: Place) -> Statement:
    """What the block says, word by word where its author wrote it."""
    reading = Reading(place)
    (child,) = branches(tree)
    verb = Verb.ADD
    if child.data == "replace":
        verb = Verb.REPLACE
        (child,) = branches(child)
    node = _removal(reading, child) if child.data == "remove" else _node(reading, child)
    width = len(block.text.split("\n", 1)[0].split("#", 1)[0].rstrip())
    span = Span(block.file, block.line, 1, block.line, width + 1)
    return Statement(node, verb, block.file, block.line, block.says, span)


def _removal(reading: Reading, tree: Branch) -> Remove:
    for kind in branches(tree, "kind"):
        return Remove(KINDS[tokens(kind)[0].type], reading.ref(tree))
    return Remove(str(tokens(tree, "REMOVABLE")[0]), reading.name(tree))


def _node(reading: Reading, tree: Branch) -> Node:
    notes = reading.notes(tree)
    match tree.data:
        case "framework":
            return _framework(reading, tree)
        case "document":
            name, title = reading.names(tree)
            return DocumentNode(name, title.text)
        case "ratings":
            return RatingsNode(
                tuple(
                    (reading.rating(row), reading.numbers(row)[0])
                    for row in branches(tree, "rating_row")
                ),
                notes,
            )
        case "answers":
            return AnswersNode(
                tuple(
                    (reading.rating(row), _EFFECTS[tokens(row)[-1].type])
                    for row in branches(tree, "answer_row")
                ),
                notes,
            )
        case "fact":
            listed = branch(tree, "one_of")
            values = reading.names(listed) if listed else ()
            scope = _SCOPES[tokens(tree, *_SCOPES)[0].type]
            return FactNode(reading.name(tree), scope, values, notes)
        case "group":
            return GroupNode(reading.name(tree), reading.fact_tests(tree), notes)
        case "domain":
            return DomainNode(reading.ref(tree), reading.name(tree).text, notes)
        case "standard":
            aim = branch(tree, "aim")
            return StandardNode(
                reading.ref(tree),
                reading.name(tree).text,
                reading.name(aim).text if aim else None,
                notes,
            )
        case "question":
            return _question(reading, tree)
        case "banding":
            return _banding(reading, tree)
        case "rate":
            return RateNode(reading.parts(tree), _method(reading, tree), notes)
        case "cap":
            return CapNode(reading.parts(tree), reading.row(tree), notes)
        case "guidance":
            rows = tuple(reading.row(row) for row in branches(tree, "usually"))
            departing = branch(tree, "needs_reason") is not None
            return GuidanceNode(reading.parts(tree), rows, departing, notes)
        case "discretion":
            return _discretion(reading, tree)
        case "warning":
            return _warning(reading, tree)
        case "sample":
            return _sample(reading, tree)
        case _:
            return read_test(reading, tree)


def _framework(reading: Reading, tree: Branch) -> FrameworkNode:
    applies = [reading.days(line) for line in branches(tree, "applies")]
    gaps = tuple(
        GapNode(first, last, reading.name(line).text, reading.place(line))
        for line in branches(tree, "no_fieldwork")
        for first, last in [reading.days(line)]
    )
    return FrameworkNode(
        reading.name(tree),
        tuple(reading.name(line) for line in branches(tree, "based_on")),
        tuple((days[0], days[1] if len(days) > 1 else None) for days in applies),
        gaps,
        tuple(
            (KINDS[tokens(branches(line, "kind")[0])[0].type], reading.name(line))
            for line in branches(tree, "calls")
        ),
        _again(reading, tree, "based_on", "applies"),
        reading.notes(tree),
    )


def _question(reading: Reading, tree: Branch) -> QuestionNode:
    prompts = tuple(
        PromptNode(
            reading.word(tokens(line, "LETTER")[0]),
            reading.name(line).text,
            says(line, "WHERE_APPLICABLE"),
            _group_of(reading, line),
        )
        for line in branches(tree, "prompt")
    )
    return QuestionNode(
        reading.ref(tree),
        reading.name(tree).text,
        not says(tree, "NOT_ASKED"),
        _group_of(reading, tree),
        prompts,
        reading.notes(tree),
    )


def _group_of(reading: Reading, tree: Branch) -> Word | None:
    group = branch(tree, "for_group")
    return reading.name(group) if group else None


def _banding(reading: Reading, tree: Branch) -> BandingNode:
    unit = branches(tree)[0]
    scores: tuple[Number, Number] | None = None
    if unit.data == "score_range":
        low, high = reading.numbers(unit)
        scores = low, high
    rows = tuple(_band(reading, line) for line in branches(tree, "band"))
    return BandingNode(
        reading.name(tree), scores, rows, reading.notes(tree), reading.place(unit)
    )


def _band(reading: Reading, tree: Branch) -> BandNode:
    reach = branches(tree)[0]
    numbers = [number.value for number in reading.numbers(reach)]
    called = reading.names(tree)
    low, high = {
        "below": (None, numbers[0] - 1),
        "between": (numbers[0], numbers[-1]),
        "at_least": (numbers[0], None),
    }[reach.data]
    return BandNode(
        low,
        high,
        reading.rating(tree),
        called[0].text if called else None,
        reading.place(reach),
    )


def _method(reading: Reading, tree: Branch) -> MethodNode:
    method = branches(tree)[1]
    match method.data:
        case "judgement":
            names = reading.names(method)
            return JudgementNode(names[0].text if names else None)
        case "percentage":
            return PercentageNode(reading.rating(method), reading.name(method))
        case "lowest":
            leaving_out = says(method, "LEAVING_OUT")
            of = reading.parts_or_named(method)
            return LowestNode(of, leaving_out, reading.place(method))
        case "total":
            in_proportion = says(method, "IN_PROPORTION")
            parts = reading.parts(method)
            as_percentage = says(method, "AS_PERCENTAGE")
            name = reading.name(method)
            return TotalNode(parts, in_proportion, as_percentage, name)
        case "counts_only":
            return CountsOnlyNode()
        case _:
            rows = tuple(reading.row(row) for row in branches(method, "rule_row"))
            panel = branch(method, "panel_decides") is not None
            return FirstRuleNode(rows, panel, reading.place(method))


def _discretion(reading: Reading, tree: Branch) -> DiscretionNode:
    near, few = branch(tree, "near_boundary"), branch(tree, "few_cases")
    considers = branch(tree, "considers")
    return DiscretionNode(
        reading.parts(tree),
        reading.numbers(near)[0] if near else None,
        branch(tree, "one_case") is not None,
        reading.numbers(few)[0] if few else None,
        reading.numbers(branches(tree, "moves")[0])[0],
        reading.name(branches(tree, "decided")[0]).text,
        tuple(word.text for word in reading.names(considers)) if considers else (),
        reading.notes(tree),
    )


_SIGNS = ("against_prompts", "missing_answer", "late_change")


def _warning(reading: Reading, tree: Branch) -> WarningNode:
    against, late = branch(tree, "against_prompts"), branch(tree, "late_change")
    return WarningNode(
        reading.parts(tree),
        AgainstNode(*reading.quantity(branches(against)[0])) if against else None,
        branch(tree, "missing_answer") is not None,
        reading.numbers(late)[0] if late else None,
        _again(reading, tree, *_SIGNS),
        reading.notes(tree),
    )


_SAMPLE_LINES = ("cases_where", "started", "makes_up", "sized", "rounded", "matched")


def _sample(reading: Reading, tree: Branch) -> SampleNode:
    numbers = {
        line.data: tuple(reading.numbers(line))
        for line in branches(tree, "started", "makes_up", "sized")
    }
    started = numbers.get("started")
    sized = numbers.get("sized")
    where, matched = branch(tree, "cases_where"), branch(tree, "matched")
    rounded = branch(tree, "rounded")
    to_nearest = rounded is not None and says(rounded, "ROUNDED_TO_NEAREST")
    return SampleNode(
        reading.name(tree),
        reading.stretches(tree),
        reading.fact_tests(where) if where else (),
        (started[0], started[1]) if started else None,
        numbers["makes_up"][0] if "makes_up" in numbers else None,
        sized[0] if sized else None,
        sized[1] if sized else None,
        reading.names(matched) if matched else (),
        Rounding.TO_NEAREST if to_nearest else Rounding.UP,
        _again(reading, tree, *_SAMPLE_LINES),
        reading.notes(tree),
    )


def _again(reading: Reading, tree: Branch, *kinds: str) -> tuple[Span, ...]:
    """The lines after the first of each of these kinds."""
    return tuple(
        reading.place(line) for kind in kinds for line in branches(tree, kind)[1:]
    )
