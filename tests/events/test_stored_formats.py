"""The stored form of every fact, held still by samples that are only ever added to."""

from pathlib import Path

import pytest
from msgspec import Struct

from events.codec import CODEC, EVENT_TYPES, Codec, EventType, instant, microseconds
from events.framework import FrameworkEvent
from events.inspection import AnswerGiven, InspectionEvent
from events.store import StoreError
from events.upcast import UPCASTERS, Upcasters

SAMPLES = sorted((Path(__file__).parent / "stored").iterdir())
"""`<type>.<schema>.json`: one payload with every field filled in."""


class Weighed(Struct, frozen=True, tag="weighed"):
    """Schema 1 had `pounds`, schema 2 `ounces`, this one says which it is."""

    amount: int
    unit: str


WEIGHED = {"weighed": EventType(Weighed, 3)}
TO_WEIGHED: Upcasters = {
    ("weighed", 1): lambda old: {"ounces": 16 * _number(old["pounds"])},
    ("weighed", 2): lambda old: {"amount": old["ounces"], "unit": "ounce"},
}


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_stored_fact_is_read_and_written_again_to_the_byte(sample: Path) -> None:
    name, schema, _ = sample.name.split(".")

    data = CODEC.decode(name, int(schema), sample.read_bytes())

    assert type(data) is EVENT_TYPES[name].data
    if int(schema) == EVENT_TYPES[name].schema:
        assert CODEC.encode(data) == (name, int(schema), sample.read_bytes())


def test_every_schema_of_every_type_has_a_sample() -> None:
    assert {sample.name for sample in SAMPLES} == {
        f"{name}.{schema}.json"
        for name, known in EVENT_TYPES.items()
        for schema in range(1, known.schema + 1)
    }


def test_every_fact_that_can_happen_has_a_stored_name() -> None:
    facts = (*InspectionEvent.__args__, *FrameworkEvent.__args__)

    assert {known.data for known in EVENT_TYPES.values()} == set(facts)


def test_a_payload_carries_the_name_it_is_stored_under() -> None:
    for name, known in EVENT_TYPES.items():
        assert known.data.__struct_config__.tag == name


def test_the_same_fact_is_the_same_bytes_whatever_order_it_was_built_in() -> None:
    name, schema, payload = CODEC.encode(CODEC.decode(*_sample("case-marked-again.1")))
    backwards = (
        b'{"answers":{"b-answers":"answers","a-answers":"answers"},"case":"C-1"}'
    )

    assert CODEC.encode(CODEC.decode(name, schema, backwards))[2] == payload


@pytest.mark.parametrize(
    ("schema", "payload"),
    [
        (1, b'{"pounds":2}'),
        (2, b'{"ounces":32}'),
        (3, b'{"type":"weighed","amount":32,"unit":"ounce"}'),
    ],
)
def test_an_older_schema_is_raised_step_by_step(schema: int, payload: bytes) -> None:
    codec = Codec(WEIGHED, TO_WEIGHED)

    assert codec.decode("weighed", schema, payload) == Weighed(32, "ounce")


def test_a_type_without_the_upcasters_it_needs_does_not_load() -> None:
    with pytest.raises(KeyError):
        Codec(WEIGHED, UPCASTERS)


@pytest.mark.parametrize(("name", "schema"), [("answer-given", 2), ("answer-sung", 1)])
def test_what_a_newer_program_wrote_is_refused(name: str, schema: int) -> None:
    with pytest.raises(StoreError, match="is newer than this program"):
        CODEC.decode(name, schema, b"{}")


@pytest.mark.parametrize(
    "payload", [b"", b"{", b'{"case":1}', b"[]", b'{"case":"\xff"}']
)
def test_a_damaged_payload_is_refused_and_not_printed(payload: bytes) -> None:
    with pytest.raises(StoreError, match="a stored `answer-given`, schema 1, cannot"):
        CODEC.decode("answer-given", 1, payload)


def test_a_fact_unknown_to_the_ledger_has_no_stored_form() -> None:
    with pytest.raises(KeyError):
        CODEC.encode(Weighed(1, "ounce"))


def test_times_are_kept_to_the_microsecond() -> None:
    at = 1_709_647_384_912_003

    assert microseconds(instant(at)) == at
    assert instant(at).isoformat() == "2024-03-05T14:03:04.912003+00:00"


def test_a_sample_has_every_field_filled_in() -> None:
    data = CODEC.decode(*_sample("answer-given.1"))

    assert isinstance(data, AnswerGiven)
    assert None not in (data.replaces, data.evidence)


def _sample(stem: str) -> tuple[str, int, bytes]:
    name, schema = stem.split(".")
    path = Path(__file__).parent / "stored" / f"{stem}.json"
    return name, int(schema), path.read_bytes()
