"""Making ratings final: who may take which step, when, and what it leaves on record."""

from collections.abc import Callable
from datetime import date

import pytest
from msgspec.structs import replace

from events.inspection import (
    AccuracyPointRaised,
    DiscretionDecided,
    InspectionReopened,
    JudgementProposed,
    PersonAssigned,
    RatingsAgreed,
    RecommendationMade,
    ReportPublished,
)
from events.recorded import NewEvent
from projections import figures_hash, figures_of, snapshot
from service.inspection import about
from service.inspection.commands import (
    DepartFromGuidance,
    ProposeJudgement,
)
from service.inspection.panel.commands import (
    ApprovePublication,
    ConsiderDiscretion,
    DecideDiscretion,
    EndorseRatings,
    MakeRecommendation,
    OpenErratum,
    ProposeDiscretion,
    ProposePublication,
    RaiseAccuracyPoint,
    ReceiveActionPlan,
    ReceiveEvidence,
    RecordFinding,
    ReviewActionPlan,
    SendDraft,
    SettleAccuracyPoint,
    VoteOnDiscretion,
    WithdrawRecommendation,
)
from service.inspection.panel.finality import content_hash, is_agreed
from service.inspection.panel.stage import Stage, staged
from tests.service.inspection.play import (
    AUDITOR,
    COURT,
    HEAD,
    INSPECTOR,
    LEAD,
    PANEL,
    SERVICE,
    TERSE,
    WORDS,
    Play,
    answer,
    complete,
)

PAVEL, PETRA, PAUL, PIA = PANEL
UP = "Requires improvement"


def hash_of(play: Play, standard: str = "2.1") -> str:
    return figures_hash(play.book.framework.hash, figures_of(play.book, standard))


def consideration(play: Play) -> ConsiderDiscretion:
    return ConsiderDiscretion(standard="2.1", figures_hash=hash_of(play))


def proposal(play: Play) -> ProposeDiscretion:
    return ProposeDiscretion(
        standard="2.1",
        outcome="applied",
        rating=UP,
        figures_hash=hash_of(play),
        cases_reviewed=(COURT,),
        groups_reviewed=(),
        reason=WORDS,
    )


def ballot(play: Play, *, in_favour: bool = True) -> VoteOnDiscretion:
    motion = play.book.proceedings.motions.get("2.1")
    version = 1 if motion is None else motion.proposal.version
    return VoteOnDiscretion(standard="2.1", proposal=version, in_favour=in_favour)


def decision(play: Play) -> DecideDiscretion:
    return DecideDiscretion(
        standard="2.1",
        outcome="applied",
        rating=UP,
        figures_hash=hash_of(play),
        cases_reviewed=(),
        deciders=(),
        reason=WORDS,
    )


def endorsement(play: Play) -> EndorseRatings:
    return EndorseRatings(figures_hash=snapshot(play.book).figures_hash)


def content_of(play: Play) -> str:
    return content_hash(play.book, snapshot(play.book))


def voted() -> Play:
    """Moving 2.1 is proposed by Pavel; Petra and Paul voted for it."""
    play = complete()
    play.do(PAVEL, proposal(play))
    play.do(PETRA, ballot(play))
    play.do(PAUL, ballot(play))
    return play


def agreed(play: Play | None = None) -> Play:
    play = complete() if play is None else play
    play.do(PAVEL, endorsement(play))
    play.do(PETRA, endorsement(play))
    return play


def drafted(play: Play | None = None) -> Play:
    play = agreed() if play is None else play
    play.do(LEAD, SendDraft(due_on=date(2026, 3, 20)))
    return play


def proposed(play: Play | None = None) -> Play:
    play = drafted() if play is None else play
    play.do(LEAD, ProposePublication(content_hash=content_of(play)))
    return play


def approval(play: Play) -> ApprovePublication:
    number = play.book.proceedings.next_number
    return ApprovePublication(
        number=number, content_hash=content_of(play), signed=play.book.position
    )


def published() -> Play:
    play = proposed()
    play.do(HEAD, approval(play))
    return play


# ---- evidence, findings, recommendations


