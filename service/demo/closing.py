"""From the last answer to the action plan: what people do to make a report of ratings.

Each step is taken by whoever may: the lead proposes, members of the panel vote and
agree, their chair approves a move, the service checks its draft, the head publishes.
"""

from collections.abc import Iterator

from service.demo.plan import (
    CHAIR,
    CONTACT,
    DECIDERS,
    HEAD,
    LEAD,
    Act,
    Decide,
    Judge,
    Step,
)
from service.demo.published import Published
from service.demo.wording import (
    ERRORS,
    FINDING,
    HEARD,
    JUDGED_AS_A_WHOLE,
    OWNERS,
    PLANNED,
    RECOMMENDED,
    REVIEWED,
    SETTLED,
)

By = tuple[str, Step]
"""Who does what."""

_DUE = "2099-12-31"
"""Far ahead, so that loading again on a later day says the same."""


def judged(published: Published) -> Iterator[By]:
    """Evidence on each judged standard, then the rating that the lead proposes."""
    for standard in published.judgements:
        heard = {"medium": "meeting", "standards": [standard], "summary": HEARD}
        yield LEAD, Act(f"evidence/{_evidence(standard)}", heard, method="PUT")
    for standard, rating in published.judgements.items():
        rests_on = (_evidence(standard),)
        yield LEAD, Judge(standard, rating, JUDGED_AS_A_WHOLE, rests_on)


def _evidence(standard: str) -> str:
    return f"meeting-{standard}"


def moved(decide: Decide) -> Iterator[By]:
    """A standard that the panel moves: proposed, voted on, approved."""
    here = f"discretion/{decide.standard}"
    proposal = {
        "outcome": "applied",
        "rating": decide.rating,
        "cases_reviewed": [*decide.cases_reviewed],
        "reason": decide.reason,
    }
    yield LEAD, Act(f"{here}/proposals", proposal, {"figures_hash": here})
    for person in DECIDERS:
        ballot = {"in_favour": True}
        yield person, Act(f"{here}/votes", ballot, {"proposal": f"{here}/proposals"})
    yield CHAIR, decide


def agreed(published: Published) -> Iterator[By]:
    """What is found and recommended is written down, and the panel agrees."""
    for standard in published.ratings:
        finding = {"text": FINDING}
        yield LEAD, Act(f"findings/{standard}", finding, method="PUT")
    for owner in OWNERS:
        recommended = {"owner": owner, "text": RECOMMENDED}
        yield LEAD, Act("recommendations", recommended)
    for person in DECIDERS:
        yield person, Act("endorsements", {}, {"figures_hash": "agreement"})


def checked() -> Iterator[By]:
    """The service sees a draft and raises a point, which is settled."""
    yield LEAD, Act("drafts", {"due_on": _DUE})
    yield CONTACT, Act("accuracy-points", {"text": ERRORS})
    settled = {"outcome": "rejected", "reason": SETTLED}
    yield LEAD, Act("accuracy-points/P-1/settlements", settled)


def published() -> Iterator[By]:
    """Two people publish, and the service says what it will do."""
    content = {"content_hash": "report"}
    yield LEAD, Act("publications", {}, content)
    yield HEAD, Act("publications/1/approvals", {}, content)
    yield CONTACT, Act("action-plan", {"summary": PLANNED})
    reviewed = {"outcome": "sufficient", "summary": REVIEWED}
    yield LEAD, Act("action-plan/reviews", reviewed)
