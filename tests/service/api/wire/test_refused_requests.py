"""What is refused leaves nothing behind, not even a key for its words."""

import pytest

from service.api.wire.words import VAULT
from service.inspection import keys
from tests.service.api.asking import Api, answer_path

WORDS = {"answer": "Yes", "evidence": "nobody had asked him"}
KEY = "a-key-of-its-own"


@pytest.mark.parametrize("person", ["rosa", "lena"])
@pytest.mark.parametrize("more", [{}, {"Idempotency_Key": KEY}])
async def test_words_about_an_inspection_that_is_not_there_make_no_key(
    api: Api, person: str, more: dict[str, str]
) -> None:
    path = answer_path("C-1", "2.1.1", "nowhere")

    reply = await api.as_(person).put(path, WORDS, **more)

    assert (reply.status, reply.slug) == (404, "not-found")
    assert not _knows(api, keys.of_case("nowhere", "C-1"))


@pytest.mark.parametrize("more", [{}, {"Idempotency_Key": KEY}])
async def test_words_about_a_case_that_is_not_there_make_no_key(
    brent: Api, more: dict[str, str]
) -> None:
    reply = await brent.put(answer_path("C-9", "2.1.1"), WORDS, **more)

    assert (reply.status, reply.slug) == (404, "not-found")
    assert reply.body["detail"] == "there is no case `C-9` in this inspection"
    assert not _knows(brent, keys.of_case("brent", "C-9"))


async def test_an_inspection_is_announced_without_a_key(api: Api) -> None:
    lena = api.as_("lena")
    await lena.announce("brent", "2020-10-05", framework="youth-2020")

    assert not _knows(api, keys.of_inspection("brent"))


async def test_a_repeated_announcement_is_known(api: Api) -> None:
    body = {
        "inspection": "brent",
        "service": "Brent Youth Offending Service",
        "programme": "single",
        "fieldwork_starts_on": "2020-10-05",
        "framework": "youth-2020",
    }
    lena, path = api.as_("lena"), "/v1/inspections"

    first = await lena.post(path, body, Idempotency_Key=KEY)
    again = await lena.post(path, body, Idempotency_Key=KEY)
    other = await lena.post(path, body | {"programme": "joint"}, Idempotency_Key=KEY)

    assert first.status == again.status == 201
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status, other.slug) == (422, "idempotency-key-reused")


async def test_words_about_what_is_on_record_are_kept(brent: Api) -> None:
    reply = await brent.put(
        answer_path("C-1", "2.1.1"), WORDS, Idempotency_Key=KEY, If_None_Match="*"
    )

    assert reply.status == 201, reply.text
    assert _knows(brent, keys.of_case("brent", "C-1"))


def _knows(api: Api, key: str) -> bool:
    return api.app[VAULT].knows(key)


async def test_a_missing_key_is_said_before_what_the_record_does_not_allow(
    brent: Api,
) -> None:
    path = "/v1/inspections/brent/samples"  # of a caseload that nobody uploaded

    reply = await brent.as_("lena").ask("POST", path, {})

    assert (reply.status, reply.slug) == (400, "missing-idempotency-key")
