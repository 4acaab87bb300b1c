"""What requests may say in their headers and their query, as the document shows it."""

from service.api.route import Parameter

IF_MATCH = Parameter(
    name="If-Match",
    place="header",
    says="The version seen, as its `ETag` gave it; required to change or withdraw.",
)
IF_NONE_MATCH = Parameter(
    name="If-None-Match",
    place="header",
    says="`*`: only if nothing is on record yet.",
)
IF_NONE_MATCH_READ = Parameter(
    name="If-None-Match",
    place="header",
    says="The version already held; if it is the current one the answer is 304.",
)
KEY = Parameter(
    name="Idempotency-Key",
    place="header",
    says="Names the request, so that sending it again is harmless; kept for good.",
)
KEY_REQUIRED = Parameter(
    name=KEY.name,
    place=KEY.place,
    says=KEY.says,
    schema={"type": "string", "minLength": 1, "maxLength": 202},
    required=True,
)
AS_OF = Parameter(
    name="as_of",
    place="query",
    says="A position in the ledger or a time with its offset: the record as it then "
    "stood.",
)
FROM_POINT = Parameter(
    name="a", place="query", says="The first point: like `as_of`; now if left out."
)
TO_POINT = Parameter(
    name="b", place="query", says="The second point: like `as_of`; now if left out."
)
AFTER_POSITION = Parameter(
    name="after",
    place="query",
    says="Only what comes after this position.",
    schema={"type": "integer", "minimum": 0, "default": 0},
)
AFTER_ID = Parameter(
    name="after",
    place="query",
    says="Only inspections whose id sorts after this one.",
)
LIMIT = Parameter(
    name="limit",
    place="query",
    says="How many at most.",
    schema={"type": "integer", "minimum": 0, "maximum": 500, "default": 100},
)
WHOSE = Parameter(name="person", place="query", says="Only what this person did.")
SINCE = Parameter(
    name="since", place="query", says="Only from this time on, with its offset."
)
UNTIL = Parameter(
    name="until", place="query", says="Only before this time, with its offset."
)
REASON = Parameter(
    name="Access-Reason",
    place="header",
    says="Why you look at a case, kept in the access log; `governance` must say it. A "
    "reference will do; names do not belong here.",
)
PAGE_LIMIT, PAGE_DEFAULT = 500, 100
