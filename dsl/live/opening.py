"""Whether a standard is open to discretion, from whole numbers alone."""

from collections.abc import Sequence

from dsl.live.board import CODE, PERCENTAGE, RELEVANT, YES, Board, Cell
from dsl.live.plan import ByLowest, Opening

NEAR_BOUNDARY, ONE_CASE, FEW_CASES = 1, 2, 4


def grounds(board: Board, index: int, *, computed: int, ceiling: int) -> int:
    """The grounds that hold for the standard at `index`, as bits; 0 for none."""
    if computed < 0:
        return 0
    opening = board.plan.openings[index]
    found = 0
    for place in _lowest(opening, board.cells):
        cell = board.cells[opening.questions[place]]
        if opening.near[place][cell[PERCENTAGE]]:
            found |= NEAR_BOUNDARY
        if cell[RELEVANT] <= opening.few_cases:
            found |= FEW_CASES
        if opening.one_case and not found & ONE_CASE:
            for yes in (cell[YES] + 1, cell[YES] - 1):
                if 0 <= yes <= cell[RELEVANT]:
                    code = _if_judged(board, index, place, yes)
                    if min(code, ceiling) != computed:
                        found |= ONE_CASE
    return found


def _lowest(opening: Opening, cells: Sequence[Cell]) -> list[int]:
    """Places of the rated questions with the lowest percentage; ties together."""
    worst = 101
    places: list[int] = []
    for place, index in enumerate(opening.questions):
        cell = cells[index]
        percentage = cell[PERCENTAGE]
        if cell[CODE] < 0 or percentage > worst:
            continue
        if percentage < worst:
            worst = percentage
            places.clear()
        places.append(place)
    return places


def _if_judged(board: Board, index: int, place: int, yes: int) -> int:
    """The standard's code before caps if one question had so many sufficient."""
    opening = board.plan.openings[index]
    question = opening.questions[place]
    cell = board.cells[question]
    relevant = cell[RELEVANT]
    code = opening.ranks[place][(200 * yes + relevant) // (2 * relevant)]
    way = board.plan.ways[index]
    if isinstance(way, ByLowest) and question in way.of:
        for other in way.of:
            if other != question and 0 <= board.cells[other][CODE] < code:
                code = board.cells[other][CODE]
        return code
    board.cells[question] = (code, *cell[1:])
    code = board.rate(index)[CODE]
    board.cells[question] = cell
    return code