RECEIVED = ReceiveEvidence(
    evidence="E-1", medium="meeting", standards=("1.1",), summary=WORDS
)


def test_a_judgement_rests_on_evidence_that_is_on_record() -> None:
    play = complete()
    judged = ProposeJudgement(standard="1.1", rating="Outstanding", evidence=("E-1",))

    assert play.refused(LEAD, judged) == "unknown-evidence"
    play.do(INSPECTOR, RECEIVED)
    (fact,) = play.do(LEAD, judged)

    assert isinstance(fact, JudgementProposed)
    assert fact.evidence == ("E-1",)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"medium": "rumour"}, "unknown-medium"),
        ({"standards": ("9.9",)}, "unknown-standard"),
    ],
)
def test_evidence_that_makes_no_sense_is_refused(
    changed: dict[str, object], code: str
) -> None:
    assert complete().refused(LEAD, replace(RECEIVED, **changed)) == code


def test_evidence_is_amended_by_those_who_have_seen_it() -> None:
    play = complete()
    play.do(LEAD, RECEIVED, seen=False)

    assert play.refused(LEAD, RECEIVED, seen=False) == "precondition-required"
    assert play.refused(LEAD, RECEIVED) == ""


def test_findings_have_versions() -> None:
    play = complete()
    play.do(LEAD, RecordFinding(part="2.1", text=WORDS), seen=False)
    again = RecordFinding(part="2.1", text=WORDS)

    assert play.refused(LEAD, again, seen=False) == "precondition-required"
    (fact,) = play.do(LEAD, again)

    assert getattr(fact, "replaces", None) == len(play.facts) - 1
    assert play.refused(LEAD, RecordFinding(part="7.7", text=WORDS)) == "unknown-part"


def test_recommendations_are_numbered_across_owners_and_never_twice() -> None:
    play = complete()
    for owner in ("the service", "the board"):
        play.do(LEAD, MakeRecommendation(owner=owner, text=WORDS), seen=False)
    play.do(LEAD, WithdrawRecommendation(number=2))

    (third,) = play.do(LEAD, MakeRecommendation(owner="the police", text=WORDS))
    (first,) = play.do(
        LEAD, MakeRecommendation(number=1, owner="the board", text=WORDS)
    )

    assert isinstance(third, RecommendationMade)
    assert third.number == 3
    assert isinstance(first, RecommendationMade)
    assert first.replaces is not None
    assert sorted(play.book.proceedings.recommendations) == [1, 3]
    gone = MakeRecommendation(number=2, owner="the board", text=WORDS)
    assert play.refused(LEAD, gone) == "not-found"


# ---- discretion


def test_a_standard_is_eligible_then_considered_then_decided_and_may_lapse() -> None:
    play = complete()

    def stage() -> Stage:
        return next(it.stage for it in staged(play.book) if it.outcome.part == "2.1")

    assert stage() is Stage.ELIGIBLE
    play.do(PIA, consideration(play))
    assert play.do(PIA, consideration(play)) == []
    assert stage() is Stage.CONSIDERED
    play.do(PAVEL, proposal(play))
    play.do(PETRA, ballot(play))
    play.do(PAUL, ballot(play))
    play.do(PIA, decision(play))
    assert stage() is Stage.DECIDED
    answer(play, "No")
    assert stage() is Stage.LAPSED
    assert play.refused(PAVEL, endorsement(play)) == "decision-lapsed"


def test_a_decision_names_who_proposed_voted_and_on_what() -> None:
    play = voted()

    (fact,) = play.do(PIA, decision(play))

    assert isinstance(fact, DiscretionDecided)
    assert (fact.before, fact.after, fact.outcome) == ("Inadequate", UP, "applied")
    assert (fact.proposed_by, fact.deciders) == (PAVEL, (PAUL, PETRA))
    assert fact.figures == {"2.1.1": (1, 1), "2.1.2": (0, 1), "2.1.3": (1, 1)}
    assert fact.grounds == ("one-case", "few-cases")
    assert fact.cases_reviewed == (COURT,)
    rating = play.book.ratings.assessment().standards["2.1"]
    assert (rating.rating, rating.computed) == (UP, "Inadequate")


