"""How and when somebody proved who they are, and how strongly some steps ask for it."""

from msgspec import Struct


class Strength(Struct, frozen=True, kw_only=True):
    """What the identity provider says of a sign-in; None where it does not."""

    acr: str | None = None  # authentication context class, such as two factors
    at: float | None = None  # when they signed in, in seconds since 1970


UNKNOWN = Strength()
"""Nobody says how or when."""


class StepUp(Struct, frozen=True, kw_only=True):
    """How somebody must have signed in before what cannot be taken back."""

    acr: tuple[str, ...] = ()  # one of these; none: in any way
    seconds: int | None = None  # ago at most; None: at any time

    def is_met(self, strength: Strength, now: float) -> bool:
        """Whether a sign-in is strong and fresh enough."""
        strong = not self.acr or strength.acr in self.acr
        fresh = self.seconds is None or (
            strength.at is not None and now - strength.at <= self.seconds
        )
        return strong and fresh
