"""Pages that a lead inspector can sign off: whole, plain and fit for everyone."""

from html.parser import HTMLParser
from xml.etree.ElementTree import fromstring

import pytest

from dsl.author.describe import describe, describe_part
from dsl.author.page import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Table,
    as_html,
    as_markdown,
)
from dsl.framework import Framework
from dsl.packaged import packaged, packaged_ids
from tests.dsl.framework_of import framework
from tests.dsl.judged_framework import judged


def _blocks(id_: str) -> tuple[Block, ...]:
    return describe(framework(id_), packaged(id_).tests)


def _text(blocks: tuple[Block, ...]) -> str:
    return as_markdown(blocks).replace("\\", "")


class _Reader(HTMLParser):
    """What a browser and a screen reader go by."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.tables: list[list[str]] = []
        self.scopes: list[str | None] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.levels.append(int(tag[1]))
        if tag == "table":
            self.tables.append([])
        elif self.tables:
            self.tables[-1].append(tag)
        if tag == "th":
            self.scopes.append(dict(attrs).get("scope"))
        if tag in ("script", "link", "img", "iframe") or "src" in dict(attrs):
            self.fetched.append(tag)


@pytest.mark.parametrize("id_", packaged_ids())
def test_the_page_is_accessible_and_stands_alone(id_: str) -> None:
    page = as_html(_blocks(id_))
    reader = _Reader()
    reader.feed(page)

    assert '<html lang="en-GB">' in page
    assert reader.levels[0] == 1
    assert reader.levels.count(1) == 1
    steps = zip(reader.levels, reader.levels[1:], strict=False)
    assert all(after - before <= 1 for before, after in steps)
    assert all(tags[0] == "caption" for tags in reader.tables)
    assert set(reader.scopes) == {"col", "row"}
    assert reader.fetched == []
    assert "http" not in page
    assert "@media print" in page


@pytest.mark.parametrize("id_", packaged_ids())
def test_the_page_is_well_formed_and_its_contents_lead_somewhere(id_: str) -> None:
    page = as_html(_blocks(id_))
    for single in ("meta",):
        page = page.replace(f"<{single} ", f"<{single} x='' ")
    lines = [line for line in page.split("\n") if not line.startswith(("<!", "<meta"))]

    root = fromstring("\n".join(lines))  # noqa: S314 - our own page

    ids = [each.get("id") for each in root.iter() if each.get("id")]
    links = [each.get("href", "")[1:] for each in root.iter("a")]
    assert set(links) <= set(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("id_", packaged_ids())
def test_every_source_and_every_assumption_is_listed(id_: str) -> None:
    rules = framework(id_)
    text = _text(_blocks(id_))

    noted = [line for line in rules.canonical.split("\n") if line]
    for line in noted[1:]:
        for assumed in line.split('assumes "')[1:]:
            assert assumed.split('"')[0].replace("\u2019", "'") in text
    cited = rules.canonical.replace("document ", "\n")
    for test in packaged(id_).tests:
        assert all(assumed in text for assumed in test.rule.assumes)
        cited += "".join(f'source "{each.document}"' for each in test.rule.sources)
    for name, title in rules.documents.items():
        assert (title in text) is (f'source "{name}"' in cited)


def _said(rules: Framework) -> str:
    return _text(describe(rules, ()))


def test_what_is_inspected_and_how_it_is_rated_are_said_in_plain_english() -> None:
    text = _text(_blocks("youth-2021"))

    assert "# Youth 2021" in text
    assert "Based on youth-2020 and youth-2018; shown here whole." in text
    assert "| 2.2.1.b | Diversity and the family" in text
    assert "| 50 to 64 | Requires improvement | Too few |" in text
    assert (
        "Standards 2.1 to 2.4 and 3.1 to 3.3 are rated by the lowest rating of their"
        " questions, leaving out those not rated."
    ) in text
    assert "the ratings panel may look again when:" in text
    assert "- the lowest percentage is within 5 percentage points of a boundary" in text
    assert "Standard 1.1 is usually:" in text
    assert "Departing from this needs a reason." in text
    assert "| Waltham Forest 2024 | 15 expectations |" in text


def test_gaps_first_days_and_local_words_are_said() -> None:
    assert "There was no fieldwork from 1 April 2020" in _text(_blocks("youth-2020"))
    assert "For fieldwork from 1 November 2012 until" in _text(_blocks("sqs-2012"))
    assert "### Theme 1: Reducing reoffending" in _text(_blocks("sqs-2012"))


def test_ordered_rules_and_caps_are_said_as_lists_and_sentences() -> None:
    text = _text(_blocks("cqc-adult-social-care"))

    assert "1. 'Inadequate' when 2 or more of key questions 1 to 5 are" in text
    assert "5. otherwise the panel decides" in text
    assert (
        "No better than 'Requires improvement' for the overall rating when"
        " “breach of regulations” is yes."
    ) in text


def test_rules_without_sources_or_assumptions_say_so() -> None:
    text = _said(judged("rate overall by judgement\n"))

    assert "No document is cited." in text
    assert "1 assumption to confirm or correct." in text
    assert "The overall rating is rated by judgement." in text


@pytest.mark.parametrize(
    ("part", "heading", "says", "silent"),
    [
        ("2.2", "2.2 Planning", "within 5 percentage points", "Guidance"),
        ("1.1", "1.1 Governance and leadership", "is usually:", "discretion"),
        ("2", "2 Court disposals", "Standard 2.4, Reviewing", "Standard 3.1"),
        ("2.1.2", "2.1.2 Does", "| 65 to 79 | Good |", "| 19 to 30 |"),
        ("overall", "The overall rating", "| 19 to 30 | Good |", "| 65 to 79 |"),
    ],
)
def test_one_part_is_explained_by_itself(
    part: str, heading: str, says: str, silent: str
) -> None:
    text = _text(describe_part(framework("youth-2021"), part))

    assert text.startswith(f"# {heading}")
    assert says in text
    assert silent not in text
    assert "## Sources" in text


def test_a_part_that_is_not_there_is_no_part() -> None:
    with pytest.raises(KeyError):
        describe_part(framework("youth-2021"), "9.9")


def test_an_author_s_marks_mean_nothing_to_markdown_or_html() -> None:
    blocks = (
        Heading(1, "A <b> & *c*"),
        Paragraph("1_2 | `x`"),
        Bullets(("[a](b)",)),
        Table("T", ("A",), (("<i>",),)),
    )

    assert as_markdown(blocks).split("\n")[0] == "# A \\<b\\> & \\*c\\*"
    assert "1\\_2 \\| \\`x\\`" in as_markdown(blocks)
    assert "\\[a\\](b)" in as_markdown(blocks)
    assert "A &lt;b&gt; &amp; *c*" in as_html(blocks)
    assert '<th scope="row">&lt;i&gt;</th>' in as_html(blocks)
    assert "<nav" not in as_html(blocks)
