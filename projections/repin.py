"""An inspection's evidence taken up under another revision, or another framework.

Nothing on record is dropped: what the new rules do not know is kept, and not counted.
"""

from collections.abc import Iterable, Mapping

from dsl import Framework, LiveRatings, is_judged


def rated_under(
    framework: Framework,
    samples: Mapping[str, str],
    on_record: Iterable[tuple[str, str]],
) -> LiveRatings:
    """Ratings of the cases, by their samples, and all that is on record about them.

    Without the panel's decisions: `dsl.carry_decisions` sees to those.
    """
    ratings = LiveRatings(framework)
    for case, sample in samples.items():
        ratings.add_case(case, sample)
    for about, value in on_record:
        kind, _, thing = about.partition("/")
        case, _, name = thing.partition("/")
        match kind:
            case "answers" if is_answerable(ratings, name, value):
                ratings.answer(case, name, value)
            case "facts" if name in framework.facts:
                ratings.record_fact(case or None, name, value)
            case "judgements" if may_judge(framework, thing, value):
                ratings.judge(thing, value)
            case "cases" if value == "excluded":
                ratings.exclude_case(thing)
            case "domains":
                ratings.set_inspected(thing, inspected=False)
            case _:
                pass  # nothing that is counted, or nothing these rules know
    return ratings


def is_answerable(ratings: LiveRatings, question: str, answer: str | None) -> bool:
    """Whether the rules know a question and, where one is given, the answer."""
    known = answer is None or answer in ratings.framework.answers
    return known and question in ratings.answerable


def may_judge(framework: Framework, part: str, rating: str | None) -> bool:
    """Whether people may judge a part, with this rating if one is given."""
    rate = framework.rates.get(part)
    known = rating is None or rating in {each.name for each in framework.ratings}
    return known and rate is not None and is_judged(rate.method)
