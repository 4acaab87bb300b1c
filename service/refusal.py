"""The domain's no."""


class Refused(Exception):
    """A command that is not carried out, and why.

    `code` is a stable kebab-case word, listed in `service.api.wire.problems`; `reason`
    is one sentence for the person who asked, lower case, no full stop; `details` are
    values a client can act on, such as the current version or what would be accepted.
    """

    def __init__(self, code: str, reason: str, **details: object) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.details = details
