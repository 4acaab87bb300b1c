"""Whose key words are sealed under: one a case, one an inspection, and two more.

The caseload has a key of its own, so that it can go when the cases go. What is said
about erasing and holding has another, so that why words were erased can still be read
when they are gone.
"""

from events.recorded import StreamName


def of_inspection(inspection: str) -> str:
    """What is said of an inspection as a whole."""
    return f"inspection/{inspection}"


def of_case(inspection: str, case: str) -> str:
    """What is said of one case."""
    return f"inspection/{inspection}/case/{case}"


def of_caseload(inspection: str) -> str:
    """What the service said of the cases that samples are drawn from."""
    return f"inspection/{inspection}/caseload"


def of_retention(inspection: str) -> str:
    """Why words of an inspection were to be erased or held."""
    return f"retention/{inspection}"


def case_of(key: str) -> str | None:
    """The case a key is of; None for that of an inspection."""
    _, found, case = key.partition("/case/")
    return case if found else None


def context(stream: StreamName, thing: str | None) -> str:
    """What words are bound to: they open only where they were said."""
    return f"{stream} {thing}"
