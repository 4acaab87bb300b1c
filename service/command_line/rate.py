"""`adjudge rate`: one inspection file in, its ratings out; needs no store."""

import json

import click
import msgspec

from dsl import packaged, packaged_ids
from dsl.framework import OVERALL, Framework
from dsl.outcome import Assessment
from dsl.rating.explain import Explanation, explain, sentences
from service.command_line.ending import DONE, MISUSED, WRONG, Trouble
from service.command_line.input_file import text_of
from service.command_line.rating_file import FaultyFile, nearest, rate_file, read
from service.command_line.rating_report import as_json, is_shown, table


@click.command
@click.argument("file", metavar="FILE")
@click.option("framework_id", "--framework", metavar="ID", help="The rules to use.")
@click.option("explained", "--explain", is_flag=True, help="Say why, part by part.")
@click.option("as_json_text", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def rate(
    ctx: click.Context,
    file: str,
    framework_id: str | None,
    *,
    explained: bool,
    as_json_text: bool,
) -> None:
    """Rate one inspection file; `-` reads it from standard input.

    \b
    The file is a JSON object; keys not shown here are ignored:
    {"framework": "youth-2020",
     "judgements": {"1.1": "Good"},
     "key_questions": {"2.1.1": {"yes": 5, "relevant": 8}, "2.1.2": {"percent": 38}},
     "discretion": {"2.1": "Requires improvement"},
     "facts": {"breach of regulations": false},
     "not_inspected": ["3"]}
    """
    try:
        inspection = read(text_of(file))
        framework = _framework(framework_id or inspection.framework)
        assessment = rate_file(framework, inspection)
    except FaultyFile as fault:
        raise Trouble(
            fault.code,
            fault.sentence,
            fault.way_out,
            exit_code=MISUSED if fault.unreadable else WRONG,
        ) from fault
    reasons = _explanations(framework, assessment) if explained else ()
    if as_json_text:
        report = dict(as_json(framework, assessment))
        if explained:
            report["explanation"] = msgspec.to_builtins(reasons)
        click.echo(json.dumps(report, indent=1, ensure_ascii=False))
    else:
        click.echo(table(framework, assessment))
        for reason in reasons:
            click.echo(f"\n{sentences(reason)}")
    ctx.exit(DONE)


def _framework(framework_id: str | None) -> Framework:
    if framework_id is None:
        raise Trouble(
            "no-framework", "the file names no framework", "name one with --framework"
        )
    framework = (
        packaged(framework_id).framework if framework_id in packaged_ids() else None
    )
    if framework is None:
        raise Trouble(
            "unknown-framework",
            f"there is no framework `{framework_id}`",
            nearest(framework_id, packaged_ids()),
        )
    return framework


def _explanations(
    framework: Framework, assessment: Assessment
) -> tuple[Explanation, ...]:
    """The overall rating and what it rests on, then every part outside it."""
    parts = [
        part
        for outcomes in (assessment.standards, assessment.questions)
        for part, outcome in outcomes.items()
        if is_shown(outcome)
    ]
    if assessment.overall is not None:
        parts.insert(0, OVERALL)
    told: set[str] = set()
    explanations: list[Explanation] = []
    for part in parts:
        if part not in told:
            explanations.append(explain(framework, assessment, part))
            told.update(_parts(explanations[-1]))
    return tuple(explanations)


def _parts(explanation: Explanation) -> set[str]:
    below = [_parts(each) for each in explanation.inputs]
    return {explanation.part}.union(*below)