def test_a_panel_can_decline() -> None:
    play = complete()
    declined = replace(proposal(play), outcome="declined", rating=None)
    play.do(LEAD, declined)
    play.do(PETRA, ballot(play))
    play.do(PAUL, ballot(play))

    (fact,) = play.do(PIA, replace(decision(play), outcome="declined", rating=None))

    assert isinstance(fact, DiscretionDecided)
    assert (fact.before, fact.after) == ("Inadequate", "Inadequate")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"standard": "1.1"}, "not-eligible-for-discretion"),
        ({"standard": "9.9"}, "unknown-standard"),
        ({"rating": None}, "unknown-rating"),
        ({"rating": "Good"}, "out-of-bounds"),
        ({"cases_reviewed": ("C-9",)}, "not-found"),
        ({"cases_reviewed": ()}, "nothing-reviewed"),
        ({"groups_reviewed": ("tall children",)}, "unknown-group"),
        ({"figures_hash": "sha256:1"}, "figures-moved"),
        ({"reason": TERSE}, "reason-too-short"),
    ],
)
def test_a_proposal_that_may_not_be_is_refused(
    changed: dict[str, object], code: str
) -> None:
    play = complete()
    if changed.get("standard") == "1.1":
        changed = {**changed, "figures_hash": hash_of(play, "1.1")}

    assert play.refused(PAVEL, replace(proposal(play), **changed)) == code


def test_a_panel_waits_until_the_answers_are_in() -> None:
    play = complete()
    answer(play, None)

    assert play.refused(PAVEL, consideration(play)) == "incomplete-inspection"


def test_a_sub_sample_can_be_what_was_reviewed() -> None:
    play = complete()
    group = next(iter(play.book.framework.groups))
    reviewed = replace(proposal(play), cases_reviewed=(), groups_reviewed=(group,))

    assert play.refused(PAVEL, reviewed) == ""


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (PAVEL, "four-eyes"),  # who proposed
        (LEAD, "forbidden"),
        (INSPECTOR, "forbidden"),
        (HEAD, "forbidden"),
        (PETRA, ""),
    ],
)
def test_who_votes_did_not_propose(person: str, code: str) -> None:
    play = complete()
    play.do(PAVEL, proposal(play))

    assert play.refused(person, ballot(play)) == code


def test_who_proposed_what_was_replaced_does_not_vote_on_what_took_its_place() -> None:
    play = complete()
    play.do(PAVEL, proposal(play))
    play.do(PIA, proposal(play))

    assert play.refused(PAVEL, ballot(play)) == "four-eyes"


def test_nobody_with_a_stake_votes_or_approves() -> None:
    play = complete()
    panel = play.roles[PAVEL]
    roles = {**play.roles, LEAD: play.roles[LEAD] | panel}
    play.roles = {**roles, INSPECTOR: play.roles[INSPECTOR] | panel}
    play.do(PAVEL, proposal(play))

    for person in (LEAD, INSPECTOR):
        assert play.refused(person, ballot(play)) == "four-eyes"
        assert play.refused(person, decision(play)) == "four-eyes"
        assert play.refused(person, endorsement(play)) == "four-eyes"


def test_a_vote_is_on_what_stands_proposed_and_is_not_changed() -> None:
    play = complete()
    assert play.refused(PETRA, ballot(play)) == "nothing-proposed"
    play.do(PAVEL, proposal(play))
    first = ballot(play)
    play.do(PAVEL, proposal(play))

    assert play.refused(PETRA, first) == "proposal-replaced"
    play.do(PETRA, ballot(play))
    assert play.refused(PETRA, ballot(play)) == "already-voted"


@pytest.mark.parametrize(
    ("person", "code"),
    [(PAVEL, "four-eyes"), (PETRA, "four-eyes"), (LEAD, "forbidden"), (PIA, "")],
)
def test_who_approves_neither_proposed_nor_voted(person: str, code: str) -> None:
    play = voted()

    assert play.refused(person, decision(play)) == code


