"""A page of plain text blocks, and the same page as Markdown and as HTML.

The HTML stands alone: no script, no font, no picture, nothing fetched; headings in
order, tables with captions and headed columns and rows, and fit to print.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import assert_never


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 is the page's own; each level stands below the one above it."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; numbered where its items are counted or cited."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headed columns; the first cell heads its row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Bullets | Table


def as_markdown(blocks: Sequence[Block]) -> str:
    """The page as Markdown, ending in a line feed."""
    return "\n\n".join(_markdown(block) for block in blocks) + "\n"


def as_html(blocks: Sequence[Block]) -> str:
    """The page as one HTML document, ending in a line feed."""
    title = next(block.text for block in blocks if isinstance(block, Heading))
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en-GB">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        '<a class="skip" href="#page">Skip to the page</a>',
        *_contents(blocks),
        '<main id="page">',
        *(line for block in blocks for line in _html(block)),
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


# ---- Markdown


def _markdown(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {_plain(text)}"
        case Paragraph(text):
            return _plain(text)
        case Bullets(items, numbered):
            marks = [f"{number}." if numbered else "-" for number in _count(items)]
            lines = zip(marks, items, strict=True)
            return "\n".join(f"{mark} {_plain(item)}" for mark, item in lines)
        case Table(caption, columns, rows):
            shown = [columns, ("---",) * len(columns), *rows]
            lines_of = [f"| {' | '.join(map(_cell, row))} |" for row in shown]
            return "\n".join([f"*{_plain(caption)}*", "", *lines_of])
        case _:
            assert_never(block)


def _count(items: Sequence[str]) -> range:
    return range(1, len(items) + 1)


def _plain(text: str) -> str:
    """Text in which no character means anything to Markdown."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)


def _cell(text: str) -> str:
    return text if text == "---" else _plain(text)


# ---- HTML

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;color:#111;background:#fff;"
    "max-width:60rem;margin:0 auto;padding:1rem}"
    "h1,h2,h3{line-height:1.2;margin:1.5em 0 .5em}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}"
    "caption{text-align:left;font-weight:bold;padding:.25rem 0}"
    "th,td{border:1px solid #767676;padding:.35rem .5rem;text-align:left;"
    "vertical-align:top}"
    "thead th{background:#eee}tbody th{font-weight:normal;white-space:nowrap}"
    "a{color:#00478f}.skip{position:absolute;left:-99rem}.skip:focus{left:1rem}"
    "@media print{nav,.skip{display:none}body{max-width:none;font-size:10pt}"
    "table,li{break-inside:auto}tr,h2,h3{break-inside:avoid;break-after:auto}"
    "h1,h2,h3,caption{break-after:avoid}thead{display:table-header-group}}"
)


def _contents(blocks: Sequence[Block]) -> Iterator[str]:
    second = 2
    chapters = [
        block.text
        for block in blocks
        if isinstance(block, Heading) and block.level == second
    ]
    if chapters:
        yield '<nav aria-label="Contents">'
        yield "<ul>"
        for text in chapters:
            yield f'<li><a href="#{_anchor(text)}">{escape(text)}</a></li>'
        yield "</ul>"
        yield "</nav>"


def _html(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, text):
            yield f'<h{level} id="{_anchor(text)}">{escape(text)}</h{level}>'
        case Paragraph(text):
            yield f"<p>{escape(text)}</p>"
        case Bullets(items, numbered):
            kind = "ol" if numbered else "ul"
            yield f"<{kind}>"
            yield from (f"<li>{escape(item)}</li>" for item in items)
            yield f"</{kind}>"
        case Table(caption, columns, rows):
            yield "<table>"
            yield f"<caption>{escape(caption)}</caption>"
            heads = (f'<th scope="col">{escape(each)}</th>' for each in columns)
            yield f"<thead><tr>{''.join(heads)}</tr></thead>"
            yield "<tbody>"
            for first, *rest in rows:
                cells = "".join(f"<td>{escape(each)}</td>" for each in rest)
                yield f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
            yield "</tbody>"
            yield "</table>"
        case _:
            assert_never(block)


def _anchor(text: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", text.casefold()).strip("-") or "part"
