"""The method of drawing: its laws, and one draw repeated by other means."""

from collections import Counter
from fractions import Fraction
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from dsl.sampling.method import every_nth, select, ticket

strata = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=60
).map(lambda cells: {f"C-{number}": cell for number, cell in enumerate(cells)})
seeds = st.text(min_size=1, max_size=12)


@given(strata, seeds, st.data())
def test_the_same_seed_draws_the_same_cases_in_whatever_order_they_come(
    cases: dict[str, tuple[int, int]], seed: str, data: st.DataObject
) -> None:
    size = data.draw(st.integers(0, len(cases)))
    shuffled = dict(data.draw(st.permutations(list(cases.items()))))

    drawn = select(cases, size, sample="court", seed=seed)

    assert select(shuffled, size, sample="court", seed=seed) == drawn


@given(strata, seeds, st.data())
def test_as_many_as_asked_for_are_drawn_and_all_others_stand_by(
    cases: dict[str, tuple[int, int]], seed: str, data: st.DataObject
) -> None:
    size = data.draw(st.integers(0, len(cases)))

    selection = select(cases, size, sample="court", seed=seed)

    assert len(selection.drawn) == size
    assert sorted(selection.drawn + selection.reserves) == sorted(cases)


@given(strata, seeds, st.data())
def test_every_stratum_and_every_first_value_is_within_one_case_of_its_share(
    cases: dict[str, tuple[int, int]], seed: str, data: st.DataObject
) -> None:
    size = data.draw(st.integers(0, len(cases)))

    drawn = select(cases, size, sample="court", seed=seed).drawn

    for depth in (1, 2):
        there = Counter(cell[:depth] for cell in cases.values())
        here = Counter(cases[case][:depth] for case in drawn)
        for stratum, count in there.items():
            share = Fraction(size * count, len(cases))
            assert abs(here[stratum] - share) < 1


@given(st.integers(1, 40), st.data())
def test_each_place_is_as_likely_as_any_other(
    population: int, data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, population))

    # starts that stand for equal parts of all there are, each place hit equally often
    hits = Counter(
        place
        for part in range(population)
        for place in every_nth(population, size, (2 * part + 1) * 2**255 // population)
    )

    assert set(hits.values()) == {size}
    assert len(hits) == population


def test_another_seed_or_sample_draws_other_cases() -> None:
    cases = {f"C-{number}": (0,) for number in range(100)}
    drawn = select(cases, 10, sample="court", seed="one").drawn

    assert select(cases, 10, sample="court", seed="two").drawn != drawn
    assert select(cases, 10, sample="other", seed="one").drawn != drawn


def test_a_ticket_is_the_hash_that_any_tool_gives() -> None:
    # printf 'brent 7\ncourt disposals\nC-1' | sha256sum
    expected = "2f76ed688fd3968897a3bd5474adb7d4038d598bdd2bff4a6f3ed87e0a62bfa4"

    assert f"{ticket('brent 7', 'court disposals', 'C-1'):064x}" == expected


def test_a_third_party_draws_the_same_cases_from_the_description_alone() -> None:
    cases = {f"C-{number}": (number % 3, number % 2) for number in range(37)}

    def number(*lines: str) -> int:
        return int(sha256("\n".join(lines).encode()).hexdigest(), 16)

    def group(first: int, second: int) -> list[str]:
        same = [case for case in cases if cases[case] == (first, second)]
        return sorted(same, key=lambda case: number("a seed", "court", case))

    in_order = [
        *[*group(0, 0), *reversed(group(0, 1))],
        *[*group(1, 1), *reversed(group(1, 0))],
        *[*group(2, 0), *reversed(group(2, 1))],
    ]
    start = Fraction(number("a seed", "court"), 2**256)
    interval = Fraction(37, 31)
    drawn = tuple(in_order[int((start + step) * interval)] for step in range(31))

    selection = select(cases, 31, sample="court", seed="a seed")

    assert selection.drawn == drawn
    assert selection.reserves == tuple(
        sorted(
            set(cases) - set(drawn), key=lambda case: number("a seed", "court", case)
        )
    )
