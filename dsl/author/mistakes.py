"""All that is wrong with a loaded rule file, its failing tests included."""

from collections.abc import Iterable

from dsl.author.siblings import overlaps
from dsl.diagnostic import Diagnostic
from dsl.framework import Framework
from dsl.load import Loaded
from dsl.rating.run_test import run_test


def mistakes(loaded: Loaded, others: Iterable[Framework]) -> tuple[Diagnostic, ...]:
    """The same, in the same order, for the command line and for an editor.

    The others are what the file is looked at beside: only versions of its own family
    can have anything against it.
    """
    if loaded.framework is None:
        return loaded.diagnostics
    failures = [run_test(loaded.framework, test) for test in loaded.tests]
    return (
        *loaded.diagnostics,
        *overlaps(loaded, others),
        *(found for failed in failures for found in failed),
    )
