"""F3: who may not review or adopt a draft because of what they did with it before."""

from projections import Draft
from service.refusal import Refused


def require_not_author(draft: Draft, person: str) -> None:
    """Raise Refused for whoever wrote it: another author reviews it."""
    if person == draft.author:
        raise _not_you("you wrote this draft; another author reviews it")


def require_third(draft: Draft, person: str) -> None:
    """Raise Refused for whoever wrote or read it: somebody else adopts it."""
    if person in {draft.author, *draft.reviews}:
        raise _not_you("you wrote or reviewed this draft; a third person adopts it")


def _not_you(sentence: str) -> Refused:
    return Refused("four-eyes", sentence, roles=("rule-author", "governance"))
