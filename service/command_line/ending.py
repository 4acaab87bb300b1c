"""How a command ends: its exit code, and the one sentence that says what went wrong.

Scripts rely on the codes; they do not change.
"""

import click

DONE = 0
WRONG = 1  # the thing asked about is wrong: a faulty rule file, a failed test
MISUSED = 2  # the call is wrong: an unknown option, a file that is not there
UNREACHABLE = 3  # the store or the service cannot be reached


class Trouble(click.ClickException):
    """A command cannot give what was asked for.

    `code` is kebab-case and stable, `sentence` says what is wrong, `way_out` what would
    be right; all of it is printed on one line.
    """

    def __init__(
        self, code: str, sentence: str, way_out: str, *, exit_code: int = MISUSED
    ) -> None:
        super().__init__(f"{code}: {sentence}; {way_out}")
        self.code = code
        self.exit_code = exit_code  # type: ignore[misc] # click reads the instance
