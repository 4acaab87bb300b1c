"""What would change a rating, over HTTP."""

from tests.service.api.asking import Api
from tests.service.api.panelling import HERE
from tests.service.api.rating.test_api_ratings import answer, complete_2_1


async def test_the_fewest_changes_behind_every_other_rating(brent: Api) -> None:
    await complete_2_1(brent)

    body = (await brent.get(f"{HERE}/ratings/2.1/counterfactuals")).body
    found = body["counterfactuals"]

    assert body["framework"] == "youth-2020"
    assert found["rating"] == "Inadequate"
    assert found["out_of_reach"] == ["Requires improvement", "Good"]
    (turn,) = found["turns"]
    assert turn["rating"] == "Outstanding"
    assert turn["judgements"] == 1
    assert turn["changes"] == [
        {
            "part": "2.1.2",
            "rating": "Outstanding",
            "more": 1,
            "yes": 1,
            "relevant": 1,
            "percentage": 100,
        }
    ]
    assert turn["sentence"] == (
        "2.1 would be 'Outstanding' with one more 'Yes' on 2.1.2:"
        " 1 of 1 = 100%, 'Outstanding'"
    )


async def test_they_can_be_seen_as_they_stood(brent: Api) -> None:
    first = await answer(brent, "2.1.1", "No")
    await answer(brent, "2.1.1", "Yes")

    path = f"{HERE}/ratings/2.1.1/counterfactuals?as_of={first}"
    found = (await brent.get(path)).body["counterfactuals"]

    assert (found["part"], found["rating"]) == ("2.1.1", "Inadequate")


async def test_a_part_that_is_not_rated_has_none(brent: Api) -> None:
    for part in ("9.9", "2.1.1.a"):
        reply = await brent.get(f"{HERE}/ratings/{part}/counterfactuals")

        assert (reply.status, reply.slug) == (404, "not-found")
