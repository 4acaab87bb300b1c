"""What tests of several packages are given."""

from collections.abc import Iterator

import pytest

from tests.postgres import Postgres, postgres


@pytest.fixture(scope="session", name="postgres")
def postgres_server() -> Iterator[Postgres]:
    """One server for all tests; each takes a database of its own."""
    with postgres() as running:
        yield running
