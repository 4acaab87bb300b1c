"""Refusals as the service words them, and the exceptions they are raised as.

Every exception that a call raises is one of these, `Unreachable`, or a mistake in the
call itself. What is caught by its kind is stable; the sentence is for people.
"""

from http import HTTPStatus

from msgspec import Struct

_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


class Fault(Struct, frozen=True, kw_only=True):
    """One thing that does not fit, and where: in the body, the query or a header."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None


class Problem(Struct, frozen=True, kw_only=True):
    """Why a request was not carried out (RFC 9457), and what would be right."""

    type: str
    title: str
    status: int
    detail: str
    instance: str = ""  # the request id, to quote when asking for help
    errors: tuple[Fault, ...] = ()
    current: str | None = None  # ETag of what is on record now
    conflicting_event: int | None = None  # position of the change in between
    accepted: tuple[str, ...] = ()  # values that would be taken
    roles: tuple[str, ...] = ()  # who may do it instead

    @property
    def slug(self) -> str:
        """The kind of problem; its page is at `/problems/` and this."""
        return self.type.rpartition("/")[2]

    @property
    def is_passing(self) -> bool:
        """Whether the same request may well be carried out a little later."""
        return self.status in _PASSING or self.status >= 500  # noqa: PLR2004 - faults


class Unreachable(Exception):
    """No whole answer came, however often it was tried; it may have been recorded.

    Every write names itself, so sending it again under its key is harmless.
    """


class Refusal(Exception):
    """The service said no; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.slug}: {problem.detail}")
        self.problem = problem


class NotAuthenticated(Refusal):
    """The token is not good, and a new one was not either (401)."""


class Forbidden(Refusal):
    """This takes another role, another person or an assignment (403)."""


class NotFound(Refusal):
    """Nothing is there, or nothing the asker may know of (404)."""


class Erased(Refusal):
    """The words were erased for good (410)."""


class Conflicting(Refusal):
    """The state of the record does not allow it (409)."""


class Stale(Refusal):
    """Somebody changed it since it was read (412), or no version was named (428)."""


class Unfit(Refusal):
    """What was sent does not fit, or the framework does not know it (4xx)."""


class Later(Refusal):
    """It cannot be done just now (408, 429, 5xx); nothing was recorded."""

    def __init__(self, problem: Problem, after: float | None = None) -> None:
        super().__init__(problem)
        self.after = after  # seconds, as `Retry-After` said


_BY_STATUS: dict[int, type[Refusal]] = {
    401: NotAuthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflicting,
    410: Erased,
    412: Stale,
    428: Stale,
}


def refusal(problem: Problem, after: float | None = None) -> Refusal:
    """The exception for a problem; `after` as `Retry-After` says, in seconds."""
    if problem.is_passing:
        return Later(problem, after)
    return _BY_STATUS.get(problem.status, Unfit)(problem)
