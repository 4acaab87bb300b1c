"""What requests may say in their headers and their query, as the document shows it."""

from msgspec.structs import replace

from service.api.wire.route import Parameter

MOST_ENTRIES = 1_000_000_000
_COUNT = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}

IF_MATCH = Parameter(
    name="If-Match",
    place="header",
    says="The version seen, as its `ETag` gave it; required to change or withdraw.",
    example='"7"',
)
IF_NONE_MATCH = Parameter(
    name="If-None-Match",
    place="header",
    says="`*`: only if nothing is on record yet.",
    example="*",
)
IF_NONE_MATCH_READ = Parameter(
    name="If-None-Match",
    place="header",
    says="The `ETag` already held; if it is the current one the answer is 304.",
    example='"7"',
)
KEY = Parameter(
    name="Idempotency-Key",
    place="header",
    says="Names the request, so that sending it again is harmless; kept for good.",
    schema={"type": "string", "pattern": '^("[!#-~ ]{1,200}"|[!#-~]{1,200})$'},
    example="0d2c9b1e-6f1b-4f6e-9d7a-5f1f0c2b7a11",
)
KEY_REQUIRED = replace(KEY, required=True)
_POINT = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
        {"type": "string", "format": "date-time"},
    ]
}
AS_OF = Parameter(
    name="as_of",
    place="query",
    says="A position in the ledger or a time with its offset: the record as it then "
    "stood.",
    schema=_POINT,
    example=48_213,
)
FROM_POINT = Parameter(
    name="a",
    place="query",
    says="The first point: like `as_of`; now if left out.",
    schema=_POINT,
    example="2026-03-01T14:03:00Z",
)
TO_POINT = Parameter(
    name="b",
    place="query",
    says="The second point: like `as_of`; now if left out.",
    schema=_POINT,
    example=48_213,
)
AFTER_POSITION = Parameter(
    name="after",
    place="query",
    says="Only what comes after this position.",
    schema=_COUNT,
    example=48_200,
)
AFTER_COUNT = Parameter(
    name="after",
    place="query",
    says="Only what follows so many entries.",
    schema={"type": "integer", "minimum": 0, "maximum": MOST_ENTRIES},
    example=100,
)
AFTER_ID = Parameter(
    name="after",
    place="query",
    says="Only what follows the entry with this id.",
    example="brent-2020",
)
STAGE = Parameter(
    name="stage",
    place="query",
    says="Only standards that the panel has come so far with.",
    schema={
        "type": "string",
        "enum": ["eligible", "considered", "decided", "lapsed"],
    },
    example="eligible",
)
MIN_POSITION = Parameter(
    name="min_position",
    place="query",
    says="A `Record-Position` that the answer must take account of: it is waited for, "
    "two seconds at most.",
    schema=_COUNT,
    example=12,
)
LIMIT = Parameter(
    name="limit",
    place="query",
    says="How many at most.",
    schema={"type": "integer", "minimum": 1, "maximum": 500, "default": 100},
    example=50,
)
WHOSE = Parameter(name="person", place="query", says="Only what this person did.")
_TIME = {"type": "string", "format": "date-time"}
SINCE = Parameter(
    name="since",
    place="query",
    says="Only from this time on, with its offset.",
    schema=_TIME,
    example="2026-03-01T14:03:00Z",
)
UNTIL = Parameter(
    name="until",
    place="query",
    says="Only before this time, with its offset.",
    schema=_TIME,
    example="2026-04-01T00:00:00Z",
)
REASON = Parameter(
    name="Access-Reason",
    place="header",
    says="Why you look, kept in the access log; `governance` must say it for cases and "
    "sealed words, the panel outside its pack. A reference will do, and no name.",
)
PAGE_LIMIT, PAGE_DEFAULT = 500, 100
PREFER = Parameter(
    name="Prefer",
    place="header",
    says="`return=minimal`: only versions and positions, without what was moved.",
)
