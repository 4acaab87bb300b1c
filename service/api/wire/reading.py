"""What a request says: its body, its path, its preconditions, its point in time.

Reading either gives a value or refuses with everything that is wrong.
"""

import json
import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, TypeVar

import msgspec
from aiohttp import web
from msgspec import Struct

from service.api.wire.context import BODY_SECONDS, DRAIN, IDENTITY
from service.api.wire.faults import faults_in
from service.api.wire.problems import Fault, Unfit
from service.refusal import Refused

Body = TypeVar("Body", bound=Struct)

NO_VERSION = -1
"""What an entity tag of another make stands for: it matches nothing on record."""

_CHUNK = 64 * 1024
_HIGHEST_POSITION = 2**63 - 1
_DIGITS = re.compile(r"[0-9]{1,19}", re.ASCII)
_NUMERAL = re.compile(r"0*([0-9]+)", re.ASCII)
_A_TIME = "2026-03-01T14:03:00Z"
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,62}", re.ASCII)
_NAME = re.compile(r"[^/\x00-\x1f\x7f]{1,200}")
_POSITION = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
PATH_FORMS: Final = {
    "inspection": _ID,
    "framework": _ID,
    "person": _ID,
    "case": _REFERENCE,
    "question": _REFERENCE,
    "standard": _REFERENCE,
    "domain": _REFERENCE,
    "part": _REFERENCE,
    "fact": _NAME,
    "revision": re.compile(r"[1-9][0-9]{0,8}", re.ASCII),
    "erasure": _POSITION,
    "hold": _POSITION,
    "opening": _POSITION,
    "export": _POSITION,
    "correction": _POSITION,
    "query": _ID,
    "slug": _ID,
    "webhook": re.compile(r"w-[0-9a-f]{20}", re.ASCII),
    "operation": re.compile(r"[0-9a-f]{32}", re.ASCII),
    "received": _REFERENCE,
    "number": re.compile(r"[1-9][0-9]{0,8}", re.ASCII),
    "point": _REFERENCE,
    "position": re.compile(r"[1-9][0-9]{0,17}", re.ASCII),
}
"""What each step of a path looks like; anything else is an address of nothing."""

_KEY = re.compile(r'"([!#-~ ]{1,200})"|([!#-~]{1,200})')
_TAGS = re.compile(r'\s*((?:W/)?"[^"]*")\s*(?:,|$)')
_VERSION_TAG = re.compile(r'"([1-9][0-9]{0,18})(?:\.[0-9a-f]{24})?"', re.ASCII)


async def read(request: web.Request, type_: type[Body]) -> Body:
    """The request's JSON body, or everything in it that does not fit."""
    return decoded(await received(request), type_)


def _require_plain(request: web.Request) -> None:
    """Refuse a body that was compressed: nobody here opens it, or checks its end."""
    coding = request.headers.get("Content-Encoding", "identity")
    if coding.strip().lower() != "identity":
        raise Refused(
            "unsupported-media-type",
            "the body has a `Content-Encoding`; send it as it is, without one",
        )


async def received(request: web.Request, *, limit: int | None = None) -> bytes:
    """The bytes of a JSON body; `limit` where more than usual may come."""
    _require_plain(request)
    if request.content_type != "application/json" or (
        (request.charset or "utf-8").lower() not in {"utf-8", "utf8"}
    ):
        raise Refused(
            "unsupported-media-type",
            f"the body is declared as `{request.content_type}`, not `application/json`",
        )
    reading = request if limit is None else request.clone(client_max_size=limit)
    if request.content.is_eof():  # most have arrived with the head: no waiting
        return await reading.read()
    try:
        async with request.app[DRAIN].receiving(request.app[BODY_SECONDS]):
            return await reading.read()
    except TimeoutError as error:
        raise Refused(
            "request-timeout", "the body did not arrive in time; nothing was recorded"
        ) from error


async def read_file(
    request: web.Request, media: Collection[str], *, most: int
) -> bytes:
    """A body that is a file, of one of these media types and at most so many bytes."""
    _require_plain(request)
    if request.content_type not in media:
        raise Refused(
            "unsupported-media-type",
            f"the body is declared as `{request.content_type}`; a file is one of "
            f"{', '.join(f'`{each}`' for each in media)}",
        )
    file = bytearray()
    try:
        async with request.app[DRAIN].receiving(request.app[BODY_SECONDS]):
            async for chunk in request.content.iter_chunked(_CHUNK):
                file += chunk
                if len(file) > most:
                    raise Refused(
                        "payload-too-large", f"a file has at most {most} bytes here"
                    )
    except TimeoutError as error:
        raise Refused(
            "request-timeout", "the file did not arrive in time; nothing was recorded"
        ) from error
    return bytes(file)


