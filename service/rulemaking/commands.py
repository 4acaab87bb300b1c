"""What can be asked of a framework."""

from msgspec import Struct


class DraftRules(Struct, frozen=True, kw_only=True):
    """Propose a text as the next revision."""

    framework: str
    text: str


class ReviewDraft(Struct, frozen=True, kw_only=True):
    """Say what one thinks of a draft, having read exactly this text."""

    framework: str
    revision: int
    framework_hash: str
    in_favour: bool
    remark: str


class AdoptDraft(Struct, frozen=True, kw_only=True):
    """Let a draft be used from here on, knowing what it changes."""

    framework: str
    revision: int
    framework_hash: str
    impact_hash: str
    erratum: str | None = None  # why it applies to days that are past


class WithdrawRevision(Struct, frozen=True, kw_only=True):
    """Keep a revision from being used for new inspections."""

    framework: str
    revision: int
    reason: str


RulesCommand = DraftRules | ReviewDraft | AdoptDraft | WithdrawRevision
