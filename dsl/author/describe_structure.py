"""What is inspected, in plain English: domains, standards, questions and cases."""

from collections.abc import Iterator, Sequence

from dsl.author.page import Block, Heading, Paragraph, Table
from dsl.framework import Domain, Framework, Prompt, Question, Standard
from dsl.rating.wording import called, listed
from dsl.text import say


def inspected(framework: Framework) -> Iterator[Block]:
    """Domains with their standards, or standards alone."""
    yield Heading(2, "What is inspected")
    for domain in framework.domains.values():
        yield from said_domain(framework, domain)
    for standard in framework.standards.values():
        if standard.domain is None:
            yield from said_standard(framework, standard)


def said_domain(framework: Framework, domain: Domain) -> Iterator[Block]:
    """A domain, its standards, and questions that are in no standard."""
    word = called(framework, "domain").capitalize()
    yield Heading(3, f"{word} {domain.id}: {domain.title}")
    for standard in domain.standards:
        yield from said_standard(framework, framework.standards[standard])
    loose = [framework.questions[each] for each in domain.questions]
    loose = [each for each in loose if each.standard is None]
    if loose:
        yield said_questions(framework, domain.id, loose)


def said_standard(framework: Framework, standard: Standard) -> Iterator[Block]:
    """A standard with its aim and questions."""
    aim = f" {standard.aim}" if standard.aim else ""
    word = called(framework, "standard").capitalize()
    yield Paragraph(f"{word} {standard.id}, {standard.title}.{aim}")
    if standard.questions:
        questions = [framework.questions[each] for each in standard.questions]
        yield said_questions(framework, standard.id, questions)


def said_questions(
    framework: Framework, part: str, questions: Sequence[Question]
) -> Table:
    """Questions and their prompts, and the cases they are asked of."""
    word = say.plural(called(framework, "question"))
    rows = [
        row
        for question in questions
        for row in (
            (question.id, question.title, _asked(question)),
            *((prompt.id, prompt.title, _where(prompt)) for prompt in question.prompts),
        )
    ]
    columns = ("Part", "What is asked", "Of which cases")
    return Table(f"{word.capitalize()} of {part}", columns, tuple(rows))


def _where(prompt: Prompt) -> str:
    group = f"“{prompt.group}” among them" if prompt.group else ""
    applicable = "where applicable" if prompt.where_applicable else ""
    return ", ".join(filter(None, (group, applicable)))


def _asked(question: Question) -> str:
    if not question.asked_of_cases:
        return "not asked of cases"
    return f"“{question.group}”" if question.group else "every case of its sample"


def said_cases(framework: Framework) -> Iterator[Block]:
    """The scale, the answers, and which cases count where."""
    if framework.ratings or framework.answers:
        yield Heading(2, "Ratings and answers")
    if framework.ratings:
        scale = tuple((each.name, str(each.score)) for each in framework.ratings)
        yield Table("Ratings, worst first", ("Rating", "Score"), scale)
    if framework.answers:
        answers = tuple((n, say.effect(e)) for n, e in framework.answers.items())
        yield Table("Answers", ("Answer", "What it does"), answers)
    if framework.facts or framework.groups or framework.samples:
        yield Heading(2, "Which cases count")
    if framework.facts:
        facts = tuple(
            (fact.name, fact.scope.value, listed(fact.values, "or"))
            for fact in framework.facts.values()
        )
        yield Table("What is known beforehand", ("Fact", "Of a", "Values"), facts)
    if framework.groups:
        groups = tuple(
            (group.name, say.fact_tests(group.where))
            for group in framework.groups.values()
        )
        yield Table("Groups of cases", ("Group", "Cases"), groups)
    if framework.samples:
        samples = tuple(
            (each.name, say.stretches(each.domains), "; ".join(say.sample(each)))
            for each in framework.samples.values()
        )
        yield Table("Samples", ("Sample", "Answers domains", "Cases"), samples)
