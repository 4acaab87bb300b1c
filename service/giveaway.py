"""What in somebody's words may tell who a child is: pointed out, never refused.

Only patterns are looked for, so a name may go unnoticed, and what is noticed may be the
name of a place. Words belong to whoever wrote them; they decide.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

_DIGIT = re.compile(r"\d")
_EMAIL = re.compile(r"[^\s@]@[^\s@]{1,100}\.[^\s@.]{2}")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w+])(?:\+44|0044|0)(?:[ ()-]{0,3}\d){9,10}(?!\d)")
_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_BORN = re.compile(
    r"\b(?:born|birthday|d\.?o\.?b|date of birth)\b[^.\n]{0,20}?\d", re.IGNORECASE
)
_CAPITAL, _SMALL = "[A-ZÀ-ÖØ-Þ]", "[a-zß-öø-ÿ]+"
_MARK = "['\N{RIGHT SINGLE QUOTATION MARK}-]"  # as in O'Neill-Price
_WORD = f"{_CAPITAL}(?:{_MARK}{_CAPITAL})?{_SMALL}(?:{_MARK}{_CAPITAL}?{_SMALL}){{0,2}}"
_TWO_WORDS = re.compile(rf"\b({_WORD}) {_WORD}\b")
_BEGINNINGS = """
    A After All An And As At Before Both But By Child For From He Her His However If In
    It Its No Not On One Our She Some That The Their There These They This Those To
    Until We When Where While With Yes
"""
_NO_NAMES = frozenset(_BEGINNINGS.split())
_CHECKED = 11  # an NHS number's digits, weighed, make a multiple of it


def giveaways(text: str) -> tuple[str, ...]:
    """What kinds of thing may tell who it is, as far as patterns can see."""
    digits = len(_DIGIT.findall(text))
    return tuple(
        kind
        for kind, (least, is_in) in _KINDS.items()
        if digits >= least and is_in(text)
    )


def _names_somebody(text: str) -> bool:
    return any(found[1] not in _NO_NAMES for found in _TWO_WORDS.finditer(text))


def _has_nhs_number(text: str) -> bool:
    return any(_is_nhs_number(found[0]) for found in _TEN_DIGITS.finditer(text))


def _is_nhs_number(said: str) -> bool:
    *digits, check = (int(digit) for digit in said if digit.isdigit())
    weighed = sum(digit * (10 - at) for at, digit in enumerate(digits))
    return (weighed + check) % _CHECKED == 0


_KINDS: Mapping[str, tuple[int, Callable[[str], bool]]] = MappingProxyType(
    {
        "name": (0, _names_somebody),
        "date-of-birth": (1, lambda text: _BORN.search(text) is not None),
        "postcode": (2, lambda text: _POSTCODE.search(text) is not None),
        "phone-number": (10, lambda text: _PHONE.search(text) is not None),
        "email-address": (
            0,
            lambda text: "@" in text and _EMAIL.search(text) is not None,
        ),
        "nhs-number": (10, _has_nhs_number),
    }
)
"""How many digits it has at least, which is soon found out, and how it is seen."""
