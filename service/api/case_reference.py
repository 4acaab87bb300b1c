"""References of cases: short, easy to read aloud, never made from a child's data."""

from hashlib import sha256

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXY"
"""Crockford's base 32 without Z: 31 is prime, so the check finds every mistake."""

_LENGTH = 7


def case_reference(seed: bytes) -> str:
    """`C-7F3K-Q2MP`: seven symbols of the seed's hash and one that checks them.

    The same seed gives the same reference, so that a repeated request names one case.
    The check symbol, a weighted sum modulo 31, finds any one symbol mistyped and any
    two neighbours swapped.
    """
    number = int.from_bytes(sha256(seed).digest()[:8])
    places: list[int] = []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_SYMBOLS))
        places.append(place)
    check = sum(weight * place for weight, place in enumerate(places, start=1))
    places.append(check % len(_SYMBOLS))
    symbols = "".join(_SYMBOLS[place] for place in places)
    return f"C-{symbols[:4]}-{symbols[4:]}"