def test_a_decision_takes_a_quorum_and_more_for_than_against() -> None:
    play = complete()
    play.roles = {**play.roles, "peg": play.roles[PIA], "pam": play.roles[PIA]}
    play.do(PAVEL, proposal(play))
    play.do(PETRA, ballot(play))
    assert play.refused(PIA, decision(play)) == "quorum-not-met"
    play.do(PAUL, ballot(play))
    for against in ("peg", "pam"):
        play.do(against, ballot(play, in_favour=False))

    assert play.refused(PIA, decision(play)) == "quorum-not-met"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"outcome": "declined", "rating": None}, "not-what-was-voted"),
        ({"deciders": (PAVEL, PETRA)}, "not-what-was-voted"),
        ({"deciders": (PETRA, PAUL)}, ""),
        ({"reason": TERSE}, "reason-too-short"),
        ({"figures_hash": "sha256:1"}, "figures-moved"),
    ],
)
def test_what_is_approved_is_what_was_voted(
    changed: dict[str, object], code: str
) -> None:
    play = voted()

    assert play.refused(PIA, replace(decision(play), **changed)) == code


def test_votes_and_proposals_lapse() -> None:
    play = voted()
    play.wait(days=14)

    assert play.refused(PIA, decision(play)) == "request-lapsed"

    play.do(PAVEL, proposal(play))
    play.do(PETRA, ballot(play))
    play.do(PAUL, ballot(play))
    assert play.refused(PIA, decision(play)) == ""


def test_what_was_voted_is_void_once_the_figures_move() -> None:
    play = voted()
    answer(play, "No")

    assert play.refused(PIA, decision(play)) == "figures-moved"


# ---- agreement


def test_a_quorum_of_endorsements_makes_the_ratings_agreed() -> None:
    play = complete()

    assert len(play.do(PAVEL, endorsement(play))) == 1
    assert play.do(PAVEL, endorsement(play)) == []
    assert not is_agreed(play.book, snapshot(play.book))
    _, fact = play.do(PETRA, endorsement(play))

    assert isinstance(fact, RatingsAgreed)
    assert fact.agreed_by == (PAVEL, PETRA)
    assert fact.ratings["2.1"] == "Inadequate"
    assert (fact.score, fact.maximum, fact.overall) == (29, 36, "Good")
    assert is_agreed(play.book, snapshot(play.book))
    assert play.refused(PAUL, endorsement(play)) == "already-agreed"


def test_an_endorsement_lapses() -> None:
    play = complete()
    play.do(PAVEL, endorsement(play))
    play.wait(days=14)
    play.do(PETRA, endorsement(play))

    assert not is_agreed(play.book, snapshot(play.book))


def test_ratings_on_other_figures_are_not_agreed() -> None:
    play = agreed()
    answer(play, "No")

    assert not is_agreed(play.book, snapshot(play.book))
    assert play.refused(LEAD, SendDraft(due_on=date(2026, 3, 20))) == "not-agreed"
    assert play.refused(PAUL, EndorseRatings(figures_hash="sha256:1")) == (
        "figures-moved"
    )


def test_nothing_is_agreed_before_the_fieldwork_is_finished() -> None:
    play = complete()
    again = InspectionReopened(occasion="joint-week", reason=WORDS)
    play.record(LEAD, NewEvent(again))

    assert play.refused(PAVEL, endorsement(play)) == "fieldwork-open"


def test_a_departure_without_a_reason_keeps_ratings_from_being_agreed() -> None:
    every = [f"{d}.{s}.{q}" for d in (2, 3) for s in range(1, 5) for q in range(1, 4)]
    play = complete(wrong=every, framework="youth-2021")

    assert play.refused(PAVEL, endorsement(play)) == "departure-unexplained"

    for standard in ("1.1", "1.3"):
        play.do(LEAD, DepartFromGuidance(standard=standard, reason=WORDS))
    assert play.refused(PAVEL, endorsement(play)) == ""


def test_nothing_provisional_is_agreed() -> None:
    play = complete()
    answer(play, None)

    assert play.refused(PAVEL, endorsement(play)) == "incomplete-inspection"


# ---- the draft and its accuracy


