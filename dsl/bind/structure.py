"""The parts of a framework: which belongs to which, and what a scope names."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dsl.findings import Findings, WayOut, nearest, suggestion
from dsl.framework import OVERALL
from dsl.text.phrases import Among, Parts, Stretch, Word

_HOLDERS = ("domain", "standard")
_PIECES = re.compile(r"[A-Z]+|[0-9]+")


def place_of(part: str) -> tuple[tuple[int, str], ...]:
    """Sorts parts as people count: 2.9 before 2.10."""
    return tuple(
        (int(piece), "") if piece.isdigit() else (-1, piece)
        for piece in _PIECES.findall(part)
    )


@dataclass(frozen=True, slots=True)
class Structure:
    """Domains, standards and questions, each in framework order."""

    domains: tuple[str, ...]
    standards: tuple[str, ...]
    questions: tuple[str, ...]
    kinds: Mapping[str, str]
    parents: Mapping[str, str | None]  # of standards and questions
    inside: Mapping[str, Sequence[str]]  # standards and questions at any depth
    in_doubt: Callable[[str], bool]  # a part whose block could not be read

    @classmethod
    def of(
        cls,
        domains: Iterable[str],
        standards: Iterable[str],
        questions: Iterable[str],
        in_doubt: Callable[[str], bool],
    ) -> "Structure":
        ids = {"domain": domains, "standard": standards, "question": questions}
        kinds = {part: kind for kind, parts in ids.items() for part in parts}
        ordered = sorted(kinds, key=place_of)
        parents: dict[str, str | None] = {}
        inside: dict[str, list[str]] = {}
        for part in ordered:
            if kinds[part] == "domain":
                continue
            above = [up for up in _ancestors(part) if kinds.get(up) in _HOLDERS]
            parents[part] = above[0] if above else None
            for up in above:
                inside.setdefault(up, []).append(part)
        domain_ids, standard_ids, question_ids = (
            tuple(part for part in ordered if kinds[part] == kind) for kind in ids
        )
        return cls(
            domain_ids, standard_ids, question_ids, kinds, parents, inside, in_doubt
        )

    def of_kind(self, kind: str) -> tuple[str, ...]:
        return {
            "domain": self.domains,
            "standard": self.standards,
            "question": self.questions,
        }[kind]

    def kind_of(self, part: str) -> str | None:
        """`standard`, or None for a part that is not defined."""
        return self.kinds.get(part)

    def standard_of(self, question: str) -> str | None:
        parent = self.parents[question]
        return parent if parent and self.kinds[parent] == "standard" else None

    def domain_of(self, part: str) -> str | None:
        """The domain a standard or question belongs to."""
        up = self.parents[part]
        while up is not None and self.kinds[up] != "domain":
            up = self.parents[up]
        return up

    def below(self, part: str, kind: str) -> tuple[str, ...]:
        """The standards or questions inside a domain or standard."""
        return tuple(
            each for each in self.inside.get(part, ()) if self.kinds[each] == kind
        )

    def resolve(self, parts: Parts, found: Findings) -> tuple[str, ...]:
        """The parts a scope names, in framework order; reports any not there."""
        if parts.among is Among.OVERALL:
            return (OVERALL,)
        named = set(self._named(parts, found))
        named -= set(self.stretches(parts.without, parts.kind, found))
        return tuple(part for part in self.of_kind(parts.kind) if part in named)

    def _named(self, parts: Parts, found: Findings) -> Iterable[str]:
        if parts.among is Among.ALL:
            return self.of_kind(parts.kind)
        if parts.among is Among.LISTED:
            return self.stretches(parts.of, parts.kind, found)
        level = "domain" if parts.among is Among.IN_DOMAINS else "standard"
        return [
            part
            for up in self.stretches(parts.of, level, found)
            for part in self.below(up, parts.kind)
        ]

    def stretches(
        self, listed: Iterable[Stretch], kind: str, found: Findings
    ) -> tuple[str, ...]:
        """`2.1 to 2.4 and 3.1` as parts."""
        return tuple(
            part for stretch in listed for part in self._stretch(stretch, kind, found)
        )

    def _stretch(self, stretch: Stretch, kind: str, found: Findings) -> tuple[str, ...]:
        ends = [stretch.first, *([stretch.last] if stretch.last else [])]
        known = [self.knows(end, kind, found) for end in ends]
        if not all(known):
            return ()
        low, high = place_of(ends[0].text), place_of(ends[-1].text)
        if low > high:
            turned = f"{ends[-1].text} to {ends[0].text}"
            found.error(
                "order",
                f"`{ends[0].text} to {ends[-1].text}` runs backwards",
                stretch.span,
                WayOut(f"Write {turned}.", turned),
            )
            low, high = high, low
        return tuple(
            part for part in self.of_kind(kind) if low <= place_of(part) <= high
        )

    def knows(self, part: Word, kind: str, found: Findings) -> bool:
        """Whether there is such a part; says so if there is not."""
        if self.kinds.get(part.text) == kind:
            return True
        if found.full:
            return False
        if not self.in_doubt(part.text) and not self._is_misnumbered(part, kind):
            other, known = self.kind_of(part.text), self.of_kind(kind)
            if other is not None:
                message = f"`{part.text}` is a {other}, not a {kind}"
                such_as = f", such as `{known[0]}`" if known else ""
                way_out: WayOut | str | None = f"Here belongs a {kind}{such_as}."
            else:
                message = f"{kind} `{part.text}` is not defined"
                add = f'Add: {kind} {part.text} "…"'
                way_out = suggestion(part.text, known, add)
            found.error("undefined-part", message, part.span, way_out)
        return False

    def _hangs_loose(self, part: str, kind: str) -> bool:
        if kind == "question":
            return bool(self.standards) and self.standard_of(part) is None
        return bool(self.domains) and kind == "standard" and not self.parents[part]

    def _is_misnumbered(self, part: Word, kind: str) -> bool:
        """Whether it is probably one whose own number is the mistake."""
        astray = [
            each
            for each in self.of_kind(kind)
            if "." in each and self._hangs_loose(each, kind)
        ]
        return nearest(part.text, astray) is not None


def is_above(part: str, other: str) -> bool:
    """Whether a part holds another: 2 and 2.1 are above 2.1.3."""
    return part in _ancestors(other)


def _ancestors(part: str) -> Iterable[str]:
    """2.1.3 → 2.1, 2; P2.1 → P2."""
    while "." in part:
        part = part.rpartition(".")[0]
        yield part
