"""What a batch is made of: answers and facts of cases, recorded without a network.

An item is the request it stands for: sent alone under the same key it gets the same
reply, and no item is carried out twice whichever way it comes.
"""

from typing import Annotated, assert_never

import msgspec
from aiohttp import web
from msgspec import UNSET, Meta, Struct, UnsetType

from events.sealed import SealedText
from events.store import CommandKey
from service.api.wire.bodies import (
    AnswerBody,
    FactBody,
    Instant,
    Line,
    Reference,
    Words,
)
from service.api.wire.context import IDENTITY
from service.api.wire.faults import faults_in
from service.api.wire.problems import Fault, Problem, Unfit
from service.api.wire.reading import asked_at, with_whole_numbers
from service.api.wire.words import fingerprint, key_of, seal
from service.desk import Accepted
from service.inspection import about
from service.inspection.commands import (
    GiveAnswer,
    RecordFact,
    WithdrawAnswer,
    WithdrawFact,
)

MOST_ITEMS = 200

Key = Annotated[str, Meta(pattern=r"^[!#-~]{1,200}\Z", max_length=200)]
Version = Annotated[int, Meta(ge=1, le=2**53)]


class AnswerItem(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="answer",
):
    """A question or prompt of a case is answered, now or anew.

    It names the version it was made from: of the last answer, or of its withdrawal.
    None says that nothing ever was on record. What changes an answer of this same batch
    names its item in `follows` instead.
    """

    key: Key
    case: Reference
    question: Reference
    answer: Line
    base_version: Version | None = None
    follows: Key | None = None
    evidence: Words | None = None
    observed_at: Instant | None = None


class AnswerWithdrawalItem(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="answer-withdrawal",
):
    """An answer is taken back."""

    key: Key
    case: Reference
    question: Reference
    base_version: Version | None = None
    follows: Key | None = None
    observed_at: Instant | None = None


class FactItem(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="fact",
):
    """A fact of a case is recorded; versions as for an answer."""

    key: Key
    case: Reference
    fact: Line
    value: Line
    base_version: Version | None = None
    follows: Key | None = None
    observed_at: Instant | None = None


class FactWithdrawalItem(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="fact-withdrawal",
):
    """A fact of a case is not known after all."""

    key: Key
    case: Reference
    fact: Line
    base_version: Version | None = None
    follows: Key | None = None
    observed_at: Instant | None = None


Item = AnswerItem | AnswerWithdrawalItem | FactItem | FactWithdrawalItem

_BY_KIND: dict[str, type[Struct]] = {
    "answer": AnswerItem,
    "answer-withdrawal": AnswerWithdrawalItem,
    "fact": FactItem,
    "fact-withdrawal": FactWithdrawalItem,
}


class AnswerBatchBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answers and facts of one inspection, in the order in which they were recorded.

    An item that does not fit, be it by one field that is not known, is answered with
    422 in its own result: what is beside it is carried out all the same.
    """

    items: Annotated[tuple[Item, ...], Meta(min_length=1, max_length=MOST_ITEMS)]


class ItemResult(Struct, frozen=True, kw_only=True):
    """What came of one item: as if it had been sent alone.

    `version` is to be named by the next change. `reply` is left out on
    `Prefer: return=minimal`; a `problem` never is.
    """

    key: str | None  # null: the item has none that can be used
    status: int
    replayed: bool = False
    version: int | None = None
    position: int | None = None
    reply: Accepted | UnsetType | None = UNSET
    problem: Problem | None = None


class AnswerBatchView(Struct, frozen=True, kw_only=True):
    """One result for each item, in the order of the items."""

    inspection: str
    as_of: int
    results: tuple[ItemResult, ...]


def thing_of(item: Item) -> str:
    """What an item changes."""
    match item:
        case AnswerItem() | AnswerWithdrawalItem():
            return about.answer(item.case, item.question)
        case FactItem() | FactWithdrawalItem():
            return about.fact(item.case, item.fact)
        case _:
            assert_never(item)


def item_of(raw: msgspec.Raw) -> Item:
    """One item; raises Unfit with everything in it that does not fit."""
    try:
        item: Item = _ITEM.decode(raw)
    except msgspec.ValidationError as error:
        said = with_whole_numbers(msgspec.json.decode(raw))
        faults = _faults(said)
        if faults:
            raise Unfit(faults) from error
        item = msgspec.convert(said, Item)
    if item.follows is not None and item.base_version is not None:
        detail = "must not be given beside `base_version`"
        raise Unfit((Fault(pointer="/follows", detail=detail),))
    return item


_ITEM = msgspec.json.Decoder(Item)


def _faults(value: object) -> tuple[Fault, ...]:
    if not isinstance(value, dict):
        return (Fault(pointer="", detail="must be an object"),)
    kind = _BY_KIND.get(str(value.get("kind")))
    if kind is None:
        kinds = ", ".join(f"`{name}`" for name in _BY_KIND)
        return (Fault(pointer="/kind", detail=f"must be one of {kinds}"),)
    rest = {name: field for name, field in value.items() if name != "kind"}
    return faults_in(rest, kind)


class Prepared(Struct, frozen=True, kw_only=True):
    """An item as a command, with the key by which its repeats are known."""

    item: Item
    command: GiveAnswer | WithdrawAnswer | RecordFact | WithdrawFact
    key: CommandKey


async def prepared(request: web.Request, inspection: str, item: Item) -> Prepared:
    """Seal an item's words and make the command of it; raises Refused."""
    case, evidence = item.case, None
    if isinstance(item, AnswerItem) and item.evidence is not None:
        evidence = await seal(
            request,
            item.evidence,
            inspection=inspection,
            thing=thing_of(item),
            case=case,
        )
    said = asked_at(request[IDENTITY].person, *_alone(inspection, item))
    print_ = await fingerprint(
        request, said, inspection=inspection, key=key_of(inspection, case)
    )
    return Prepared(
        item=item, command=_command(item, evidence), key=CommandKey(item.key, print_)
    )


def _command(
    item: Item, evidence: SealedText | None
) -> GiveAnswer | WithdrawAnswer | RecordFact | WithdrawFact:
    case = item.case
    match item:
        case AnswerItem(question=question, answer=answer):
            return GiveAnswer(
                case=case, question=question, answer=answer, evidence=evidence
            )
        case AnswerWithdrawalItem(question=question):
            return WithdrawAnswer(case=case, question=question)
        case FactItem(fact=fact, value=value):
            return RecordFact(case=case, fact=fact, value=value)
        case FactWithdrawalItem(fact=fact):
            return WithdrawFact(case=case, fact=fact)
        case _:
            assert_never(item)


def _alone(inspection: str, item: Item) -> tuple[str, str, Struct | None]:
    """Method, address and body of the request that an item stands for."""
    here = f"/v1/inspections/{inspection}/cases/{item.case}"
    match item:
        case AnswerItem(answer=answer, evidence=evidence, observed_at=at):
            body = AnswerBody(answer=answer, evidence=evidence, observed_at=at)
            return "PUT", f"{here}/answers/{item.question}", body
        case AnswerWithdrawalItem(question=question):
            return "DELETE", f"{here}/answers/{question}", None
        case FactItem(fact=fact, value=value, observed_at=at):
            return (
                "PUT",
                f"{here}/facts/{fact}",
                FactBody(value=value, observed_at=at),
            )
        case FactWithdrawalItem(fact=fact):
            return "DELETE", f"{here}/facts/{fact}", None
        case _:
            assert_never(item)