POINT = RaiseAccuracyPoint(text=WORDS)


def settlement(point: str = "P-1", outcome: str = "accepted") -> SettleAccuracyPoint:
    return SettleAccuracyPoint(point=point, outcome=outcome, reason=WORDS)


def test_a_draft_is_of_agreed_ratings_and_gives_the_service_a_day() -> None:
    assert complete().refused(LEAD, SendDraft(due_on=date(2026, 3, 20))) == "not-agreed"
    late = SendDraft(due_on=date(2026, 3, 1))
    assert agreed().refused(LEAD, late) == "due-date-past"


def test_the_service_raises_points_while_the_draft_is_out() -> None:
    assert agreed().refused(SERVICE, POINT) == "no-draft"
    play = drafted()

    (fact,) = play.do(SERVICE, POINT)
    assert isinstance(fact, AccuracyPointRaised)
    assert fact.point == "P-1"
    assert play.refused(LEAD, POINT) == "forbidden"
    play.wait(days=30)
    assert play.refused(SERVICE, POINT) == "accuracy-check-over"


def test_a_point_is_settled_once_by_somebody_else() -> None:
    play = drafted()
    play.roles = {**play.roles, LEAD: play.roles[LEAD] | play.roles[SERVICE]}
    play.do(SERVICE, POINT)
    assert play.refused(LEAD, settlement("P-9")) == "not-found"
    assert play.refused(LEAD, settlement(outcome="maybe")) == "unknown-outcome"
    play.do(LEAD, settlement())
    assert play.refused(LEAD, settlement()) == "already-settled"

    raised = AccuracyPointRaised(point="P-2", text=WORDS)
    play.record(LEAD, NewEvent(raised, about.accuracy()))
    assert play.refused(LEAD, settlement("P-2")) == "four-eyes"


def test_open_points_keep_a_report_back() -> None:
    play = drafted()
    play.do(SERVICE, POINT)
    propose = ProposePublication(content_hash=content_of(play))

    assert play.refused(LEAD, propose) == "points-open"
    play.do(LEAD, settlement(outcome="rejected"))
    assert play.refused(LEAD, propose) == ""


def test_a_point_that_moves_a_rating_goes_back_to_the_panel() -> None:
    play = drafted()
    play.do(SERVICE, POINT)
    play.do(LEAD, settlement())
    answer(play, "Yes", "2.1.2")

    propose = ProposePublication(content_hash=content_of(play))
    assert play.refused(LEAD, propose) == "not-agreed"
    agreed(play)
    assert play.refused(LEAD, propose) == ""


# ---- publication


def test_a_publication_is_a_snapshot_of_what_both_have_seen() -> None:
    play = drafted()
    play.do(LEAD, RecordFinding(part="2.1", text=WORDS), seen=False)
    finding = play.book.version
    play.do(LEAD, MakeRecommendation(owner="the board", text=WORDS), seen=False)
    proposed(play)
    before = snapshot(play.book)

    (fact,) = play.do(HEAD, approval(play))

    assert isinstance(fact, ReportPublished)
    assert (fact.number, fact.proposed_by) == (1, LEAD)
    assert fact.ratings == before.ratings
    assert fact.questions["2.1.2"] == (0, 1)
    assert (fact.score, fact.maximum, fact.overall) == (29, 36, "Good")
    assert fact.findings == {"2.1": finding}
    assert fact.recommendations == (finding + 1,)
    assert fact.as_of == len(play.facts) - 1
    assert fact.framework_hash == play.book.framework.hash


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (LEAD, "forbidden"),
        (PAVEL, "forbidden"),
        (AUDITOR, "forbidden"),
        (SERVICE, "forbidden"),
        (HEAD, ""),
    ],
)
def test_who_approves_a_publication_is_the_head(person: str, code: str) -> None:
    play = proposed()

    assert play.refused(person, approval(play)) == code


ALSO_LEADS = PersonAssigned(person="lou", role="lead-inspector")


