"""How reasons put parts, numbers and ratings into words."""

from collections.abc import Sequence

from dsl.framework import Framework


def listed(words: Sequence[str], last: str = "and") -> str:
    """`2.2.1, 2.2.2 and 2.2.3`"""
    if len(words) < 2:  # noqa: PLR2004 - one word needs no joint
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def are(number: int) -> str:
    """`is` for one, `are` for any other number."""
    return "is" if number == 1 else "are"


def counted(number: int, noun: str) -> str:
    """`1 case`, `5 cases`"""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def called(framework: Framework, kind: str) -> str:
    """What this framework calls a domain, a standard or a question."""
    return framework.words.get(kind, kind)


def kind_of(framework: Framework, part: str) -> str:
    """Question, standard or part, in the framework's own word."""
    if part in framework.questions:
        return called(framework, "question")
    if part in framework.standards:
        return called(framework, "standard")
    return "part"


def one_of_ratings(framework: Framework, ratings: frozenset[str]) -> str:
    """`'Good' or better` where the set reaches an end of the scale, else a list."""
    scale = [rating.name for rating in framework.ratings]
    named = [name for name in scale if name in ratings]
    if len(named) > 1 and named == scale[-len(named) :]:
        return f"'{named[0]}' or better"
    if len(named) > 1 and named == scale[: len(named)]:
        return f"'{named[-1]}' or worse"
    return listed([f"'{name}'" for name in named], "or")
