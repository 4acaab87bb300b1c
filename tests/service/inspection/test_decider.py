"""What follows from commands, and what is refused and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from msgspec import Struct
from msgspec.structs import replace

from events.framework import FrameworkWithdrawn
from events.inspection import (
    AnswerGiven,
    AnswerWithdrawn,
    CaseAdded,
    CaseExcluded,
    DomainSetAside,
    FactRecorded,
    GuidanceDeparted,
    InspectionAnnounced,
    JudgementProposed,
    JudgementWithdrawn,
)
from events.recorded import StreamName
from events.sealed import SealedText
from projections import RatingBook, Shelf, read_book
from service.identity import Role
from service.inspection.asker import Asker
from service.inspection.commands import (
    AddCase,
    AnnounceInspection,
    DepartFromGuidance,
    ExcludeCase,
    GiveAnswer,
    InspectionCommand,
    ProposeJudgement,
    RecordFact,
    RestoreCase,
    SetDomainAside,
    TakeDomainUp,
    WithdrawAnswer,
    WithdrawFact,
    WithdrawJudgement,
)
from service.inspection.decider import decide
from service.inspection.situation import Situation
from service.refusal import Refused
from tests.projections.recording import announced, record, recorded, shelf_of

SHELF = shelf_of(
    "youth-2018",
    "youth-2020",
    "youth-2021",
    "cqc-adult-social-care",
    "ofsted-childrens-homes",
)
WORDS = SealedText("inspection/brent-2019", b"", b"")
CASE = CaseAdded(case="C-1", sample="court disposals")
YES = AnswerGiven(case="C-1", question="2.1.1", answer="Yes")
GIVE_YES = GiveAnswer(case="C-1", question="2.1.1", answer="Yes")
GIVE_NO = GiveAnswer(case="C-1", question="2.1.1", answer="No")


LENA = Asker(
    person="lena",
    roles=frozenset({Role.LEAD_INSPECTOR}),
    at=datetime(2026, 3, 1, 12, tzinfo=UTC),
)


@dataclass(frozen=True)
class Given:
    """An inspection with these facts behind it."""

    book: RatingBook | None
    shelf: Shelf = field(default_factory=lambda: SHELF)

    def when(self, command: InspectionCommand, *, seen: bool = False) -> list[Struct]:
        """The facts that follow from a command."""
        situation = Situation("brent-2019", self.book, self.shelf, LENA, seen=seen)
        return [event.data for event in decide(command, situation)]

    def refuses(self, command: InspectionCommand, *, seen: bool = False) -> Refused:
        """The refusal of a command."""
        with pytest.raises(Refused) as caught:
            self.when(command, seen=seen)
        return caught.value


def given(*facts: Struct, framework: str = "youth-2020") -> Given:
    return Given(read_book(record([announced(framework), *facts]), SHELF))


def complete(framework: str, answers: Sequence[tuple[str, str]]) -> Given:
    """One court case, relevant everywhere, with these answers."""
    relevant = [
        FactRecorded(case="C-1", fact=fact, value=value)
        for fact, value in {
            "safety is a factor": "yes",
            "risk of serious harm, judged": "high",
        }.items()
    ]
    asked = [AnswerGiven(case="C-1", question=q, answer=a) for q, a in answers]
    return given(CASE, *relevant, *asked, framework=framework)


ONE_CASE_DECIDES = (("2.1.1", "Yes"), ("2.1.2", "No"), ("2.1.3", "Yes"))


# ---- announcing


ANNOUNCE = AnnounceInspection(
    service="A service",
    programme="single",
    fieldwork_starts_on=date(2019, 8, 5),
    framework="youth-2018",
)


def test_an_inspection_is_held_to_the_revision_in_force() -> None:
    (fact,) = Given(None).when(ANNOUNCE)

    assert isinstance(fact, InspectionAnnounced)
    assert (fact.framework, fact.revision) == ("youth-2018", 1)
    assert fact.framework_hash == SHELF.edition("youth-2018", 1).framework.hash


def test_the_only_framework_in_force_need_not_be_named() -> None:
    only = Given(None, shelf_of("youth-2018", "youth-2020"))

    (fact,) = only.when(replace(ANNOUNCE, framework=None))

    assert isinstance(fact, InspectionAnnounced)
    assert fact.framework == "youth-2018"


@pytest.mark.parametrize(
    ("changed", "code", "says"),
    [
        ({"framework": None}, "framework-not-chosen", "in force on 2019-08-05 are"),
        (
            {"framework": "youth-2021"},
            "framework-not-in-force",
            "`youth-2021` is not in force on 2019-08-05",
        ),
        ({"framework": "youth-2081"}, "unknown-framework", "did you mean `youth-20"),
        ({"revision": 7}, "framework-not-in-force", "has no revision 7"),
    ],
)
def test_an_announcement_that_does_not_fit_is_refused(
    changed: dict[str, object], code: str, says: str
) -> None:
    refused = Given(None).refuses(replace(ANNOUNCE, **changed))

    assert refused.code == code
    assert says in refused.reason


def test_a_withdrawn_revision_is_not_used_for_new_inspections() -> None:
    shelf = shelf_of("youth-2018")
    withdrawn = FrameworkWithdrawn(framework="youth-2018", revision=1, reason="erratum")
    stream = StreamName("framework", "youth-2018")
    shelf.place(recorded(withdrawn, position=2, stream=stream))

    refused = Given(None, shelf).refuses(ANNOUNCE)

    assert refused.code == "framework-not-in-force"


def test_an_id_is_never_used_twice() -> None:
    assert given().refuses(ANNOUNCE).code == "inspection-exists"


def test_nothing_can_be_done_in_an_inspection_that_is_not_there() -> None:
    assert Given(None).refuses(GIVE_YES).code == "not-found"


# ---- cases


def test_a_case_comes_with_what_is_known_of_it() -> None:
    facts = {"safety is a factor": "yes", "gender": "female"}

    added, *known = given().when(
        AddCase(case="C-1", sample="court disposals", facts=facts)
    )

    assert added == CASE
    assert known == [
        FactRecorded(case="C-1", fact=fact, value=value)
        for fact, value in facts.items()
    ]


@pytest.mark.parametrize(
    ("sample", "facts", "code"),
    [
        ("court disposal", {}, "unknown-sample"),
        ("court disposals", {"safety": "yes"}, "unknown-fact"),
        ("court disposals", {"gender": "unsaid"}, "unknown-value"),
        ("court disposals", {"disposal": "youth caution"}, "outside-sample"),
    ],
)
def test_a_case_that_does_not_fit_its_sample_is_refused(
    sample: str, facts: dict[str, str], code: str
) -> None:
    command = AddCase(case="C-1", sample=sample, facts=facts)

    assert given().refuses(command).code == code


def test_a_case_is_added_once() -> None:
    again = AddCase(case="C-1", sample="court disposals", facts={})

    assert given(CASE).refuses(again).code == "case-exists"


def test_excluding_and_restoring_twice_changes_nothing() -> None:
    exclude = ExcludeCase(case="C-1", reason=WORDS)
    restore = RestoreCase(case="C-1", reason=WORDS)
    excluded = CaseExcluded(case="C-1", reason=WORDS)

    assert given(CASE).when(exclude) == [excluded]
    assert given(CASE, excluded).when(exclude) == []
    assert given(CASE).when(restore) == []
    assert len(given(CASE, excluded).when(restore)) == 1


# ---- answers and facts


def test_a_first_answer_replaces_nothing() -> None:
    assert given(CASE).when(GIVE_YES) == [YES]


def test_a_change_replaces_the_version_that_was_seen() -> None:
    (fact,) = given(CASE, YES).when(GIVE_NO, seen=True)

    assert isinstance(fact, AnswerGiven)
    assert (fact.answer, fact.replaces) == ("No", 3)


def test_a_change_by_one_who_has_not_seen_what_is_there_is_refused() -> None:
    refused = given(CASE, YES).refuses(GIVE_NO)

    assert refused.code == "precondition-required"
    assert refused.details["current"] == 3


def test_the_same_answer_again_is_nothing_new() -> None:
    assert given(CASE, YES).when(GIVE_YES, seen=True) == []


def test_the_same_answer_with_evidence_is_recorded() -> None:
    command = GiveAnswer(case="C-1", question="2.1.1", answer="Yes", evidence=WORDS)

    assert len(given(CASE, YES).when(command, seen=True)) == 1


@pytest.mark.parametrize(
    ("case", "question", "answer", "code"),
    [
        ("C-2", "2.1.1", "Yes", "not-found"),
        ("C-1", "2.1.9", "Yes", "unknown-question"),
        ("C-1", "2.1.1", "Maybe", "unknown-answer"),
        ("C-1", "3.1.1", "Yes", "not-asked"),
        ("C-1", "1.1.1", "Yes", "not-asked"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(
    case: str, question: str, answer: str, code: str
) -> None:
    command = GiveAnswer(case=case, question=question, answer=answer)

    assert given(CASE).refuses(command).code == code


def test_an_answer_that_does_not_count_is_not_refused() -> None:
    irrelevant = FactRecorded(case="C-1", fact="safety is a factor", value="no")
    safety = GiveAnswer(case="C-1", question="2.2.2", answer="No")

    assert len(given(CASE, irrelevant).when(safety)) == 1


def test_a_withdrawal_names_what_it_withdraws() -> None:
    withdraw = WithdrawAnswer(case="C-1", question="2.1.1")

    (fact,) = given(CASE, YES).when(withdraw, seen=True)

    assert isinstance(fact, AnswerWithdrawn)
    assert fact.replaces == 3
    assert given(CASE).refuses(withdraw, seen=True).code == "not-found"
    assert given(CASE, YES).refuses(withdraw).code == "precondition-required"


def test_facts_of_cases_and_of_the_service_are_kept_apart() -> None:
    care = given(framework="cqc-adult-social-care")
    breach = RecordFact(case=None, fact="breach of regulations", value="yes")

    assert len(care.when(breach)) == 1
    assert given(CASE).refuses(breach).code == "unknown-fact"
    of_case = RecordFact(case="C-1", fact="gender", value="male")
    assert len(given(CASE).when(of_case)) == 1
    assert given().refuses(of_case).code == "not-found"


def test_a_fact_is_withdrawn_by_one_who_has_seen_it() -> None:
    known = FactRecorded(case="C-1", fact="gender", value="male")
    withdraw = WithdrawFact(case="C-1", fact="gender")

    assert len(given(CASE, known).when(withdraw, seen=True)) == 1
    assert given(CASE, known).refuses(withdraw).code == "precondition-required"
    again = RecordFact(case="C-1", fact="gender", value="male")
    assert given(CASE, known).when(again, seen=True) == []


# ---- domains


def test_a_domain_is_set_aside_and_taken_up_once() -> None:
    aside = SetDomainAside(domain="2", reason=WORDS)
    taken_up = TakeDomainUp(domain="2", reason=WORDS)

    assert len(given().when(aside)) == 1
    assert given().when(taken_up) == []
    assert given().refuses(SetDomainAside(domain="9", reason=WORDS)).code == (
        "unknown-domain"
    )
    book = read_book(
        [
            *record([announced("youth-2020")]),
            recorded(DomainSetAside(domain="2", reason=WORDS), position=2),
        ],
        SHELF,
    )
    assert book.ratings.assessment().standards["2.1"].unrated == "not-inspected"


# ---- judgements


def test_a_judgement_rates_a_judged_standard_only() -> None:
    good = ProposeJudgement(standard="1.1", rating="Good")

    assert given().when(good) == [JudgementProposed(standard="1.1", rating="Good")]
    cases = ProposeJudgement(standard="2.1", rating="Good")
    assert given().refuses(cases).code == "not-judged"
    odd = ProposeJudgement(standard="1.1", rating="Great")
    assert given().refuses(odd).code == "unknown-rating"
    nothing = ProposeJudgement(standard="1.9", rating="Good")
    assert given().refuses(nothing).code == "unknown-standard"
    scored = ProposeJudgement(standard="overall", rating="Good")
    assert given().refuses(scored).code == "not-judged"


def test_the_overall_rating_is_judged_where_the_rules_say_so() -> None:
    home = given(
        JudgementProposed(standard="1", rating="Good"),
        JudgementProposed(standard="2", rating="Inadequate"),
        framework="ofsted-childrens-homes",
    )
    good = ProposeJudgement(standard="overall", rating="Good")
    proposed = home.when(good)

    assert proposed == [JudgementProposed(standard="overall", rating="Good")]
    judged = given(
        JudgementProposed(standard="2", rating="Inadequate"),
        *proposed,
        framework="ofsted-childrens-homes",
    )
    reason = DepartFromGuidance(standard="overall", reason=WORDS)
    (departed,) = judged.when(reason)
    assert isinstance(departed, GuidanceDeparted)
    assert departed.expected == "Inadequate"
    assert departed.given == "Requires improvement to be good"


def test_a_judgement_is_changed_and_withdrawn_by_one_who_has_seen_it() -> None:
    judged = given(JudgementProposed(standard="1.1", rating="Good"))

    (changed,) = judged.when(
        ProposeJudgement(standard="1.1", rating="Inadequate"), seen=True
    )
    (withdrawn,) = judged.when(WithdrawJudgement(standard="1.1"), seen=True)

    assert isinstance(changed, JudgementProposed)
    assert isinstance(withdrawn, JudgementWithdrawn)
    assert changed.replaces == withdrawn.replaces == 2
    same = ProposeJudgement(standard="1.1", rating="Good")
    assert judged.when(same, seen=True) == []


# ---- guidance


def test_a_departure_is_from_guidance_that_expects_something_else() -> None:
    depart = DepartFromGuidance(standard="1.1", reason=WORDS)

    assert given().refuses(depart).code == "no-guidance"
    silent = given(framework="youth-2021").refuses(depart)
    assert silent.code == "no-departure"


def test_a_departure_names_what_was_expected_and_given() -> None:
    questions = [
        f"{domain}.{standard}.{question}"
        for domain, standards in ((2, 4), (3, 3))
        for standard in range(1, standards + 1)
        for question in range(1, 4)
    ]
    out = CaseAdded(case="C-2", sample="out-of-court disposals")
    answers = [
        AnswerGiven(case="C-1" if q[0] == "2" else "C-2", question=q, answer="No")
        for q in questions
    ]
    judged = JudgementProposed(standard="1.1", rating="Requires improvement")
    bad = given(CASE, out, *answers, judged, framework="youth-2021")

    (fact,) = bad.when(DepartFromGuidance(standard="1.1", reason=WORDS))

    assert isinstance(fact, GuidanceDeparted)
    assert (fact.expected, fact.given) == ("Inadequate", "Requires improvement")
