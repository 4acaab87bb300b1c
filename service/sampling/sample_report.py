"""What `adjudge sample` prints: JSON to script against, and words for people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dsl.framework import Framework
from dsl.rating.wording import counted, listed
from dsl.sampling.draw import Chosen, Draw, Drawing
from dsl.sampling.eligibility import LeftOut, window
from dsl.sampling.method import METHOD
from dsl.sampling.shortfall import points, shortfalls
from service.sampling.caseload import Caseload

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing with all it takes to draw it again."""

    framework: Framework
    caseload: Caseload
    fieldwork: date
    seed: str
    drawing: Drawing
    samples: tuple[str, ...]  # those to show

    @property
    def draws(self) -> tuple[Draw, ...]:
        """The samples to show, in the order of the rules."""
        return tuple(
            each for each in self.drawing.draws if each.sample.name in self.samples
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader should know before using the samples, one clause each."""
        return tuple(_remarks(self))


def as_json(drawn: Drawn) -> Json:
    """The samples; keys may be added, none may change meaning."""
    missed = shortfalls(drawn.drawing)
    return {
        "method": METHOD,
        "framework": drawn.framework.id,
        "hash": drawn.framework.hash,
        "caseload": drawn.caseload.digest,
        "fieldwork": drawn.fieldwork.isoformat(),
        "seed": drawn.seed,
        "samples": [
            _sample(drawn, each, missed[each.sample.name]) for each in drawn.draws
        ],
        "left_out": [_left_out(each) for each in drawn.drawing.left_out],
        "of_no_sample": drawn.drawing.of_no_sample,
        "remarks": list(drawn.remarks),
    }


def as_text(drawn: Drawn) -> str:
    """The samples for people, with the reserves in the order they are called up."""
    missed = shortfalls(drawn.drawing)
    lines = [
        f"{drawn.framework.name}, fieldwork {drawn.fieldwork}",
        f"  seed      {drawn.seed}",
        f"  method    {METHOD}",
        f"  rules     {drawn.framework.hash}",
        f"  caseload  {drawn.caseload.digest}",
    ]
    for each in drawn.draws:
        lines += ["", *_text(drawn, each, missed[each.sample.name])]
    lines += _section("Left out", _told(drawn.drawing.left_out))
    lines += _section("Remarks", drawn.remarks)
    return "\n".join(lines)


def _remarks(drawn: Drawn) -> Iterator[str]:
    yield from drawn.caseload.remarks
    if drawn.caseload.ignored:
        names = listed([f"`{name}`" for name in drawn.caseload.ignored])
        yield f"not read: {names}"
    if drawn.drawing.of_no_sample:
        cases = counted(drawn.drawing.of_no_sample, "case")
        yield f"{cases} of a kind that no sample asks for"
    first, last = drawn.framework.applies_from, drawn.framework.applies_until
    if (first and drawn.fieldwork < first) or (last and drawn.fieldwork > last):
        dates = [f"from {first}"] * bool(first) + [f"until {last}"] * bool(last)
        yield f"`{drawn.framework.id}` applies to fieldwork {' '.join(dates)}"


def _sample(drawn: Drawn, draw: Draw, missed: Mapping[str, str]) -> Json:
    every = sum(len(each.cases) for each in drawn.drawing.draws)
    return {
        "name": draw.sample.name,
        "domains": list(draw.sample.domains),
        "started": _window(drawn, draw),
        "population": draw.population,
        "size": len(draw.cases),
        "wanted": draw.plan.size,
        "because": draw.plan.because,
        "confidence_per_cent": draw.plan.confidence,
        "margin_tenths": draw.margin_tenths,
        "share": {
            "aim_per_cent": draw.sample.share_per_cent,
            "cases": len(draw.cases),
            "of_all_samples": every,
        },
        "matched_on": list(draw.sample.matched_on),
        "cases": [_chosen(each) for each in draw.cases],
        "reserves": [_chosen(each) for each in draw.reserves],
        "strata": [
            {
                "fact": share.fact,
                "value": share.value,
                "population": share.population,
                "drawn": share.drawn,
                "margin_tenths": share.margin_tenths,
            }
            for share in draw.shares
        ],
        "shortfalls": dict(missed),
        "left_out": [_left_out(each) for each in draw.left_out],
    }


def _window(drawn: Drawn, draw: Draw) -> Json | None:
    if draw.sample.started_months is None:
        return None
    first, last = window(draw.sample.started_months, drawn.fieldwork)
    return {"from": first.isoformat(), "to": last.isoformat()}


def _chosen(chosen: Chosen) -> Json:
    return {"case": chosen.case, "row": chosen.row, "stratum": list(chosen.stratum)}


def _left_out(left_out: LeftOut) -> Json:
    return {
        "case": left_out.case,
        "rows": list(left_out.rows),
        "reason": left_out.reason,
    }


def _text(drawn: Drawn, draw: Draw, missed: Mapping[str, str]) -> Iterator[str]:
    every = sum(len(each.cases) for each in drawn.drawing.draws)
    yield f'Sample "{draw.sample.name}" for {_domains(draw)}'
    if dates := _window(drawn, draw):
        yield f"  started   {dates['from']} to {dates['to']}"
    yield f"  eligible  {counted(draw.population, 'case')}"
    yield f"  drawn     {counted(len(draw.cases), 'case')}: {draw.plan.because}"
    if draw.margin_tenths is not None:
        yield f"  margin    {_points(draw.margin_tenths)}"
    if draw.sample.share_per_cent is not None:
        aim = draw.sample.share_per_cent
        yield f"  share     {len(draw.cases)} of {every} drawn; the aim is {aim}%"
    yield from _section("Cases", map(_line, draw.cases), "  ")
    yield from _section("Reserves, in call-up order", map(_line, draw.reserves), "  ")
    strata = [
        f"{share.fact}: {share.value}  {share.drawn} of {share.population}"
        f"  {'' if share.margin_tenths is None else _points(share.margin_tenths)}"
        for share in draw.shares
    ]
    yield from _section("Drawn of eligible, with the margin of each", strata, "  ")
    short = [f"{what}: {sentence}" for what, sentence in missed.items()]
    yield from _section("Shortfalls", short, "  ")
    yield from _section("Left out", _told(draw.left_out), "  ")


def _domains(draw: Draw) -> str:
    noun = "domain" if len(draw.sample.domains) == 1 else "domains"
    return f"{noun} {listed(draw.sample.domains)}"


def _points(tenths: int) -> str:
    return f"±{points(tenths)} points"


def _line(chosen: Chosen) -> str:
    return f"{chosen.case}  {', '.join(chosen.stratum)}".rstrip()


def _told(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """One line a reason, with all its cases."""
    for reason in dict.fromkeys(each.reason for each in left_out):
        cases = [
            f"{each.case} ({_rows(each)})" for each in left_out if each.reason == reason
        ]
        yield f"{reason}: {', '.join(cases)}"


def _rows(left_out: LeftOut) -> str:
    noun = "row" if len(left_out.rows) == 1 else "rows"
    return f"{noun} {listed([str(row) for row in left_out.rows])}"


def _section(
    title: str, lines: Iterator[str] | Sequence[str], indent: str = ""
) -> list[str]:
    told = [f"{indent}  {line.rstrip()}" for line in lines]
    return ["", f"{indent}{title}", *told] if told else []
