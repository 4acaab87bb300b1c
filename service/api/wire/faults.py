"""Everything that does not fit in a body, each with a JSON pointer, in plain words.

The decoder stops at the first mistake, which makes a person correct a form field by
field. This pass runs only after the decoder has refused, so it may take its time.
"""

import re
from typing import Any, get_origin

import msgspec

from service.api.wire.problems import Fault

_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
    "object": "an object",
    "array": "a list",
    "datetime": "a time",
    "date": "a date",
}


def faults_in(body: object, type_: Any) -> tuple[Fault, ...]:
    """Every place where a decoded body does not fit the type, in its fields' order."""
    return tuple(_faults(body, type_, ""))


def _faults(value: object, type_: Any, pointer: str) -> list[Fault]:
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        if not isinstance(value, dict):
            return [Fault(pointer=pointer, detail="must be an object")]
        return _of_fields(value, type_, pointer)
    if get_origin(type_) is dict and isinstance(value, dict):
        inner = type_.__args__[1]
        return [
            fault
            for key, item in value.items()
            for fault in _faults(item, inner, f"{pointer}/{_escaped(key)}")
        ]
    try:
        msgspec.convert(value, type_, strict=True, str_keys=True)
    except msgspec.ValidationError as error:
        return [_fault(error, pointer)]
    return []


def _of_fields(
    value: dict[str, object], type_: type[msgspec.Struct], pointer: str
) -> list[Fault]:
    fields = msgspec.structs.fields(type_)
    found: list[Fault] = []
    for field in fields:
        here = f"{pointer}/{_escaped(field.encode_name)}"
        if field.encode_name in value:
            found += _faults(value[field.encode_name], field.type, here)
        elif field.required:
            found.append(Fault(pointer=here, detail="is missing"))
    known = {field.encode_name for field in fields}
    accepted = ", ".join(f"`{name}`" for name in sorted(known))
    found += [
        Fault(
            pointer=f"{pointer}/{_escaped(name)}",
            detail=f"is not known here; known are {accepted}",
        )
        for name in value
        if name not in known
    ]
    return found


def _fault(error: msgspec.ValidationError, pointer: str) -> Fault:
    """A decoder's message, with its place as a pointer and no type names."""
    text, _, path = str(error).partition(" - at `$")
    steps = re.findall(r"\[(\d+)\]|\.([^.\[\]`]+)", path)
    tail = "".join(f"/{_escaped(index or name)}" for index, name in steps)
    return Fault(pointer=f"{pointer}{tail}", detail=in_words(text))


def in_words(message: str) -> str:
    """What the decoder says, as one sentence for whoever wrote the body."""
    patterns = (
        (r"Expected `str` of length <= (\d+)", r"must have at most \1 characters"),
        (r"Expected `str` of length >= 1", "must not be empty"),
        (r"Expected `str` of length >= (\d+)", r"must have at least \1 characters"),
        (r"Expected `str` matching regex .*", "holds characters that cannot be used"),
        (r"Expected `array` of length <= (\d+)", r"must have at most \1 entries"),
        (r"Expected `array` of length >= (\d+)", r"must have at least \1 entries"),
        (r"Expected `int` >= (-?\d+)", r"must be at least \1"),
        (r"Expected `int` <= (-?\d+)", r"must be at most \1"),
        (
            r"Invalid RFC3339 encoded datetime|Expected `datetime` with a timezone.*",
            "must be a time with its offset, like 2026-03-01T14:03:00Z",
        ),
        (r"Invalid RFC3339 encoded date", "must be a date, like 2026-03-01"),
        (r"Invalid enum value ['\"]?(.*?)['\"]?", r"`\1` is not one of the values"),
    )
    for pattern, words in patterns:
        if match := re.fullmatch(pattern, message):
            return match.expand(words)
    if match := re.fullmatch(r"Expected `([^`]+)`, got `([^`]+)`", message):
        expected = " or ".join(_kind(name) for name in match[1].split(" | "))
        return f"must be {expected}, not {_kind(match[2])}"
    return "does not fit"


def _kind(name: str) -> str:
    return _KINDS.get(name, name)


def _escaped(name: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
