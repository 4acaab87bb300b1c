"""What may tell who a child is, is noticed in words; what cannot, is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.giveaway import giveaways

TELLING = {
    "Jamie Lee told the worker.": "name",
    "We met Siân O'Neill-Price at home.": "name",
    "We met Orla O\N{RIGHT SINGLE QUOTATION MARK}Neill at home.": "name",
    "Born on 4 May 2009, he lives alone.": "date-of-birth",
    "DOB 04/05/2009": "date-of-birth",
    "lives at m32 0th": "postcode",
    "the flat in SW1A 1AA": "postcode",
    "ring 0161 496 0000": "phone-number",
    "ring +44 7700 900123": "phone-number",
    "write to someone@example.org": "email-address",
    "NHS 943 476 5919": "nhs-number",
}
UNTELLING = (
    "Child A was seen by the worker on 12 March 2024.",
    "The Youth court heard it. He said No.",
    "the plan of 2.1.1 rests on 15 of 31 cases",
    "reference 943 476 5918",  # no number of the NHS ends so
    "",
)


@pytest.mark.parametrize(("text", "kind"), TELLING.items(), ids=TELLING)
def test_what_may_tell_who_it_is_is_noticed(text: str, kind: str) -> None:
    assert giveaways(text) == (kind,)


@pytest.mark.parametrize("text", UNTELLING)
def test_what_tells_nobody_is_left_alone(text: str) -> None:
    assert giveaways(text) == ()


def test_everything_is_noticed_at_once_and_in_one_order() -> None:
    text = "someone@example.org, SW1A 1AA, 0161 496 0000, Jamie Lee"

    assert giveaways(text) == ("name", "postcode", "phone-number", "email-address")


@given(st.text(max_size=4000))
def test_any_words_are_looked_at(text: str) -> None:
    assert len(giveaways(text)) <= 6
