"""A Turtle document that loses nothing: its tokens, its statements, its triples and where each term is written.

`read` takes any text and raises nothing: what is wrong is in `diagnostics`, several faults at once, and what could be
read is there beside. `read_about` reads only the statements of some subjects, which costs little in a large file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property

from ..diagnostics import Diagnostic, Edit, Fix, Location, Severity
from ..texts import Text
from .cures import cure
from .lexer import TOKEN, Lines, Token, statement, tokens
from .parts import DEPTH_LIMIT, Directive, Finding, Row, Statement, Triple
from .reader import Reader
from .terms import Fault, Scope

_QUOTED = 200
# Codes never change meaning: a fault keeps its number, a new one takes the next.
CODES = {
    "unexpected": "PAS001",
    "unfinished": "PAS001",
    "too-long": "PAS005",
    "conflict": "PAS006",
    "missing-dot": "PAS010",
    "missing-semicolon": "PAS011",
    "missing-comma": "PAS012",
    "undeclared-prefix": "PAS013",
    "undeclared-prefix-known": "PAS013",
    "undeclared-prefix-near": "PAS013",
    "undeclared-prefix-near-known": "PAS013",
    "string-open": "PAS014",
    "string-lines": "PAS014",
    "long-string-open": "PAS015",
    "inner-quote": "PAS016",
    "inner-apostrophe": "PAS016",
    "escape": "PAS017",
    "iri-escape": "PAS017",
    "iri-character": "PAS018",
    "iri-open": "PAS019",
    "iri-form": "PAS020",
    "name-form": "PAS020",
    "relative-iri": "PAS021",
    "language-tag": "PAS022",
    "datatype-missing": "PAS023",
    "datatype-language": "PAS023",
    "a-misplaced": "PAS024",
    "bracket-stray": "PAS025",
    "bracket-open": "PAS026",
    "foreign": "PAS027",
    "curly-quotes": "PAS028",
    "rdf12": "PAS029",
    "too-deep": "PAS030",
    "literal-misplaced": "PAS031",
    "blank-predicate": "PAS032",
    "directive": "PAS033",
    "word": "PAS034",
    "boolean-case": "PAS034",
    "iri-bare": "PAS035",
    "object-missing": "PAS036",
    "predicate-missing": "PAS037",
    "invisible": "PAS038",
    "too-many": "PAS039",
    "comma-for-semicolon": "PAS040",
    "semicolon-for-comma": "PAS041",
    "dot-for-semicolon": "PAS042",
    "caret": "PAS043",
    "equals": "PAS044",
    "directive-dot": "PAS045",
    "collection-separator": "PAS001",
}
_ANONYMOUS = re.compile(r"[\[(]|_:")


class TurtleDocument:
    """What `read` makes of a text. Offsets count code points from 0; locations, lines and columns from 1."""

    def __init__(self, reader: Reader, path: str, rows: list[Row]) -> None:
        self.path = path
        self.text = reader.text
        self.rows = rows
        self.statements: list[Statement] = reader.statements
        self.directives: list[Directive] = reader.directives
        self.prefixes: Mapping[str, str] = reader.scope.prefixes
        self.diagnostics: tuple[Diagnostic, ...] = ()
        if reader.findings:
            self.diagnostics = tuple(self._diagnostic(finding) for finding in sorted(reader.findings, key=_place))

    def tokens(self, start: int = 0, end: int | None = None) -> Iterator[Token]:
        """The tokens, white space and comments included: put end to end, they are the text."""
        return tokens(self.text, start, end)

    def triples(self) -> Iterator[Triple]:
        """Every triple, in the order of the engine."""
        return map(Triple._make, self.rows)

    def find(self, subject: str, predicate: str | None = None, value: str | None = None) -> list[Triple]:
        """The triples with these terms, as N-Triples, in the order of the text."""
        if predicate is not None and value is not None:  # a node may have as many values as there are faults
            return [Triple._make(self.rows[number]) for number in self._by_terms.get((subject, predicate, value), ())]
        rows = (self.rows[number] for number in self._by_subject.get(subject, ()))
        return [
            Triple._make(row)
            for row in rows
            if (predicate is None or row[1] == predicate) and (value is None or row[2] == value)
        ]

    def location(self, start: int, end: int) -> Location:
        """The lines and columns of a stretch of the text; the end is that of the character after."""
        return Location(self.path, *self._lines.place(start), *self._lines.place(end))

    def subject_location(self, triple: Triple) -> Location:
        """The token of the subject: its opening bracket when it is a `[ … ]` or a `( … )`."""
        return self._token_location(triple.subject_at)

    def predicate_location(self, triple: Triple) -> Location:
        """The token of the predicate."""
        return self._token_location(triple.predicate_at)

    def object_location(self, triple: Triple) -> Location:
        """The token of the object; a literal with its language tag or datatype."""
        return self._token_location(triple.object_at)

    def qualifier_location(self, triple: Triple) -> Location:
        """The language tag or the datatype of a literal; the object where it has neither."""
        found = TOKEN.match(self.text, triple.object_at)
        if found is not None and found[1][0] in "\"'":
            parts = [part for part in tokens(found[1]) if part.kind not in ("space", "comment")]
            if parts[-1].kind in ("language", "iri", "name", "keyword"):
                start = triple.object_at + parts[-1].start
                return self.location(start, start + len(parts[-1].text))
        return self.object_location(triple)

    def same_language(self, subject: str, predicate: str, tag: str) -> list[Triple]:
        """The literals of a property in one language, in the order of the text: the second is one too many."""
        suffix = f'"@{tag.lower()}'
        return [triple for triple in self.find(subject, predicate) if triple.object.endswith(suffix)]

    def _token_location(self, at: int) -> Location:
        found = TOKEN.match(self.text, at)
        return self.location(at, found.end() if found else at)

    def _diagnostic(self, finding: Finding) -> Diagnostic:
        key, location = finding.key, self.location(finding.start, finding.end)
        name = f"file.{key}" if key in ("conflict", "too-long") else f"turtle.{key}"
        said = {name: _short(value) for name, value in finding.parameters.items()}
        return Diagnostic(location, Severity.ERROR, CODES[key], Text(name, said), fix=self._fix(finding))

    def _fix(self, finding: Finding) -> Fix | None:
        found = cure(finding, self.text)
        if found is None:
            return None
        title, edits = found
        return Fix(title, tuple(Edit(self.location(start, end), new) for start, end, new in edits))

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)

    @cached_property
    def _by_terms(self) -> dict[tuple[str, ...], list[int]]:
        found: dict[tuple[str, ...], list[int]] = {}
        for number, row in enumerate(self.rows):
            found.setdefault(row[:3], []).append(number)
        return found

    @cached_property
    def _by_subject(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, row in enumerate(self.rows):
            found.setdefault(row[0], []).append(number)
        return found


def read(  # noqa: PLR0913  each has a name at the call
    text: str,
    *,
    path: str,
    base: str | None = None,
    known: Mapping[str, str] | None = None,
    blank: str = "b",
    depth: int = DEPTH_LIMIT,
) -> TurtleDocument:
    """The document a text is, whatever the text.

    `path` names it in diagnostics, relative IRIs resolve against `base`; `known` are prefixes to suggest where one is
    not declared; a blank node is called `_:`, `blank` and a number, in the order of the triples; `depth` bounds how
    deep brackets nest.
    """
    reader = Reader(text, Scope(base), known, depth)
    reader.run(_beginning(text))
    return TurtleDocument(reader, path, _named(reader, blank))


def read_about(
    text: str, subjects: AbstractSet[str], *, path: str, base: str | None = None, blank: str = "b"
) -> TurtleDocument:
    """The statements of some subjects only, given as N-Triples; when one is a blank node, all that may hold some.

    The others are passed over at the speed of one regular expression. For a text without faults.
    """
    anonymous = any(subject.startswith("_:") for subject in subjects)
    reader = Reader(text, Scope(base))
    scope, pattern, at = reader.scope, statement(), _beginning(text)
    while True:
        found = pattern.match(text, at)
        if found is None:
            break
        head, start, end = found[1], found.start(1), found.end()
        if head[0] == "@" or head.lower() in ("prefix", "base"):
            end = reader.directive(start) or end
        elif (anonymous and _ANONYMOUS.search(text, start, end)) or (  # a blank node is known by its rank
            head[0] not in "[(_" and _subject(scope, head) in subjects
        ):
            reader.run(start, end)
        at = end
    return TurtleDocument(reader, path, _named(reader, blank))


def _subject(scope: Scope, token: str) -> str:
    try:
        return scope.nodes.get(token) or scope.iri(token)
    except Fault:
        return ""


def _beginning(text: str) -> int:
    return int(text.startswith("\ufeff"))


def _place(finding: Finding) -> tuple[int, int]:
    return finding.start, finding.end


def _short(value: object) -> object:
    """A piece of the text as a sentence may quote it: one that takes megabytes is still told in a line."""
    return f"{value[:_QUOTED]}…" if isinstance(value, str) and len(value) > _QUOTED else value


def _named(reader: Reader, stem: str) -> list[Row]:
    """The rows, without those a fault left incomplete, their blank nodes numbered in the order of the rows."""
    rows = reader.rows
    if reader.findings:
        rows = [row for row in rows if row[0] and row[1] and row[2]]
    if not reader.blanks:
        return rows
    names: dict[str, str] = {}
    named = []
    for row in rows:
        subject, value = row[0], row[2]
        if subject[0] == "_" or value[0] == "_":
            if subject[0] == "_":
                subject = names.setdefault(subject, f"_:{stem}{len(names)}")
            if value[0] == "_":
                value = names.setdefault(value, f"_:{stem}{len(names)}")
            row = (subject, row[1], value, *row[3:])  # noqa: PLW2901  the row under its names
        named.append(row)
    return named
