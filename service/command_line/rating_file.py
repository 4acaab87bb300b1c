"""The inspection file that `adjudge rate` reads, checked against a framework."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec
from msgspec import Struct

from dsl.evidence import Count, Decision, Evidence
from dsl.framework import Framework, Scope
from dsl.outcome import Assessment
from dsl.rating.discretion import NotAllowed
from dsl.rating.evaluate import evaluate
from dsl.rating.method import is_judged
from dsl.rating.wording import listed

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WHOLE = 100


class FaultyFile(Exception):
    """The file cannot be rated: a stable code, one sentence and a way out.

    `unreadable` tells a file that is no JSON from one that says something wrong.
    """

    def __init__(
        self, code: str, sentence: str, way_out: str, *, unreadable: bool = False
    ) -> None:
        super().__init__(f"{sentence}; {way_out}")
        self.code = code
        self.sentence = sentence
        self.way_out = way_out
        self.unreadable = unreadable


class Figures(Struct, frozen=True):
    """`{"yes": 5, "relevant": 8}` or `{"percent": 63}`"""

    yes: int | None = None
    relevant: int | None = None
    percent: int | None = None


class InspectionFile(Struct, frozen=True):
    """One inspection as figures; keys it does not know are ignored."""

    framework: str | None = None
    judgements: dict[str, str] = {}
    key_questions: dict[str, object] = {}
    discretion: dict[str, str] = {}
    facts: dict[str, bool | str] = {}
    not_inspected: tuple[str, ...] = ()


def read(text: bytes) -> InspectionFile:
    """Read the file's text; raises FaultyFile."""
    try:
        said = msgspec.json.decode(text.removeprefix(_BYTE_ORDER_MARK))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FaultyFile(
            "not-json",
            "the file is not JSON",
            "see `adjudge rate --help` for what it holds",
            unreadable=True,
        ) from error
    try:
        return msgspec.convert(said, InspectionFile)
    except msgspec.ValidationError as error:
        raise _misshapen(str(error)) from error


def rate_file(framework: Framework, file: InspectionFile) -> Assessment:
    """Rate the inspection; raises FaultyFile for what the framework does not admit.

    A standard that `discretion` leaves at its computed rating was considered and not
    moved.
    """
    return evaluate(framework, evidence_of(framework, file))


def evidence_of(framework: Framework, file: InspectionFile) -> Evidence:
    """What is known, the panel's decisions included; raises FaultyFile."""
    evidence = _evidence(framework, file)
    if not file.discretion:
        return evidence
    computed = evaluate(framework, evidence).standards
    decisions = {
        standard: Decision(applied=rating != computed[standard].rating, rating=rating)
        for standard, rating in file.discretion.items()
    }
    decided = replace(evidence, decisions=decisions)
    try:
        evaluate(framework, decided)
    except NotAllowed as refusal:
        raise FaultyFile(
            refusal.code, refusal.reason, f"take `{refusal.part}` out of `discretion`"
        ) from refusal
    return decided


def nearest(name: str, known: Iterable[str]) -> str:
    """A way out for a name that is not there: the one most like it, or all of them."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    return (
        f"there is {listed([f'`{each}`' for each in names])}"
        if names
        else "take it out"
    )


def _evidence(framework: Framework, file: InspectionFile) -> Evidence:
    questions = {
        question: _figures(framework, question, said)
        for question, said in file.key_questions.items()
    }
    for part, rating in file.judgements.items():
        _check_judgement(framework, part)
        _check_rating(framework, part, rating)
    for standard, rating in file.discretion.items():
        _check_known(standard, "standard", framework.standards)
        _check_rating(framework, standard, rating)
    for domain in file.not_inspected:
        _check_known(domain, "domain", framework.domains)
    return Evidence(
        counts={
            question: Count(each.yes, each.relevant)
            for question, each in questions.items()
            if each.yes is not None and each.relevant is not None
        },
        percentages={
            question: each.percent
            for question, each in questions.items()
            if each.percent is not None and each.yes is None
        },
        judgements=file.judgements,
        facts={name: _fact(framework, name, file.facts[name]) for name in file.facts},
        not_inspected=frozenset(file.not_inspected),
    )


def _figures(framework: Framework, question: str, said: object) -> Figures:
    _check_known(question, "question", framework.questions)
    try:
        figures = msgspec.convert(said, Figures)
    except msgspec.ValidationError as error:
        raise FaultyFile(
            "bad-figures",
            f"the figures of `{question}` are not whole numbers",
            'write {"yes": 5, "relevant": 8} or {"percent": 63}',
        ) from error
    fault = _impossible(figures)
    if fault:
        raise FaultyFile(
            "impossible-count", f"`{question}` has {fault}", "correct the figures"
        )
    return figures


def _impossible(figures: Figures) -> str | None:
    """What cannot be true of these figures."""
    yes, relevant, percent = figures.yes, figures.relevant, figures.percent
    if (yes is None) != (relevant is None):
        return "one of `yes` and `relevant` without the other"
    if percent is not None and not 0 <= percent <= _WHOLE:
        return f"{percent} per cent"
    if yes is None or relevant is None:
        return "neither a count nor a percentage" if percent is None else None
    if not 0 <= yes <= relevant:
        return f"{yes} of {relevant} relevant cases"
    counted = Count(yes, relevant).percentage
    if percent not in (None, counted):
        return f"{percent} per cent beside {yes} of {relevant}, which is {counted}"
    return None


def _fact(framework: Framework, name: str, value: bool | str) -> str:  # noqa: FBT001 - a fact may be true or false
    _check_known(name, "fact", framework.facts)
    fact = framework.facts[name]
    if fact.scope is Scope.CASE:
        raise FaultyFile(
            "fact-of-a-case",
            f"`{name}` is known of each case, not of the inspection",
            "take it out of `facts`",
        )
    spelt = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    if spelt not in fact.values:
        raise FaultyFile(
            "unknown-value",
            f"`{spelt}` is no value of `{name}`",
            nearest(spelt, fact.values),
        )
    return spelt


def _check_known(name: str, kind: str, known: Mapping[str, object]) -> None:
    if name not in known:
        sentence = f"there is no {kind} `{name}`"
        raise FaultyFile(f"unknown-{kind}", sentence, nearest(name, known))


def _check_judgement(framework: Framework, part: str) -> None:
    _check_known(part, "part", framework.rates)
    if not is_judged(framework.rates[part].method):
        raise FaultyFile(
            "not-judged",
            f"`{part}` is not judged but worked out from what is below it",
            "give its figures in `key_questions` instead",
        )


def _check_rating(framework: Framework, part: str, rating: str) -> None:
    names = [each.name for each in framework.ratings]
    if rating not in names:
        raise FaultyFile(
            "unknown-rating",
            f"`{rating}`, given to `{part}`, is no rating",
            nearest(rating, names),
        )


def _misshapen(message: str) -> FaultyFile:
    """Say which key is wrong; the reader's own message names types of Python."""
    found = re.search(r"\$\.(\w+)", message)
    if found is None:
        sentence, key = "the file holds no JSON object", "the file"
    else:
        key = f"`{found[1]}`"
        sentence = f"{key} is not of the form it should have"
    return FaultyFile(
        "bad-form", sentence, f"see `adjudge rate --help` for the form of {key}"
    )
