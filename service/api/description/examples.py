"""An example of everything that is sent and answered, made from the models.

A field is shown with a word of the example inspection where it has one of these names,
and otherwise with something of its kind; a test holds every example against its schema.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import UNSET, inspect

_AT = "2026-03-01T14:03:00Z"
_HASH = "sha256:9f2c1d5e7a80b3c46d19e2f5a7b8c0d1e3f405162738495a6b7c8d9e0f1a2b3c"
WORDS: Mapping[str, Any] = MappingProxyType(
    {
        "a": 48_102,
        "about": "answers/C-7F3K-Q2M/2.1.1",
        "accepted": ["Yes", "No", "Not applicable"],
        "actor": "rosa",
        "after": 48_200,
        "answer": "Yes",
        "as_of": 48_213,
        "b": 48_213,
        "case": "C-7F3K-Q2M",
        "assumes": [],
        "cases_reviewed": ["C-7F3K-Q2M"],
        "command_id": "0d2c9b1e-6f1b-4f6e-9d7a-5f1f0c2b7a11",
        "deciders": ["pavel", "petra"],
        "decided_by": ["2.1.2"],
        "detail": "`/answer` is missing",
        "domain": "1",
        "effective_on": "2021-06-01",
        "erased_at": _AT,
        "erasure": "48213",
        "evidence": "The plan names the risk and who acts on it.",
        "export": "48213",
        "expected": "Good",
        "expects": "Good",
        "facts": {"disposal": "youth rehabilitation order"},
        "fact": "disposal",
        "file": "youth-2020.rules",
        "files": {"youth-2020.rules": 'framework "Youth 2020" …'},
        "fieldwork_starts_on": "2020-10-05",
        "figures_hash": _HASH,
        "framework": "youth-2020",
        "framework_hash": _HASH,
        "from": 1_024,
        "given": "Requires improvement",
        "grounds": ["one-case"],
        "content_hash": _HASH,
        "impact_hash": _HASH,
        "standards": ["2.1"],
        "hash": _HASH,
        "hold": "48213",
        "opening": "48213",
        "inspection": "brent-2020",
        "instance": "4bf92f3577b34da6a3ce929d0e0e4736",
        "key": "0d2c9b1e-6f1b-4f6e-9d7a-5f1f0c2b7a11",
        "kind": "standard",
        "links": {"self": "/v1/inspections/brent-2020"},
        "min_position": 12,
        "name": "Rosa",
        "observed_at": _AT,
        "not_known": [],
        "on": "2026-03-01",
        "operation": "7d3f0c1b2a594e6f8d7c6b5a49382716",
        "outcome": "applied",
        "overall": "Good",
        "part": "2.1",
        "person": "rosa",
        "placed_at": _AT,
        "position": 48_213,
        "programme": "single",
        "pointer": "/answer",
        "number": 1,
        "owner": "Chair of the management board",
        "point": "P-1",
        "query": "q-4f1a2b3c5d6e",
        "question": "2.1.1",
        "gaps": ["`2.1.3` of case `C-7F3K-Q2M`: it is not answered yet"],
        "allocated_to": "rosa",
        "correction": 48_213,
        "method": "adjudge-draw-1",
        "seed": "brent 2020, drawn 1 October",
        "stands": "Yes",
        "second": "No",
        "text": "Where in the plan is this?",
        "rating": "Good",
        "role": "inspector",
        "received": "E-1",
        "rests_on": ["E-1", "E-2"],
        "groups_reviewed": ["safety cases"],
        "rationale": "Four interviews and the board's papers agree.",
        "reason": "The case was drawn twice, as its dates and its officer show.",
        "recorded_at": _AT,
        "requested_at": _AT,
        "revision": 1,
        "sample": "court disposals",
        "service": "Brent Youth Offending Service",
        "signed_at": _AT,
        "says": "A standard is as good as its lowest question.",
        "since": "2024-03-01",
        "size": 2_048,
        "slug": "stale-answer",
        "sources": ["Inspection guidance 2020, page 12"],
        "standard": "2.1",
        "state": "applied",
        "team": {"lena": "lead-inspector"},
        "status": "included",
        "stream": "inspection-brent-2020",
        "title": "Planning",
        "to": 2_048,
        "type": "answer-given",
        "value": "youth rehabilitation order",
        "version": 7,
        "url": "https://hooks.adjudge.example/news",
        "webhook": "w-7d3f0c1b2a594e6f8d7c",
    }
)
"""What names stand for throughout the examples."""


def example_of(type_: object) -> Any:
    """An example of a body as JSON would have it."""
    return _of(inspect.type_info(type_), "", ())


def _of(type_: inspect.Type, name: str, within: tuple[type, ...]) -> Any:
    match type_:
        case inspect.Metadata(type=inner):
            return _of(inner, name, within)
        case inspect.StructType(cls=cls) | inspect.DataclassType(cls=cls):
            return _of_struct(type_, (*within, cls))
        case inspect.UnionType(types=types):
            return _of_union(types, name, within)
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case inspect.BoolType():
            return False
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            known = WORDS.get(name)
            fits = isinstance(known, list) and (not known or _is_text(item))
            return known if fits else [_of(item, name, within)]
        case inspect.TupleType(item_types=items):
            return [_of(item, name, within) for item in items]
        case inspect.DictType(key_type=key, value_type=value):
            known = WORDS.get(name)
            if not isinstance(known, dict):
                return {str(_of(key, "question", within)): _of(value, "", within)}
            return {
                key: word if _is_text(value) else _of(value, "", within)
                for key, word in known.items()
            }
        case inspect.AnyType():
            return {}
        case _:
            return _of_scalar(type_, name)


def _of_struct(
    type_: inspect.StructType | inspect.DataclassType, within: tuple[type, ...]
) -> dict[str, Any]:
    """All fields, but not what would go on for ever."""
    tag = {}
    if isinstance(type_, inspect.StructType) and type_.tag_field is not None:
        tag[type_.tag_field] = type_.tag
    return tag | {
        field.encode_name: _of(field.type, field.encode_name, within)
        for field in type_.fields
        if field.default is not UNSET
    }


def _of_union(
    types: tuple[inspect.Type, ...], name: str, within: tuple[type, ...]
) -> Any:
    """The first that says something, or null where it would contain itself."""
    optional = any(isinstance(each, inspect.NoneType) for each in types)
    if optional and WORDS.get(name) is None and any(map(_is_text, types)):
        return None
    for each in types:
        inner = each.type if isinstance(each, inspect.Metadata) else each
        if isinstance(inner, inspect.NoneType):
            continue
        if isinstance(inner, inspect.StructType) and inner.cls in within:
            continue
        return _of(each, name, within)
    return None


def _is_text(type_: inspect.Type) -> bool:
    inner = type_.type if isinstance(type_, inspect.Metadata) else type_
    return isinstance(inner, inspect.StrType)


def _of_scalar(type_: inspect.Type, name: str) -> Any:
    word = WORDS.get(name)
    match type_:
        case inspect.IntType():
            return word if isinstance(word, int) else type_.ge or 3
        case inspect.FloatType():
            return 0.5
        case inspect.DateTimeType():
            return _AT
        case inspect.DateType():
            return word if isinstance(word, str) else "2026-03-01"
        case inspect.NoneType():
            return None
        case _:
            return str(word) if isinstance(word, str | int) else _named(name)


def _named(name: str) -> str:
    """Something for a text of no known name."""
    if name.endswith(("_at", "_from")):
        return _AT
    return f"the {name.replace('_', ' ')}" if name else "text"
