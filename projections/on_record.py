"""A rating book as what is on record, free of the rules it was kept under."""

from dsl.what_if.on_record import CaseOnRecord, OnRecord
from projections.rating_book import RatingBook


def on_record(book: RatingBook) -> OnRecord:
    """Every case that counts with its facts and answers, and all that was decided."""
    questions = book.framework.questions
    answers: dict[str, dict[str, str]] = {case: {} for case in book.samples}
    facts: dict[str, dict[str, str]] = {case: {} for case in book.samples}
    general: dict[str, str] = {}
    prompts: set[str] = set()
    excluded: set[str] = set()
    for about, entry in book.entries.items():
        kind, _, rest = about.partition("/")
        case, _, part = rest.partition("/")
        match kind:
            case "answers" if part in questions:
                answers[case][part] = entry.value
            case "answers":
                prompts.add(part)
            case "facts" if case:
                facts[case][part] = entry.value
            case "facts":
                general[part] = entry.value
            case "cases" if entry.value == "excluded":
                excluded.add(case)
            case _:
                pass  # nothing that is counted
    evidence = book.ratings.evidence()
    return OnRecord(
        cases=tuple(
            CaseOnRecord(case, sample, facts[case], answers[case])
            for case, sample in book.samples.items()
            if case not in excluded
        ),
        judgements=evidence.judgements,
        decisions=evidence.decisions,
        facts=general,
        not_inspected=evidence.not_inspected,
        prompts=frozenset(prompts),
    )
