"""`adjudge rules prove`: no rating falls when answers rise, and each can be reached."""

import json

import click

from dsl import Framework, packaged_ids
from dsl.author.given import given
from dsl.author.prove import Claim, Finding, Proof, Verdict
from dsl.author.prove import prove as proof_of
from service.command_line.ending import DONE, WRONG
from service.command_line.rules.files import sound

_SAYS = {
    Claim.MONOTONE: "no rating falls when an answer or a judgement rises",
    Claim.REACHABLE: "every rating of every part is given to some inspection",
}


@click.command
@click.argument("names", nargs=-1, metavar="[FILE | ID]…")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def prove(ctx: click.Context, names: tuple[str, ...], *, as_json: bool) -> None:
    """Prove two things of a framework, or show the inspection where they fail.

    Monotone: no answer turned from not sufficient to sufficient, and no part better
    judged, ever lowers a rating. Reachable: each rating of each part is given to some
    inspection. Both are about ratings before discretion; nothing is claimed where the
    rules leave a part to the panel. Exit 1 if a proof fails or is left unsettled.
    """
    frameworks = [sound(name).framework for name in names or packaged_ids()]
    proofs = [(each, proof_of(each)) for each in frameworks if each is not None]
    if as_json:
        report = [_described(*each) for each in proofs]
        click.echo(json.dumps(report, indent=1, ensure_ascii=False))
    else:
        for framework, proof in proofs:
            _print(framework, proof)
    ctx.exit(WRONG if any(proof.findings for _, proof in proofs) else DONE)


def _print(framework: Framework, proof: Proof) -> None:
    for claim in Claim:
        verdict = proof.verdict(claim)
        colour = "green" if verdict is Verdict.HOLDS else "red"
        shown = click.style(f"{claim.value} {verdict.value}", fg=colour)
        says = f": {_SAYS[claim]}" if verdict is Verdict.HOLDS else ""
        walked = f"({proof.parts} parts, {proof.ways:,} ways)"
        click.echo(f"{framework.id}: {shown}{says} {walked}")
        for finding in proof.findings:
            if finding.claim is claim:
                _print_finding(finding)


def _print_finding(finding: Finding) -> None:
    rule = finding.rule
    click.echo(f"  {finding.sentence} ({rule.file}, line {rule.line})")
    for shown in finding.shown:
        click.echo(f"    '{shown.rating}', given")
        for line in given(shown.evidence):
            click.echo(f"      {line}")


def _described(framework: Framework, proof: Proof) -> dict[str, object]:
    return {
        "framework": framework.id,
        "hash": framework.hash,
        "parts": proof.parts,
        "ways": proof.ways,
        **{claim.value: proof.verdict(claim).value for claim in Claim},
        "findings": [
            {
                "claim": finding.claim.value,
                "part": finding.part,
                "verdict": finding.verdict.value,
                "sentence": finding.sentence,
                "file": finding.rule.file,
                "line": finding.rule.line,
                "inspections": [
                    {"rating": each.rating, "given": given(each.evidence)}
                    for each in finding.shown
                ],
            }
            for finding in proof.findings
        ],
    }
