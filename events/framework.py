"""What can happen to a framework: the facts of the `framework` category.

With these the ledger is enough: every rule text that ever rated anything is in it.
"""

from datetime import date

from msgspec import Struct

CATEGORY = "framework"


class RuleFile(Struct, frozen=True):
    """One source file as it was adopted, to the byte."""

    name: str  # "youth-2021.rules"
    text: str


class FrameworkDrafted(Struct, frozen=True, kw_only=True, tag="framework-drafted"):
    """A text was proposed as the next revision; a later draft takes its place."""

    framework: str
    revision: int  # that it would be
    framework_hash: str
    files: tuple[RuleFile, ...]


class DraftReviewed(Struct, frozen=True, kw_only=True, tag="draft-reviewed"):
    """Somebody else than its author read a draft."""

    framework: str
    revision: int
    framework_hash: str  # of the text that was read
    in_favour: bool
    remark: str


class FrameworkAdopted(Struct, frozen=True, kw_only=True, tag="framework-adopted"):
    """A revision of a framework may be used from here on."""

    framework: str
    revision: int  # from 1
    framework_hash: str  # of the canonical flattened text
    files: tuple[RuleFile, ...]  # its own file first, then those it is based on
    author: str
    reviewer: str
    effective_on: date | None = None
    impact_hash: str | None = None  # of what the adopter was shown it would change
    erratum: str | None = None  # why it applies to days that are past


class FrameworkWithdrawn(Struct, frozen=True, kw_only=True, tag="framework-withdrawn"):
    """A revision is not to be used for new inspections."""

    framework: str
    revision: int
    reason: str


FrameworkEvent = (
    FrameworkDrafted | DraftReviewed | FrameworkAdopted | FrameworkWithdrawn
)
