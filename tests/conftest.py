"""What tests of several packages are given."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.postgres import Postgres, postgres


@pytest.fixture(scope="session", name="postgres")
def postgres_server() -> Iterator[Postgres]:
    """One server for all tests; each takes a database of its own."""
    with postgres() as running:
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many combinations were tried, so that it is seen where tests are run."""
    tried: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        for name, count in report.user_properties:
            if name.endswith("combinations") and isinstance(count, int):
                tried[name] += count
    for name, count in sorted(tried.items()):
        terminalreporter.write_line(f"{name} tried: {count:,}")