def test_nobody_approves_what_they_once_proposed() -> None:
    play = drafted()
    both = play.roles[LEAD] | play.roles[HEAD]
    play.roles = {**play.roles, "lou": both, LEAD: both}
    play.record("lena", NewEvent(ALSO_LEADS, about.person("lou", "lead-inspector")))
    play.do("lou", ProposePublication(content_hash=content_of(play)))
    play.do(LEAD, ProposePublication(content_hash=content_of(play)))

    assert play.refused("lou", approval(play)) == "four-eyes"
    assert play.refused(LEAD, approval(play)) == "four-eyes"
    assert play.refused(HEAD, approval(play)) == ""


@pytest.mark.parametrize(
    ("meanwhile", "code"),
    [
        (Play.wait, ""),
        (lambda play: play.wait(days=14), "request-lapsed"),
        (
            lambda play: play.do(
                LEAD, RecordFinding(part="2.1", text=WORDS), seen=False
            ),
            "content-moved",
        ),
        (
            lambda play: answer(play, "Yes", "2.1.2"),
            "not-agreed",
        ),
    ],
)
def test_what_is_approved_is_what_was_proposed(
    meanwhile: Callable[[Play], object], code: str
) -> None:
    play = proposed()

    meanwhile(play)

    assert play.refused(HEAD, approval(play)) == code


def test_the_content_that_is_named_is_the_content_there_is() -> None:
    play = proposed()
    other = ProposePublication(content_hash="sha256:1")

    assert play.refused(LEAD, other) == "content-moved"
    assert play.refused(HEAD, replace(approval(play), content_hash="sha256:1")) == (
        "content-moved"
    )
    assert play.refused(HEAD, replace(approval(play), number=2)) == "nothing-proposed"
    assert play.refused(HEAD, replace(approval(play), signed=3)) == "content-moved"


def test_nothing_is_published_without_a_draft() -> None:
    play = agreed()
    propose = ProposePublication(content_hash=content_of(play))

    assert play.refused(LEAD, propose) == "no-draft"


def test_what_is_published_changes_by_an_erratum_only() -> None:
    play = published()
    judged = ProposeJudgement(standard="1.1", rating="Outstanding")
    assert play.refused(LEAD, judged) == "inspection-locked"
    assert play.refused(LEAD, OpenErratum(reason=WORDS)) == "forbidden"

    play.do(HEAD, OpenErratum(reason=WORDS))
    assert play.refused(HEAD, OpenErratum(reason=WORDS)) == "not-published"
    play.do(LEAD, judged)
    agreed(play)
    bare = ProposePublication(content_hash=content_of(play))
    assert play.refused(LEAD, bare) == "erratum-unexplained"
    play.do(LEAD, replace(bare, erratum=WORDS))
    (fact,) = play.do(HEAD, approval(play))

    assert isinstance(fact, ReportPublished)
    assert (fact.number, fact.erratum) == (2, WORDS)
    first, second = play.book.proceedings.published
    assert first.fact.ratings["1.1"] == "Good"
    assert second.fact.ratings["1.1"] == "Outstanding"
    assert play.refused(LEAD, judged) == ""  # it changes nothing
    other = replace(judged, rating="Good")
    assert play.refused(LEAD, other) == "inspection-locked"


def test_an_erratum_is_agreed_anew_even_if_no_figure_moves() -> None:
    play = published()
    play.do(AUDITOR, OpenErratum(reason=WORDS))

    assert not is_agreed(play.book, snapshot(play.book))


# ---- afterwards


def test_a_plan_answers_a_report_and_is_reviewed_once() -> None:
    plan = ReceiveActionPlan(summary=WORDS)
    review = ReviewActionPlan(outcome="not-sufficient", summary=WORDS)
    assert complete().refused(SERVICE, plan) == "not-published"
    play = published()
    assert play.refused(LEAD, review) == "no-plan"

    play.do(SERVICE, plan)
    assert play.refused(SERVICE, review) == "forbidden"
    assert play.refused(LEAD, replace(review, outcome="fine")) == "unknown-outcome"
    play.do(LEAD, review)
    assert play.refused(LEAD, review) == "already-reviewed"
    play.do(SERVICE, plan)
    assert play.refused(LEAD, replace(review, outcome="sufficient")) == ""
