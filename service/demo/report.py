"""What the demonstration prints: tables, one history, and the calls to try."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.demo.comparison import Row
from service.demo.published import Published


@dataclass(frozen=True, slots=True)
class Compared:
    """One inspection, published beside rated."""

    published: Published
    ratings: tuple[Row, ...]
    figures: tuple[Row, ...]  # of key questions and prompts
    agreed: bool  # by the panel
    snapshot: tuple[Row, ...]  # beside what the publication keeps

    @property
    def differing(self) -> tuple[Row, ...]:
        """Everything published that did not come out again."""
        return tuple(
            row for row in (*self.ratings, *self.figures, *self.snapshot) if row.differs
        )


def table(compared: Compared) -> str:
    """One inspection's standards, score and overall rating, and its counts in brief."""
    published = compared.published
    known = (
        "counts reconstructed from what is printed"
        if published.is_reconstructed
        else "every count as printed"
    )
    heading = f"{published.id}: {published.service}, {published.framework}; {known}"
    if not compared.agreed:
        heading += "\n  agreed: false; judged standards are rated as the lead proposes"
    header = Row("", "published", "rated")
    widths = [
        max(map(len, column))
        for column in zip(
            *((row.part, row.published, row.rated) for row in compared.ratings),
            (header.part, header.published, header.rated),
            strict=True,
        )
    ]
    lines = [heading]
    for row in (header, *compared.ratings):
        cells = zip((row.part, row.published, row.rated), widths, strict=True)
        mark = "DIFFERS" if row.differs and row is not header else ""
        notes = "; ".join(note for note in (mark, row.note) if note)
        line = "  ".join(cell.ljust(width) for cell, width in cells)
        lines.append(f"  {line}  {notes}".rstrip())
    lines.append(f"  {_figures(compared)}")
    lines.append(f"  {_publication(compared)}")
    return "\n".join(lines)


def _figures(compared: Compared) -> str:
    questions = len(compared.published.questions)
    prompts = sum(len(q.prompts) for q in compared.published.questions.values())
    counted = f"{questions} key questions" + (
        f" and {prompts} prompts" if prompts else ""
    )
    differing = [row for row in compared.figures if row.differs]
    if not differing:
        return f"{counted}: every published figure came out again"
    listed = "; ".join(
        f"{row.part} published {row.published}, rated {row.rated}" for row in differing
    )
    return f"{counted}: {len(differing)} DIFFER: {listed}"


def _publication(compared: Compared) -> str:
    kept = len(compared.snapshot)
    differing = sum(row.differs for row in compared.snapshot)
    if differing:
        return f"publication 1: {differing} of its {kept} figures DIFFER"
    return f"publication 1: all {kept} figures it keeps are the printed ones"


def verdict(compared: Sequence[Compared]) -> str:
    """Whether everything came out as published."""
    differing = sum(len(each.differing) for each in compared)
    said = f"Inspections compared: {len(compared)}."
    if differing == 0:
        return f"{said} Every published figure came out again."
    return f"{said} Published figures that did NOT come out again: {differing}."


def calls(url: str, token: str, command: str) -> str:
    """What to try while the service is up; `command` starts ours."""
    curl = f'curl --header "Authorization: Bearer $TOKEN" {url}/v1'
    one = "inspections/trafford-2021"
    return "\n".join(
        (
            f"The service is up at {url}; Ctrl-C stops it. To try, as an auditor:\n",
            f"  TOKEN={token}",
            f"  {curl}/inspections",
            f"  {curl}/{one}/ratings",
            f"  {curl}/{one}/ratings/2.2/explanation",
            f"  {curl}/{one}/ratings/2.2/history",
            f"  {curl}/openapi.json",
            f"  {command} history trafford-2021 2.1",
        )
    )


def described(compared: Sequence[Compared]) -> dict[str, object]:
    """The comparison as `--json` prints it."""
    return {
        "equal": not any(each.differing for each in compared),
        "inspections": [
            {
                "inspection": each.published.id,
                "agreed": each.agreed,
                "reconstructed": each.published.is_reconstructed,
                "ratings": [_described(row) for row in each.ratings],
                "figures": len(each.figures),
                "publication": len(each.snapshot),
                "differing": [_described(row) for row in each.differing],
            }
            for each in compared
        ],
    }


def _described(row: Row) -> dict[str, object]:
    return {
        "part": row.part,
        "published": row.published,
        "rated": row.rated,
        "note": row.note or None,
    }
