"""A table as CSV for people: after each column of IRIs, one with their labels.

A spreadsheet shows it as it is. Taken away the columns of labels, it is byte for byte the CSV of SPARQL 1.1
(Query Results CSV and TSV Formats, section 3).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, BinaryIO

from .results import TooLarge

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions

SUFFIX = "_label"
_QUOTED = re.compile(r'[",\r\n]')


class _Iri(str):
    """The text of an IRI: a literal may have the same."""

    __slots__ = ()


def write(
    solutions: QuerySolutions,
    output: BinaryIO,
    most: int,
    labels: Callable[[Iterable[str]], Mapping[str, tuple[str, str]]],
) -> None:
    """Write the whole table; `labels` gives the label, and its language, of each IRI that has one.

    A column has labels when some row has an IRI there, so every row is read before the first is written: `most`
    bounds them. A column whose labels the query gives itself, under that name, is left as it is. Raises TooLarge.
    """
    names = [variable.value for variable in solutions.variables]
    rows: list[list[str]] = []
    iris: dict[str, None] = {}
    columns: set[int] = set()
    for solution in solutions:
        if len(rows) == most:
            raise TooLarge("result_rows")
        row = [_text(term) for term in solution]
        for column, text in enumerate(row):
            if isinstance(text, _Iri):
                iris[text] = None
                columns.add(column)
        rows.append(row)
    columns -= {column for column, name in enumerate(names) if name + SUFFIX in names}
    known = labels(iris)
    head = [(name, name + SUFFIX) if column in columns else (name,) for column, name in enumerate(names)]
    output.write(_line(cell for cells in head for cell in cells))
    for row in rows:
        cells = []
        for column, text in enumerate(row):
            cells.append(text)
            if column in columns:
                cells.append(known[text][0] if isinstance(text, _Iri) and text in known else "")
        output.write(_line(cells))


def _text(term: object) -> str:
    """A term as the engine writes it in CSV."""
    from pyoxigraph import BlankNode, Literal, NamedNode, Triple

    if isinstance(term, NamedNode):
        return _Iri(term.value)
    if isinstance(term, Literal):
        return term.value
    if isinstance(term, BlankNode):
        return str(term)
    if isinstance(term, Triple):
        parts = (_quoted(part.value) if isinstance(part, Literal) else _text(part) for part in term)
        return " ".join(parts)
    return ""


def _line(cells: Iterable[str]) -> bytes:
    return (",".join(_quoted(cell) if _QUOTED.search(cell) else cell for cell in cells) + "\r\n").encode()


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
