"""Says what a name or part is: its rule, the words above it, its grounds, its users."""

from collections.abc import Iterator, Sequence

from dsl import OVERALL
from dsl.framework import Framework, Rule
from dsl.text.lexeme import Kind, Lexeme, lexemes
from dsl.text.mention import Mention, Role, Symbol
from service.editor.checked import Checked
from service.editor.library import Library, RuleFile
from service.editor.meaning import Found, definitions, everywhere
from service.editor.outline import Heading, block_of, headings

LANGUAGE = "adjudge-rules"
_MOST_LINES = 12
_MOST_USERS = 8


def hover(library: Library, checked: Checked, mention: Mention) -> str | None:
    """Markdown about what is named, or None if nothing defines it."""
    symbol = mention.symbol
    found = definitions(library, checked.file, symbol)
    if not found:
        return None
    heading = _heading(found[0])
    paragraphs = [
        _what(symbol, heading),
        _quoted(heading.block.says),
        _text(symbol, heading),
        *_grounds(library, checked.file, heading),
        *_rated(library, checked, symbol),
        _places(found),
        _users(everywhere(library, checked.file, symbol)),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _what(symbol: Symbol, heading: Heading) -> str:
    if symbol.role is Role.PART:
        return f"**{heading.kind} {symbol.name}** {heading.title}"
    of = f" of fact `{symbol.of}`" if symbol.of else ""
    return f"**{symbol.role.value}** `{symbol.name}`{of}"


def _quoted(says: str | None) -> str | None:
    return f"> {says}" if says else None


def _text(symbol: Symbol, heading: Heading) -> str | None:
    """The rule as written; a part's title and aim say more than its prompts."""
    lines = heading.block.text.split("\n")
    if symbol.role is Role.PART:
        aims = [line.strip() for line in lines if line.strip().startswith("aim")]
        lines = [lines[0], *(f"  {aim}" for aim in aims)]
    elif symbol.role in (Role.RATING, Role.ANSWER):
        lines = [line.strip() for line in lines if f"'{symbol.name}'" in line]
    shown = lines[:_MOST_LINES]
    more = ["  …"] if len(lines) > _MOST_LINES else []
    return "\n".join([f"```{LANGUAGE}", *shown, *more, "```"])


def _grounds(library: Library, file: RuleFile, heading: Heading) -> Iterator[str]:
    """What the rule rests on: documents by their titles, and what it assumes."""
    words = tuple(lexemes(heading.block.text))
    for index, word in enumerate(words[:-1]):
        said = words[index + 1]
        if said.kind is not Kind.NAME:
            continue
        if word.is_word("source"):
            place = _after_comma(words[index + 2 : index + 4])
            yield f"Source: {said.text}{place}{_title(library, file, said.text)}"
        elif word.is_word("assumes"):
            yield f"Assumes: {said.text}"


def _after_comma(words: Sequence[Lexeme]) -> str:
    match words:
        case [Lexeme(text=","), Lexeme(kind=Kind.NAME, text=place)]:
            return f", {place}"
        case _:
            return ""


def _title(library: Library, file: RuleFile, document: str) -> str:
    """What the document is called in full, where that is said."""
    for each in definitions(library, file, Symbol(Role.DOCUMENT, document))[:1]:
        words = lexemes(_heading(each).block.text)
        _, *full = [word.text for word in words if word.kind is Kind.NAME]
        return f" ({full[-1]})" if full else ""
    return ""


def _rated(library: Library, checked: Checked, symbol: Symbol) -> Iterator[str]:
    """The rule that rates a part, and what else is ruled about it."""
    framework = checked.loaded.framework
    if symbol.role is not Role.PART or framework is None:
        return
    for lead, rule in _rules(framework, symbol.name):
        heading = next(
            each
            for file in library.chain(checked.file)
            for each in headings(file.source)
            if (file.source.name, each.block.line) == (rule.file, rule.line)
        )
        first = " ".join(heading.block.text.split("\n", 1)[0].split())
        says = f"\n\n> {rule.says}" if rule.says else ""
        yield f"{lead} ({rule.file}, line {rule.line}): `{first}`{says}"
        yield from _grounds(library, checked.file, heading)


def _rules(framework: Framework, part: str) -> Iterator[tuple[str, Rule]]:
    if part in framework.rates:
        yield "Rated", framework.rates[part].rule
    if part in framework.discretion:
        yield "Open to discretion", framework.discretion[part].rule
    if part in framework.guidance:
        yield "Guidance", framework.guidance[part].rule
    if part in framework.case_checks:
        yield "Warns", framework.case_checks[part].rule
    overall = framework.rates.get(OVERALL)
    if overall is not None and part in framework.standards:
        of: tuple[str, ...] = getattr(overall.method, "of", ())
        if part not in of:
            yield "Does not count towards overall", overall.rule


def _heading(found: Found) -> Heading:
    return block_of(found.file.source, found.mention.span)


def _places(found: Sequence[Found]) -> str:
    *later, first = [f"{each.file.source.name}, line {_line(each)}" for each in found]
    replaced = f"; replaced in {' and in '.join(later)}" if later else ""
    return f"Defined in {first}{replaced}"


def _users(found: Sequence[Found]) -> str:
    """The rules that mention it, once each."""
    users: dict[str, None] = {}
    for each in found:
        if not each.mention.defines:
            heading = _heading(each)
            name = f"{heading.kind} {heading.name}".strip()
            users[f"{name} ({each.file.source.name}, line {heading.block.line})"] = None
    if not users:
        return "Nothing uses it"
    named = "; ".join(list(users)[:_MOST_USERS])
    more = len(users) - _MOST_USERS
    return f"Used by {named}" + (f"; and {more} more" if more > 0 else "")


def _line(found: Found) -> int:
    return found.mention.span.line
