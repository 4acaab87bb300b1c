"""All that is wrong with a loaded rule file, its failing tests included."""

from dsl.diagnostic import Diagnostic
from dsl.load import Loaded
from dsl.rating.run_test import run_test


def mistakes(loaded: Loaded) -> tuple[Diagnostic, ...]:
    """The same, in the same order, for the command line and for an editor."""
    if loaded.framework is None:
        return loaded.diagnostics
    failures = [run_test(loaded.framework, test) for test in loaded.tests]
    return loaded.diagnostics + tuple(found for failed in failures for found in failed)
