"""The desk where rules are made: author, reviewer and adopter are three people (F3).

Whatever brings a command, roles and persons are checked here. A review and an adoption
are of exactly the text that was read: its hash is named, and must be the draft's.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import assert_never

import msgspec
from msgspec import Struct

from dsl import Framework
from events.framework import (
    CATEGORY,
    DraftReviewed,
    FrameworkAdopted,
    FrameworkDrafted,
    FrameworkWithdrawn,
    RuleFile,
)
from events.recorded import NewEvent, StreamName
from events.store import Append, Appended, EventStore
from projections import Draft, Shelf
from service.choices import CHOICES, Choices
from service.desk import Errand
from service.permission import Action, require_role, require_strength
from service.refusal import Refused
from service.rulemaking.commands import (
    AdoptDraft,
    DraftRules,
    ReviewDraft,
    RulesCommand,
    WithdrawRevision,
)
from service.rulemaking.eyes import require_not_author, require_third
from service.rulemaking.impact import impact_of_draft
from service.rulemaking.reading import Checked, checked, told

RULES_AUTHORITY: Mapping[type[Struct], Action] = MappingProxyType(
    {
        DraftRules: Action.DRAFT_RULES,
        ReviewDraft: Action.REVIEW_RULES,
        AdoptDraft: Action.ADOPT_RULES,
        WithdrawRevision: Action.WITHDRAW_FRAMEWORK,
    }
)


class RulesAccepted(Struct, frozen=True, kw_only=True):
    """The reply to a command about rules that was carried out."""

    framework: str
    revision: int
    framework_hash: str
    position: int  # of its event in the ledger
    version: int
    created: bool


class RulesDesk:
    """Runs commands about frameworks on the store, one at a time."""

    def __init__(
        self, store: EventStore, shelf: Shelf, *, choices: Choices = CHOICES
    ) -> None:
        self.choices = choices
        self._store = store
        self._shelf = shelf
        self._turn = asyncio.Lock()

    async def run(self, command: RulesCommand, errand: Errand) -> tuple[bytes, bool]:
        """Carry out a command: the reply as JSON, and whether it was a repeat.

        Raises Refused, and what `EventStore.append` raises.
        """
        action, wanted = RULES_AUTHORITY[type(command)], self.choices.step_up
        require_role(errand.roles, action)
        require_strength(errand.strength, action, wanted, at=errand.at)
        async with self._turn:
            await self._store.caught_up()  # with what other processes adopted
            decide = await self._decided(command, errand)
            draft = self._shelf.drafts.get(command.framework)
            seen = 0 if draft is None else draft.version
            appended = await self._store.append(
                Append(
                    stream=StreamName(CATEGORY, command.framework),
                    origin=errand.origin,
                    decide=decide,
                    command=errand.key,
                    expects={} if seen == 0 else {_DRAFT: seen},
                    reply=_reply,
                )
            )
            for recorded in appended.events:
                self._shelf.place(recorded)
        if appended.reply is None:
            raise Refused(
                "reply-forgotten",
                "this command was carried out long ago and its reply is no longer kept",
            )
        return appended.reply, appended.replayed

    async def _decided(
        self, command: RulesCommand, errand: Errand
    ) -> Callable[[], Sequence[NewEvent]]:
        """What decides when the turn comes; what takes long is done before."""
        match command:
            case DraftRules(framework=id_, text=text):
                read = await asyncio.to_thread(checked, id_, text, self._shelf)
                return lambda: self._draft(command, read)
            case ReviewDraft():
                return lambda: self._review(command, errand)
            case AdoptDraft():
                newest = self._shelf.newest
                read = await self._read_again(command)
                impact = await impact_of_draft(self._store, sound(read))

                def adopted() -> Sequence[NewEvent]:
                    if self._shelf.newest != newest:  # by another process, meanwhile
                        raise _moved("other rules were adopted at the same moment")
                    return self._adopt(command, errand, read, impact.impact_hash)

                return adopted
            case WithdrawRevision():
                return lambda: self._withdraw(command)
            case _:
                assert_never(command)

    async def _read_again(self, command: AdoptDraft) -> Checked:
        """The draft against what is adopted now, which may have moved since."""
        text = self._of(command).fact.files[0].text
        return await asyncio.to_thread(checked, command.framework, text, self._shelf)

    def _draft(self, command: DraftRules, read: Checked) -> Sequence[NewEvent]:
        framework = sound(read)
        drafted = FrameworkDrafted(
            framework=command.framework,
            revision=len(self._shelf.revisions(command.framework)) + 1,
            framework_hash=framework.hash,
            files=tuple(RuleFile(it.name, it.text) for it in read.loaded.files),
        )
        return (NewEvent(drafted, _DRAFT),)

    def _review(self, command: ReviewDraft, errand: Errand) -> Sequence[NewEvent]:
        draft = self._of(command)
        require_not_author(draft, errand.origin.actor)
        reviewed = DraftReviewed(
            framework=command.framework,
            revision=command.revision,
            framework_hash=command.framework_hash,
            in_favour=command.in_favour,
            remark=command.remark,
        )
        return (NewEvent(reviewed, _DRAFT),)

    def _adopt(
        self, command: AdoptDraft, errand: Errand, read: Checked, impact_hash: str
    ) -> Sequence[NewEvent]:
        draft, framework = self._of(command), sound(read)
        if framework.hash != command.framework_hash:
            raise _moved("what it is based on was adopted anew since it was drafted")
        against = sorted(person for person, said in draft.reviews.items() if not said)
        reviewers = sorted(set(draft.reviews) - {*against, draft.author})
        require_third(draft, errand.origin.actor)
        if not reviewers or against:
            raise Refused(
                "not-reviewed",
                "nobody but its author read this draft and was for it, or somebody was "
                "against it",
                roles=("rule-author",),
            )
        if command.impact_hash != impact_hash:
            raise Refused(
                "impact-moved",
                "the draft would not change what was shown; look at its impact again",
            )
        begins = framework.applies_from
        if begins is not None and begins < errand.at.date() and not command.erratum:
            raise Refused(
                "erratum-unexplained",
                f"this would apply from {begins}, which is past; say in `erratum` why",
                pointer="/erratum",
            )
        adopted = FrameworkAdopted(
            framework=command.framework,
            revision=command.revision,
            framework_hash=framework.hash,
            files=tuple(RuleFile(it.name, it.text) for it in read.loaded.files),
            author=draft.author,
            reviewer=reviewers[0],
            effective_on=begins,
            impact_hash=impact_hash,
            erratum=command.erratum,
        )
        return (NewEvent(adopted, _DRAFT),)

    def _withdraw(self, command: WithdrawRevision) -> Sequence[NewEvent]:
        try:
            edition = self._shelf.edition(command.framework, command.revision)
        except KeyError:
            raise _unknown(command.framework, command.revision) from None
        if not self._shelf.is_usable(edition):
            return ()
        withdrawn = FrameworkWithdrawn(
            framework=command.framework,
            revision=command.revision,
            reason=command.reason,
        )
        return (NewEvent(withdrawn, f"revisions/{command.revision}"),)

    def _of(self, command: ReviewDraft | AdoptDraft) -> Draft:
        """The draft that a command is about, if it is the text that was read."""
        draft = self._shelf.drafts.get(command.framework)
        if draft is None or draft.fact.revision != command.revision:
            raise _unknown(command.framework, command.revision)
        if draft.fact.framework_hash != command.framework_hash:
            raise _moved("another text was drafted since")
        return draft


_DRAFT = "draft"
_ACCEPTED = msgspec.json.Encoder()


def sound(read: Checked) -> Framework:
    """The rules; raises Refused while the text has mistakes or its tests fail."""
    framework = read.framework
    if framework is None:
        mistakes = read.mistakes
        raise Refused(
            "rule-diagnostics",
            f"the text has {len(mistakes)} mistakes; the first: {told(mistakes)[0]}",
            faults=told(mistakes),
        )
    if read.failing:
        raise Refused(
            "rule-tests-failing",
            f"{len(read.failing)} expectations of its tests are not met; the first: "
            f"{told(read.failing)[0]}",
            faults=told(read.failing),
        )
    return framework


def _reply(appended: Appended) -> bytes:
    last = appended.events[-1].data if appended.events else None
    return _ACCEPTED.encode(
        RulesAccepted(
            framework=getattr(last, "framework", ""),
            revision=getattr(last, "revision", 0),
            framework_hash=getattr(last, "framework_hash", ""),
            position=appended.position,
            version=appended.events[-1].version if appended.events else 0,
            created=bool(appended.events),
        )
    )


def _unknown(framework: str, revision: int) -> Refused:
    return Refused("not-found", f"`{framework}` has no revision or draft {revision}")


def _moved(why: str) -> Refused:
    return Refused("content-moved", f"this is not the text that was read: {why}")
