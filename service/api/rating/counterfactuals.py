"""What would change a rating: the fewest changed judgements behind every other one."""

from aiohttp import web
from msgspec import Struct

from dsl import WhatIf, what_if
from projections import RatingBook
from service.api.wire.looking import look
from service.api.wire.parameter import AS_OF
from service.api.wire.reading import path
from service.api.wire.route import Contract, Routes
from service.api.wire.showing import shown
from service.permission import Action
from service.refusal import Refused

routes = Routes("ratings")


class CounterfactualsView(Struct, frozen=True, kw_only=True):
    """Every other rating of one part, with the fewest changes that would give it."""

    inspection: str
    framework: str
    framework_hash: str
    as_of: int
    counterfactuals: WhatIf


@routes.get(
    "/v1/inspections/{inspection}/ratings/{part}/counterfactuals",
    Contract(may=Action.READ_RATINGS, gives={200: CounterfactualsView}, asks=(AS_OF,)),
)
async def show_counterfactuals(request: web.Request) -> web.Response:
    """Show the fewest changed judgements that would give a part each other rating.

    A changed judgement is one relevant case judged the other way on one key question,
    or another rating given to a judged standard. Answers that are missing stay missing.
    """
    inspection, part = path(request, "inspection"), path(request, "part")

    def view(book: RatingBook) -> CounterfactualsView:
        if part not in book.framework.rates:
            raise Refused("not-found", f"the framework rates no part `{part}`")
        (found,) = what_if(book.framework, book.ratings.evidence(), [part])
        return CounterfactualsView(
            inspection=inspection,
            framework=book.edition.id,
            framework_hash=book.framework.hash,
            as_of=book.position,
            counterfactuals=found,
        )

    counterfactuals = await look(request, view)
    return shown(counterfactuals, at=counterfactuals.as_of)
