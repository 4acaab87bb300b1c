"""The names of the things in an inspection that people can change at the same time."""


def answer(case: str, question: str) -> str:
    """One answer to one question or prompt of one case."""
    return f"answers/{case}/{question}"


def fact(case: str | None, name: str) -> str:
    """One fact of a case, or of the service or the inspection (`case` is None)."""
    return f"facts/{case or ''}/{name}"


def case(ref: str) -> str:
    """A case as a whole: whether it counts."""
    return f"cases/{ref}"


def domain(id_: str) -> str:
    """Whether a domain is inspected."""
    return f"domains/{id_}"


def judgement(standard: str) -> str:
    """The proposed rating of a judged standard."""
    return f"judgements/{standard}"


def departure(standard: str) -> str:
    """The reason for not following guidance on a standard."""
    return f"departures/{standard}"


def discretion(standard: str) -> str:
    """The panel's decision on a standard."""
    return f"discretion/{standard}"


def erasure(case: str | None) -> str:
    """The words of a case, or of the inspection (`case` is None), being erased."""
    return f"erasures/{case or ''}"


def hold(case: str | None) -> str:
    """What keeps a case, or the inspection (`case` is None), from being erased."""
    return f"holds/{case or ''}"


def evidence(id_: str) -> str:
    """A document, meeting, interview or survey."""
    return f"evidence/{id_}"


def finding(part: str) -> str:
    """What the report will say of one part."""
    return f"findings/{part}"


def recommendations() -> str:
    """All recommendations: their numbers run across owners."""
    return "recommendations"


def agreement() -> str:
    """The panel's agreement to the ratings."""
    return "agreement"


def draft() -> str:
    """The draft that goes to the service."""
    return "draft"


def accuracy() -> str:
    """What the service says is wrong in the draft."""
    return "accuracy-points"


def publications() -> str:
    """The report, published or about to be."""
    return "publications"


def action_plan() -> str:
    """What the service will do."""
    return "action-plan"


def framework() -> str:
    """The revision that the inspection is held to."""
    return "framework"


def person(name: str, role: str) -> str:
    """A person's part in the inspection."""
    return f"people/{name}/{role}"


EXPORTS = "exports"
"""Words that somebody takes away."""

CASELOAD = "caseload"
"""The cases that samples are drawn from."""

FIELDWORK = "fieldwork"
"""Whether the fieldwork is finished."""


def sample(name: str) -> str:
    """A sample as it was drawn."""
    return f"samples/{name}"


def allocation(case: str) -> str:
    """Who is to assess a case."""
    return f"allocations/{case}"


def review(case: str) -> str:
    """How far a case has come."""
    return f"reviews/{case}"


def query(id_: str) -> str:
    """One query of a checker's."""
    return f"queries/{id_}"


def marking(case: str) -> str:
    """What a second person judged of a case."""
    return f"markings/{case}"


def correction(case: str, question: str) -> str:
    """What is said of another answer than the one on record."""
    return f"corrections/{case}/{question}"
