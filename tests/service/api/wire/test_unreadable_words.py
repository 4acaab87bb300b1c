"""A key that is lost or damaged hides its words, and neither answers nor ratings."""

from service.api.wire.words import VAULT
from tests.service.api.asking import Api, answer_path

PATH = answer_path("C-1", "2.1.1")
WORDS = {"answer": "Yes", "evidence": "nobody had asked him"}


async def _answered_and_lost(brent: Api) -> None:
    """An answer with words, whose key is then not in the vault any more."""
    reply = await brent.put(PATH, WORDS, If_None_Match="*")
    assert reply.status == 201, reply.text
    vault = brent.app[VAULT]
    await vault._on_thread(  # type: ignore[attr-defined] # noqa: SLF001  nothing of ours loses a key
        lambda: vault._connection.execute("DELETE FROM keys")  # type: ignore[attr-defined] # noqa: SLF001
    )
    vault._keys.clear()  # type: ignore[attr-defined] # noqa: SLF001


async def test_an_answer_is_shown_without_words_that_cannot_be_read(
    brent: Api,
) -> None:
    await _answered_and_lost(brent)

    reply = await brent.get(PATH)

    assert reply.status == 200
    assert reply.body["answer"] == "Yes"
    assert reply.body["actor"] == "rosa"
    assert reply.body["evidence"] is None
    assert (reply.body["erased"], reply.body["unreadable"]) == (False, True)


async def test_the_history_of_an_answer_is_shown_without_them(brent: Api) -> None:
    await _answered_and_lost(brent)

    (moment,) = (await brent.get(f"{PATH}/history")).body["events"]

    assert (moment["evidence"], moment["unreadable"]) == (None, True)


async def test_the_words_themselves_are_said_to_be_unreadable(brent: Api) -> None:
    await _answered_and_lost(brent)

    reply = await brent.get(f"{PATH}/evidence")

    assert (reply.status, reply.slug) == (503, "words-unreadable")


async def test_the_log_says_which_words_cannot_be_read_and_not_what_they_were(
    brent: Api,
) -> None:
    await _answered_and_lost(brent)
    await brent.get(PATH)

    logged = brent.log.getvalue()
    assert b"words_unreadable" in logged
    assert b"nobody had asked him" not in logged
