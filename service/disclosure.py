"""Which counts everybody may see, so that no child is told by how few they are with.

Inside the house every count is shown. In what everybody reads, one is withheld where
fewer cases than a setting were judged sufficient, or not sufficient, and where taking
it from one beside it would leave a few: questions of one domain are asked of the same
cases, so that 31 relevant cases beside 30 tell of one.
"""

from collections.abc import Mapping

Tally = tuple[int, int]
"""Of how many relevant cases, how many were judged sufficient: `(yes, relevant)`."""


def disclosed(counts: Mapping[str, Tally], *, least: int) -> Mapping[str, Tally]:
    """Those of one domain's counts that everybody may see.

    INVARIANT (few): of every count shown at least `least` cases were judged sufficient
    and as many not, and two numbers of relevant cases are equal or `least` apart.
    """
    shown: dict[str, Tally] = {}
    largest_first = sorted(counts.items(), key=lambda each: (-each[1][1], each[0]))
    for part, (yes, relevant) in largest_first:
        is_small = min(yes, relevant - yes) < least
        tells = any(0 < of - relevant < least for _, of in shown.values())
        if not (is_small or tells):
            shown[part] = (yes, relevant)
    return shown
