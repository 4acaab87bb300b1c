"""Packaged frameworks for tests."""

from dsl.framework import Framework
from dsl.packaged import packaged


def framework(id_: str) -> Framework:
    """A packaged framework, which has no mistakes."""
    found = packaged(id_).framework
    assert found is not None
    return found
