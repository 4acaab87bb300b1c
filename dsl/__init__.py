"""The rules language: text in, a checked framework out; ratings and their reasons."""

from dsl.load import Loaded, load
from dsl.packaged import packaged, packaged_ids, packaged_source

__all__ = ["Loaded", "load", "packaged", "packaged_ids", "packaged_source"]
