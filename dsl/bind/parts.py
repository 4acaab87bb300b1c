"""Binds the structure: domains, standards and questions with their prompts."""

from collections.abc import Iterable, Mapping

from dsl.bind.binding import Binding
from dsl.bind.version import PART
from dsl.framework import Domain, Group, Prompt, Question, Sample, Standard
from dsl.text.nodes import DomainNode, PromptNode, QuestionNode, StandardNode, Statement


def bind_domains(binding: Binding) -> Mapping[str, Domain]:
    """Domains in framework order."""
    nodes = {
        node.name.text: (node, at) for node, at in binding.version.each(DomainNode)
    }
    return {
        id_: Domain(
            id_,
            node.title,
            binding.structure.below(id_, "standard"),
            binding.structure.below(id_, "question"),
            binding.rule(statement, node.notes),
        )
        for id_ in binding.structure.domains
        for node, statement in [nodes[id_]]
    }


def bind_standards(binding: Binding) -> Mapping[str, Standard]:
    """Standards in framework order; each inside a domain where there are domains."""
    nodes = {
        node.name.text: (node, at) for node, at in binding.version.each(StandardNode)
    }
    standards: dict[str, Standard] = {}
    for id_ in binding.structure.standards:
        node, statement = nodes[id_]
        domain = binding.structure.domain_of(id_)
        if domain is None and binding.structure.domains:
            _homeless(binding, "standard", id_, statement)
        standards[id_] = Standard(
            id_,
            node.title,
            node.aim,
            domain,
            binding.structure.below(id_, "question"),
            binding.rule(statement, node.notes),
        )
    return standards


def bind_questions(
    binding: Binding, groups: Mapping[str, Group], samples: Iterable[Sample]
) -> Mapping[str, Question]:
    """Questions in framework order."""
    nodes = {
        node.name.text: (node, at) for node, at in binding.version.each(QuestionNode)
    }
    fed = {domain for sample in samples for domain in sample.domains}
    structure = binding.structure
    divided = {  # domains that have standards, to which questions then belong
        structure.domain_of(standard) for standard in structure.standards
    }
    questions: dict[str, Question] = {}
    for id_ in binding.structure.questions:
        node, statement = nodes[id_]
        domain = binding.structure.domain_of(id_)
        standard = binding.structure.standard_of(id_)
        if domain is None or (domain in divided and not standard):
            _homeless(binding, "question", id_, statement)
        for group in (node.group, *(prompt.group for prompt in node.prompts)):
            if group is None:
                continue
            binding.knows("group", group, groups)
            if not node.asked_of_cases:
                binding.found.error(
                    "not-asked",
                    f"question `{id_}` is not asked of cases, so it has no group",
                    group.span,
                    "Keep one of the two.",
                )
        questions[id_] = Question(
            id_,
            node.title,
            domain or "",
            standard,
            node.group.text if node.group else None,
            node.asked_of_cases and domain in fed,
            _prompts(binding, id_, node.prompts),
            binding.rule(statement, node.notes),
        )
    return questions


def _homeless(binding: Binding, kind: str, part: str, statement: Statement) -> None:
    parent = part.rpartition(".")[0] or part
    if binding.in_doubt((PART, parent)):
        return
    level = "standard" if kind == "question" and parent.count(".") else "domain"
    binding.found.error(
        "undefined-part",
        f"{kind} `{part}` belongs to {level} `{parent}`, which is not defined",
        statement.span,
        f'Add: {level} {parent} "…"',
    )


def _prompts(
    binding: Binding, question: str, nodes: Iterable[PromptNode]
) -> tuple[Prompt, ...]:
    prompts: dict[str, Prompt] = {}
    for node in nodes:
        id_ = f"{question}.{node.letter.text}"
        if id_ in prompts:
            binding.found.error(
                "defined-twice",
                f"prompt `{node.letter.text}` is listed twice under `{question}`",
                node.letter.span,
                "Give each prompt its own letter.",
            )
        group = node.group.text if node.group else None
        prompts[id_] = Prompt(id_, node.title, node.where_applicable, group)
    return tuple(prompts.values())
