"""What a change of the description would break for those who wrote a client to it.

Only taking away breaks: an operation, a field of an answer, a value that was taken; or
asking for more. What is added breaks nobody, because clients are told to pass over what
they do not know.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
_SHAPE = ("type", "format", "const", "pattern")
_AT_MOST = ("maxLength", "maximum", "maxItems")
_AT_LEAST = ("minLength", "minimum", "minItems")


def breaks(before: Schema, after: Schema) -> Iterator[str]:
    """Everything of an earlier description that a later one does not keep."""
    for path, item in before["paths"].items():
        for method, old in item.items():
            where = f"{method.upper()} {path}"
            new = after["paths"].get(path, {}).get(method)
            if new is None:
                yield f"{where} is gone"
                continue
            yield from _Operation(where, before, after).compared(old, new)
    for slug, status in _statuses(before).items():
        if _statuses(after).get(slug, status) != status:
            yield f"the problem `{slug}` has another status"


def relied_on(document: Schema) -> dict[str, Any]:
    """The part of a description that a client is written to: no words, no examples."""
    return {
        "openapi": document["openapi"],
        "paths": _bare(document["paths"]),
        "components": {
            "schemas": _bare(document["components"]["schemas"]),
            "examples": {
                slug: {"value": {"status": status}}
                for slug, status in _statuses(document).items()
            },
        },
    }


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "responses" in value:
        answers = value["responses"].items()
        value = value | {"responses": {s: a for s, a in answers if int(s) < 400}}
    words = {"description", "example", "examples", "summary", "tags", "title", "x-may"}
    return {
        name: _bare(each)
        for name, each in value.items()
        if not (name in words and not _is_schema(each))
    }


def _is_schema(value: object) -> bool:
    """A field may be called `title` or `description`; then its value is a schema."""
    return isinstance(value, dict) and bool({"type", "$ref", "anyOf"} & value.keys())


def _statuses(document: Schema) -> Mapping[str, int]:
    examples = document["components"]["examples"]
    return {slug: each["value"]["status"] for slug, each in examples.items()}


class _Operation:
    """One operation, then and now."""

    def __init__(self, where: str, before: Schema, after: Schema) -> None:
        self._where = where
        self._before, self._after = before, after

    def compared(self, old: Schema, new: Schema) -> Iterator[str]:
        if old["operationId"] != new["operationId"]:
            yield f"{self._where} is called otherwise"
        if "security" in new and "security" not in old:
            yield f"{self._where} needs a token"
        yield from self._parameters(old, new)
        yield from self._body(old, new)
        for status, answer in old["responses"].items():
            if int(status) < 400:
                yield from self._answer(status, answer, new["responses"].get(status))

    def _parameters(self, old: Schema, new: Schema) -> Iterator[str]:
        then = {(each["in"], each["name"]): each for each in old["parameters"]}
        now = {(each["in"], each["name"]): each for each in new["parameters"]}
        for key, parameter in then.items():
            if key not in now:
                yield f"{self._where} no longer takes `{key[1]}`"
            else:
                place = f"{self._where} `{key[1]}`"
                yield from self._sent(parameter["schema"], now[key]["schema"], place)
        for key, parameter in now.items():
            asked = key in then and then[key]["required"]
            if parameter["required"] and not asked:
                yield f"{self._where} requires `{key[1]}`"

    def _body(self, old: Schema, new: Schema) -> Iterator[str]:
        if "requestBody" not in new:
            if "requestBody" in old:
                yield f"{self._where} no longer takes a body"
            return
        if "requestBody" not in old:
            yield f"{self._where} requires a body"
            return
        for media, content in old["requestBody"]["content"].items():
            other = new["requestBody"]["content"].get(media)
            if other is None:
                yield f"{self._where} no longer takes {media}"
            else:
                yield from self._sent(content["schema"], other["schema"], self._where)

    def _answer(self, status: str, old: Schema, new: Schema | None) -> Iterator[str]:
        if new is None:
            yield f"{self._where} no longer answers {status}"
            return
        for name in old.get("headers", {}):
            if name not in new.get("headers", {}):
                yield f"{self._where} {status} no longer has the header {name}"
        for media, content in old.get("content", {}).items():
            other = new.get("content", {}).get(media)
            if other is None:
                yield f"{self._where} no longer answers {status} as {media}"
            else:
                place = f"{self._where} {status}"
                yield from self._given(content["schema"], other["schema"], place, ())

    def _sent(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        """What could be sent then can be sent now."""
        old, new = _found(old, self._before), _found(new, self._after)
        yield from _same_shape(old, new, place)
        yield from _no_tighter(old, new, place)
        for value in old.get("enum", ()):
            if "enum" in new and value not in new["enum"]:
                yield f"{place} no longer takes `{value}`"
        if "enum" in new and "enum" not in old:
            yield f"{place} takes certain values only"
        for name in set(new.get("required", ())) - set(old.get("required", ())):
            yield f"{place} requires `{name}`"
        for name, schema in old.get("properties", {}).items():
            if name not in new.get("properties", {}):
                yield f"{place} no longer takes `{name}`"
            else:
                inner = new["properties"][name]
                yield from self._sent(schema, inner, f"{place} `{name}`")
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), dict) and isinstance(new.get(part), dict):
                yield from self._sent(old[part], new[part], place)
        yield from self._choices(old, new, place)

    def _choices(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        """Each of the kinds of value that were taken is taken."""
        for choice in old.get("anyOf", [old] if "anyOf" in new else ()):
            others = new.get("anyOf", [new])
            if not any(not list(self._sent(choice, each, place)) for each in others):
                kind = _found(choice, self._before).get("type", "something")
                yield f"{place} no longer takes {kind}"

    def _given(
        self, old: Schema, new: Schema, place: str, within: tuple[str, ...]
    ) -> Iterator[str]:
        """What was answered then is answered now."""
        name = old.get("$ref")
        if name in within:
            return
        within = (*within, name) if name is not None else within
        old, new = _found(old, self._before), _found(new, self._after)
        yield from _same_shape(old, new, place)
        for field in set(old.get("required", ())) - set(new.get("required", ())):
            yield f"{place} does not always have `{field}`"
        for field, schema in old.get("properties", {}).items():
            if field not in new.get("properties", {}):
                yield f"{place} no longer has `{field}`"
            else:
                inner, here = new["properties"][field], f"{place} `{field}`"
                yield from self._given(schema, inner, here, within)
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), dict) and isinstance(new.get(part), dict):
                yield from self._given(old[part], new[part], place, within)
        for choice in new.get("anyOf", [new] if "anyOf" in old else ()):
            olds = old.get("anyOf", [old])
            if not any(
                not list(self._given(each, choice, place, within)) for each in olds
            ):
                kind = _found(choice, self._after).get("type", "something")
                yield f"{place} may be {kind} as well"


def _found(schema: Schema, document: Schema) -> Schema:
    name = schema.get("$ref")
    if name is None:
        return schema
    found: Schema = document["components"]["schemas"][name.rpartition("/")[2]]
    return found


def _same_shape(old: Schema, new: Schema, place: str) -> Iterator[str]:
    for name in _SHAPE:
        if name in old and "anyOf" not in new and old[name] != new.get(name):
            yield f"{place} has another {name}"


def _no_tighter(old: Schema, new: Schema, place: str) -> Iterator[str]:
    for name in _AT_MOST:
        if name in new and old.get(name, new[name] + 1) > new[name]:
            yield f"{place} has a lower {name}"
    for name in _AT_LEAST:
        if name in new and old.get(name, new[name] - 1) < new[name]:
            yield f"{place} has a higher {name}"
