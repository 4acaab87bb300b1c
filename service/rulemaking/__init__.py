"""Making rules: drafted by one, reviewed by another, adopted by a third."""

from service.rulemaking.commands import (
    AdoptDraft,
    DraftRules,
    ReviewDraft,
    RulesCommand,
    WithdrawRevision,
)
from service.rulemaking.desk import RulesAccepted, RulesDesk, sound
from service.rulemaking.impact import RulesImpact, impact_of_draft
from service.rulemaking.reading import Checked, checked

__all__ = [
    "AdoptDraft",
    "Checked",
    "DraftRules",
    "ReviewDraft",
    "RulesAccepted",
    "RulesCommand",
    "RulesDesk",
    "RulesImpact",
    "WithdrawRevision",
    "checked",
    "impact_of_draft",
    "sound",
]
