"""Case references, `C-7F3K-Q2M`: drawn at random, with a character that checks them.

Six characters of Crockford's base 32 and its check character, modulo 37. The check
catches any one wrong character and any two neighbours swapped. A reference says nothing
about a child: it is never made from anything known of one.
"""

import re
from random import Random

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_CHARACTERS = 6
_CHECK = 37  # five remainders have no letter or digit; such numbers are drawn again
_SHAPE = re.compile(rf"C-([{_ALPHABET}]{{4}})-([{_ALPHABET}]{{3}})")


def draw(rng: Random) -> str:
    """One reference; two draws may agree, so the caller keeps them apart."""
    number = rng.randrange(len(_ALPHABET) ** _RANDOM_CHARACTERS)
    while number % _CHECK >= len(_ALPHABET):
        number = rng.randrange(len(_ALPHABET) ** _RANDOM_CHARACTERS)
    text = _spelt(number) + _ALPHABET[number % _CHECK]
    return f"C-{text[:4]}-{text[4:]}"


def is_sound(ref: str) -> bool:
    """Whether the reference has the right shape and its last character checks."""
    shaped = _SHAPE.fullmatch(ref)
    if shaped is None:
        return False
    text = "".join(shaped.groups())
    number = 0
    for character in text[:-1]:
        number = number * len(_ALPHABET) + _ALPHABET.index(character)
    return number % _CHECK == _ALPHABET.index(text[-1])


def _spelt(number: int) -> str:
    characters = []
    for _ in range(_RANDOM_CHARACTERS):
        number, rest = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[rest])
    return "".join(reversed(characters))