def decoded(raw: bytes, type_: type[Body]) -> Body:
    """The value of these bytes; raises Refused or Unfit, with all that does not fit."""
    try:
        return _decoded(raw, type_)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("malformed-body", "the body is not one JSON value") from error


def _decoded(raw: bytes, type_: type[Body]) -> Body:
    try:
        body: Body = _decoder(type_).decode(raw)
    except msgspec.ValidationError as error:
        said = with_whole_numbers(msgspec.json.decode(raw))
        faults = faults_in(said, type_)
        if faults:
            raise Unfit(faults) from error
        body = msgspec.convert(said, type_)
    _EACH_ONCE.decode(raw.decode())
    return body


def with_whole_numbers(said: Any) -> Any:
    """`2.0` is a whole number in JSON, however it is written."""
    match said:
        case float() if said.is_integer():
            return int(said)
        case dict():
            return {name: with_whole_numbers(value) for name, value in said.items()}
        case list():
            return [with_whole_numbers(value) for value in said]
        case _:
            return said


def _each_once(pairs: list[tuple[str, object]]) -> None:
    """Refuse a name given twice: which of its values was meant, nobody can know."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused("malformed-body", f"`{twice}` is given more than once")


_EACH_ONCE = json.JSONDecoder(object_pairs_hook=_each_once)
_decoder = cache(msgspec.json.Decoder)


def path(request: web.Request, name: str) -> str:
    """A step of the path; one that nothing can have is an address of nothing."""
    value = request.match_info[name]
    if not PATH_FORMS[name].fullmatch(value):
        raise Refused("not-found", f"nothing can have this {name}")
    return value


class Seen(Struct, frozen=True):
    """What `If-Match` names: these versions, or whatever is on record (`any`)."""

    versions: tuple[int, ...]
    any: bool = False


def seen(request: web.Request) -> Seen | None:
    """The versions the asker has seen; None where they do not say."""
    if request.headers.get("If-Match", "").strip() == "*":
        return Seen((), any=True)
    versions = _versions(request, "If-Match")
    return None if versions is None else Seen(versions)


def expects_nothing(request: web.Request) -> bool:
    """Whether this must be the first on record (`If-None-Match: *`)."""
    return request.headers.get("If-None-Match", "").strip() == "*"


def tags(request: web.Request, header: str) -> tuple[str, ...]:
    """The entity tags a header lists, strong and weak alike; `*` stands for any."""
    said = ",".join(request.headers.getall(header, ()))
    if said.strip() == "*":
        return ("*",)
    return tuple(tag.removeprefix("W/") for tag in _TAGS.findall(said))


def _versions(request: web.Request, header: str) -> tuple[int, ...] | None:
    """The versions named in a header; any other tag stands as NO_VERSION."""
    lines = request.headers.getall(header, None)
    if lines is None:
        return None
    found = _TAGS.findall(",".join(lines)) or ("",)
    matches = (_VERSION_TAG.fullmatch(tag) for tag in found)
    return tuple(int(match[1]) if match else NO_VERSION for match in matches)


def command_id(request: web.Request) -> str | None:
    """The Idempotency-Key, quoted or bare; a POST must have one."""
    header = request.headers.get("Idempotency-Key")
    if header is None:
        if request.method == "POST":
            raise Refused(
                "missing-idempotency-key",
                "a POST needs the header `Idempotency-Key`",
                header="Idempotency-Key",
            )
        return None
    match = _KEY.fullmatch(header)
    if match is None or len(request.headers.getall("Idempotency-Key")) > 1:
        raise Refused(
            "malformed-idempotency-key",
            "an `Idempotency-Key` has 1 to 200 visible characters, and is sent once",
            header="Idempotency-Key",
        )
    return match[1] or match[2]


def asked(request: web.Request, body: object) -> bytes:
    """All that a command asks: who, method, address, body. One key is for one of these.

    Another person's key is refused: its reply is not theirs, nor the deed.
    """
    return asked_at(request[IDENTITY].person, request.method, request.path, body)


def asked_at(who: str, method: str, address: str, body: object) -> bytes:
    """The same of a command that travels inside another request."""
    said = b"" if body is None else msgspec.json.encode(body, order="deterministic")
    return f"{who} {method} {address}\n".encode() + said


def require_known_query(request: web.Request, known: frozenset[str]) -> None:
    """Refuse a query with a name that means nothing here, or with one given twice.

    Whoever misspells `as_of` would otherwise be shown today and take it for the past.
    """
    if not request.rel_url.raw_query_string:
        return
    names = [name for name, _ in request.query.items()]
    faults = [
        Fault(parameter=name, detail=f"is not known here; {_all_of(known)}")
        for name in dict.fromkeys(names)
        if name not in known
    ] + [
        Fault(parameter=name, detail="is given more than once")
        for name in dict.fromkeys(names)
        if name in known and names.count(name) > 1
    ]
    if faults:
        raise Unfit(tuple(faults))


def _all_of(known: frozenset[str]) -> str:
    if not known:
        return "nothing is asked in the query"
    return f"known are {', '.join(f'`{name}`' for name in sorted(known))}"


def as_of(request: web.Request, name: str = "as_of") -> int | datetime | None:
    """The point in time asked for: a position in the ledger, or a time."""
    text = request.query.get(name)
    if text is None:
        return None
    position = _whole(text, _HIGHEST_POSITION)
    if position is not None:
        return position
    # A plus sign in a query stands for a space unless it is escaped; take both.
    instant = _instant(text.replace(" ", "+") if "T" in text else text)
    if instant is None:
        raise Unfit(
            (
                Fault(
                    parameter=name,
                    detail="must be a position in the ledger, or a time with its "
                    f"offset, like {_A_TIME}",
                ),
            )
        )
    return instant


def observed(at: datetime, field: str = "observed_at") -> datetime:
    """When something was so, in UTC; an offset must not lead out of the calendar."""
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        fault = Fault(
            pointer=f"/{field}", detail="must lie in the years 1 to 9999 in UTC"
        )
        raise Unfit((fault,)) from error


def _instant(text: str) -> datetime | None:
    try:
        instant = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        return None
    return instant if instant.tzinfo is not None else None


def moment(request: web.Request, name: str) -> datetime | None:
    """A time in the query, in UTC; before or after all, its first or last moment."""
    text = request.query.get(name)
    if text is None:
        return None
    found = _instant(text.replace(" ", "+"))
    if found is None:
        detail = f"must be a time with its offset, like {_A_TIME}"
        raise Unfit((Fault(parameter=name, detail=detail),))
    try:
        return found.astimezone(UTC)
    except OverflowError:
        return _FIRST if found.year == _FIRST.year else _LAST


def number(
    request: web.Request,
    name: str,
    *,
    default: int,
    lowest: int = 0,
    highest: int = _HIGHEST_POSITION,
) -> int:
    """A whole number in the query, from the lowest to the highest that makes sense."""
    text = request.query.get(name)
    if text is None:
        return default
    found = _whole(text, highest)
    if found is None or found < lowest:
        raise Unfit(
            (
                Fault(
                    parameter=name,
                    detail=f"must be a whole number from {lowest} to {highest}",
                ),
            )
        )
    return found


def position_after(request: web.Request) -> int | None:
    """What to go on after; a number beyond all is as good as the highest."""
    text = request.query.get("after")
    if text is None:
        return None
    match = _NUMERAL.fullmatch(text)
    if match is None:
        detail = "must be a whole number from 0 on"
        raise Unfit((Fault(parameter="after", detail=detail),))
    found = _whole(match[1], _HIGHEST_POSITION)
    return _HIGHEST_POSITION if found is None else found


def one_of(request: web.Request, name: str, options: Sequence[str]) -> str | None:
    """One of a few words in the query; None where it is left out."""
    text = request.query.get(name)
    if text is None or text in options:
        return text
    detail = f"must be one of {', '.join(f'`{option}`' for option in options)}"
    raise Unfit((Fault(parameter=name, detail=detail),))


def _whole(text: str, highest: int) -> int | None:
    """A whole number as it is usually written, from 0 to the highest; or none."""
    if not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if number <= highest else None
