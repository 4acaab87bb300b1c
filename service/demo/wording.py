"""Words for demonstration answers: made up, about nobody, and saying so."""

from collections.abc import Mapping
from random import Random

from dsl.framework import Effect

_PREFIX = "Demonstration: "

NOTES: Mapping[Effect, tuple[str, ...]] = {
    Effect.SUFFICIENT: (
        "file and interview tell the same story, and the work follows from it.",
        "reasons are written down and fit what other agencies report.",
        "the family's own view is there and made a difference.",
        "steps are in a sensible order and each has someone to do it.",
        "small gaps in the record, made good in the interview.",
    ),
    Effect.NOT_SUFFICIENT: (
        "events are listed, but nothing is made of them.",
        "a known worry is left out, and nobody could say why.",
        "what to do if things get worse is not written anywhere.",
        "other agencies hold information that was never asked for.",
        "done in part, and too late to help.",
    ),
    Effect.LEFT_OUT: (
        "does not arise in this case.",
        "nothing of this kind was called for here.",
    ),
}

SECOND_LOOK = _PREFIX + "looked at again with a colleague, and changed."
TAKEN_BACK = _PREFIX + "answered before the interview; to be answered again after it."
HEARD = _PREFIX + "what was said when everybody concerned sat together."
FINDING = _PREFIX + "what the report says of this standard stands in the report."
OWNERS = ("the service", "its management board", "the police", "the service")
RECOMMENDED = _PREFIX + "do better what the findings show to be lacking."
ERRORS = _PREFIX + "the second page names the wrong building."
SETTLED = _PREFIX + "both names are in use, and the page says so."
PLANNED = _PREFIX + "each recommendation has an owner and a date."
REVIEWED = _PREFIX + "what is planned answers what was recommended."
JUDGED_AS_A_WHOLE = (
    _PREFIX + "weighed from papers, meetings and interviews taken together."
)


def note(effect: Effect, rng: Random) -> str:
    """One sentence that could stand beside such an answer."""
    return _PREFIX + rng.choice(NOTES[effect])
