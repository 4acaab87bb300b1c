"""References of cases are readable aloud and betray a slip of the pen."""

from hypothesis import given
from hypothesis import strategies as st

from service.api.case_reference import case_reference

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXY"


def checks(symbols: str) -> bool:
    *places, check = (SYMBOLS.index(symbol) for symbol in symbols)
    weighted = sum(weight * place for weight, place in enumerate(places, start=1))
    return weighted % 31 == check


@given(seed=st.binary())
def test_the_same_request_gets_the_same_reference(seed: bytes) -> None:
    assert case_reference(seed) == case_reference(seed)


@given(
    seed=st.binary(),
    place=st.integers(0, 6),
    symbol=st.sampled_from(SYMBOLS),
)
def test_one_mistyped_symbol_is_found(seed: bytes, place: int, symbol: str) -> None:
    symbols = case_reference(seed).removeprefix("C-").replace("-", "")
    mistyped = symbols[:place] + symbol + symbols[place + 1 :]

    assert checks(symbols)
    assert checks(mistyped) == (mistyped == symbols)


@given(seed=st.binary(), place=st.integers(0, 5))
def test_two_swapped_neighbours_are_found(seed: bytes, place: int) -> None:
    symbols = case_reference(seed).removeprefix("C-").replace("-", "")
    one, other = symbols[place], symbols[place + 1]
    swapped = symbols[:place] + other + one + symbols[place + 2 :]

    assert checks(swapped) == (one == other)
