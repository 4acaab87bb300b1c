"""Every refusal and fault has its problem, and every problem is explained."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from events.recorded import StreamName
from events.store import (
    CommandReused,
    Conflict,
    Overloaded,
    StoreError,
    WrongVersion,
)
from service.api.wire.catalogue import KINDS
from service.api.wire.faults import in_words
from service.api.wire.problems import answer_to
from service.refusal import Refused

ROOT = Path(__file__).parents[4]
BRENT = StreamName("inspection", "brent")


def codes() -> Iterator[str]:
    """Every code that a refusal is made with, by the service or by the rules."""
    for file in (*ROOT.glob("service/**/*.py"), *ROOT.glob("dsl/*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="Refused"),
                    args=[ast.Constant(value=str(code)), *_],
                ):
                    yield code
                case ast.Call(
                    func=ast.Name(id="known"), args=[ast.Constant(value=str(kind)), *_]
                ):
                    yield f"unknown-{kind}"
                case ast.Call(
                    func=ast.Name(id="NotAllowed"),
                    args=[_, ast.Constant(value=str(code)), *_],
                ):
                    yield code
                case _:
                    pass


def test_every_code_that_is_raised_is_listed() -> None:
    found = set(codes())

    assert len(found) > 10
    assert found <= set(KINDS)


def test_every_problem_is_explained_in_whole_sentences() -> None:
    for slug, kind in KINDS.items():
        assert slug == kind.slug
        assert 400 <= kind.status < 600
        assert kind.title[0].isupper()
        assert not kind.title.endswith(".")
        for text in (kind.why, kind.way_out):
            assert text.endswith(".")


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (
            Conflict(BRENT, "answers/C-1/2.1.1", expected=1, actual=7),
            412,
            "stale-answer",
        ),
        (WrongVersion(BRENT, expected=1, actual=7), 412, "stale-answer"),
        (CommandReused(BRENT, "key-1"), 422, "idempotency-key-reused"),
        (Overloaded("full"), 503, "overloaded"),
        (StoreError("disk full"), 503, "store-unavailable"),
        (web.RequestPayloadError(), 400, "malformed-request"),
        (web.HTTPBadRequest(), 400, "malformed-request"),
        (web.HTTPConflict(), 500, "internal-error"),
        (ValueError("secret"), 500, "internal-error"),
    ],
)
def test_what_the_store_and_the_server_raise_has_its_problem(
    error: Exception, status: int, slug: str
) -> None:
    answered = answer_to(error, "request-1")

    assert (answered.problem.status, answered.slug) == (status, slug)
    assert answered.problem.instance == "request-1"
    assert "secret" not in str(answered.problem)
    assert answered.unforeseen == (slug in {"internal-error", "store-unavailable"})
    assert ("Retry-After" in answered.headers) == (status == 503)


@pytest.mark.parametrize(("actual", "current"), [(7, '"7"'), (0, None)])
def test_a_stale_answer_names_the_current_version(
    actual: int, current: str | None
) -> None:
    conflict = Conflict(BRENT, "answers/C-1/2.1.1", expected=1, actual=actual)

    answered = answer_to(conflict, "request-1")

    assert answered.problem.current == current
    assert answered.headers.get("ETag") == current


def test_a_refusal_nobody_listed_is_a_fault() -> None:
    answered = answer_to(Refused("no-such-code", "no"), "request-1")

    assert (answered.slug, answered.unforeseen) == ("internal-error", True)


def test_a_refusals_own_pointer_is_kept() -> None:
    refused = Refused("outside-sample", "no", pointer="/facts/disposal")

    (fault,) = answer_to(refused, "request-1").problem.errors or ()

    assert fault.pointer == "/facts/disposal"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Expected `str` of length >= 3", "must have at least 3 characters"),
        ("Expected `array` of length <= 20", "must have at most 20 entries"),
        ("Expected `array` of length >= 2", "must have at least 2 entries"),
        ("Expected `int` >= 1", "must be at least 1"),
        ("Expected `int` <= 9", "must be at most 9"),
        ("Invalid RFC3339 encoded date", "must be a date, like 2026-03-01"),
        ("Expected `array`, got `object`", "must be a list, not an object"),
        ("Expected `bytes`, got `bool`", "must be bytes, not true or false"),
        ("Something new", "does not fit"),
    ],
)
def test_a_decoders_message_is_put_in_plain_words(message: str, words: str) -> None:
    assert in_words(message) == words
