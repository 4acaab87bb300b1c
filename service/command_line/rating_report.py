"""What `adjudge rate` prints: the documented JSON, and a table for people."""

from collections.abc import Iterator, Mapping

from dsl.framework import Framework
from dsl.outcome import Assessment, DiscretionOutcome, GuidanceOutcome, Outcome, Unrated

Json = Mapping[str, object]


def as_json(framework: Framework, assessment: Assessment) -> Json:
    """The inspection as others script against it; keys may be added, never changed."""
    overall = assessment.overall
    report: dict[str, object] = {
        "framework": framework.id,
        "hash": framework.hash,
        "key_questions": {
            part: _question(outcome)
            for part, outcome in assessment.questions.items()
            if is_shown(outcome)
        },
        "standards": {
            part: _standard(outcome) for part, outcome in assessment.standards.items()
        },
        "guidance": {
            part: _guidance(found) for part, found in assessment.guidance.items()
        },
        "score": overall.score if overall else None,
        "maximum": overall.maximum if overall else None,
        "overall": overall.rating if overall else None,
    }
    if overall is None or overall.rating is None:
        report["overall_reason"] = (
            overall.reason if overall else "the framework gives no overall rating"
        )
    return {**report, **_provisional(assessment)}


def is_shown(outcome: Outcome) -> bool:
    """Questions that are neither rated nor asked of cases nor counted stay out."""
    return (
        outcome.unrated is not Unrated.COUNTS_ONLY
        or outcome.provisional
        or outcome.count is not None
        or outcome.percentage is not None
    )


def table(framework: Framework, assessment: Assessment) -> str:
    """Every part with its figures and rating, and the overall rating last."""
    rows = list(_rows(assessment))
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = [f"{framework.name} ({framework.id})", ""]
    lines += ["  ".join(_padded(row, widths)).rstrip() for row in rows]
    return "\n".join([*lines, "", _overall(assessment)])


def _provisional(each: Outcome | Assessment) -> Json:
    return {"provisional": True} if each.provisional else {}


def _unrated(outcome: Outcome) -> Json:
    return {"reason": outcome.reason} if outcome.rating is None else {}


def _question(outcome: Outcome) -> Json:
    return {
        "yes": outcome.count.yes if outcome.count else None,
        "relevant": outcome.count.relevant if outcome.count else None,
        "percent": outcome.percentage,
        "rating": outcome.rating,
        **_unrated(outcome),
        **_provisional(outcome),
    }


def _standard(outcome: Outcome) -> Json:
    return {
        "rating": outcome.rating,
        "computed": outcome.computed,
        "decided_by": outcome.decided_by,
        **_discretion(outcome.discretion),
        **_unrated(outcome),
        **_provisional(outcome),
    }


def _discretion(found: DiscretionOutcome | None) -> Json:
    if found is None:
        return {}
    not_known = {"not_known": found.not_known} if found.not_known else {}
    is_open = "not known" if found.open is None else found.open
    return {"discretion": {"open": is_open, "grounds": found.grounds, **not_known}}


def _guidance(found: GuidanceOutcome) -> Json:
    return {
        "expects": found.expects,
        "departed": found.departed,
        **({"reason": found.reason} if found.expects is None else {}),
    }


def _rows(assessment: Assessment) -> Iterator[tuple[str, str, str, str]]:
    for part, outcome in assessment.questions.items():
        if is_shown(outcome):
            yield part, _figures(outcome), _rating(outcome), ""
    for part, outcome in assessment.standards.items():
        yield part, outcome.title, _rating(outcome), _remarks(outcome, assessment)


def _figures(outcome: Outcome) -> str:
    share = "" if outcome.percentage is None else f"{outcome.percentage}%"
    if outcome.count is None:
        return share
    return f"{outcome.count.yes} of {outcome.count.relevant}  {share}".rstrip()


def _rating(outcome: Outcome) -> str:
    return outcome.rating or "not rated"


def _remarks(outcome: Outcome, assessment: Assessment) -> str:
    remarks = [outcome.reason] if outcome.rating is None else []
    if outcome.rating != outcome.computed:
        remarks.append(f"'{outcome.computed}' before discretion")
    if outcome.discretion and outcome.discretion.grounds:
        remarks.append(f"open to discretion: {', '.join(outcome.discretion.grounds)}")
    elif outcome.discretion and outcome.discretion.open is None:
        remarks.append("not known whether it is open to discretion")
    guidance = assessment.guidance.get(outcome.part)
    if guidance and guidance.expects:
        departed = "departs from guidance" if guidance.departed else "as guidance"
        remarks.append(f"{departed}, which expects '{guidance.expects}'")
    if outcome.provisional:
        remarks.append("provisional")
    return "; ".join(remarks)


def _padded(row: tuple[str, str, str, str], widths: list[int]) -> list[str]:
    return [f"{cell:{width}}" for cell, width in zip(row, [*widths, 0], strict=True)]


def _overall(assessment: Assessment) -> str:
    overall = assessment.overall
    if overall is None:
        return "Overall: not rated, because the framework gives no overall rating"
    if overall.rating is None:
        return f"Overall: not rated, because {overall.reason}"
    score = "" if overall.score is None else f", {overall.score} of {overall.maximum}"
    so_far = " so far, while answers are missing" if overall.provisional else ""
    return f"Overall: {overall.rating}{score}{so_far}"
