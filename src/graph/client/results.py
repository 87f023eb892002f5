"""What a query answers: `Rows` of a SELECT, the `Truth` of an ASK, the `Graph` of a CONSTRUCT or DESCRIBE."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, overload

from ..errors import EvaluationFailed, NoSuchThing
from ..formats import RESULTS_JSON, TURTLE
from .reading import Solutions
from .values import Iri, Triple, form, value

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

SHOWN = 20  # rows of a table in a notebook


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came. `url` is its permanent address, `snapshot` the state of the graph, where they are told."""

    source: str
    media_type: str
    body: bytes
    snapshot: str | None = None
    url: str | None = None


class Row:
    """A row: `row.name`, `row["name"]`, `row[0]`; unpacked, its values; `dict(row)`, by name. Compares as a tuple."""

    __slots__ = ("_columns", "_values")

    def __init__(self, columns: dict[str, int], values: tuple[Any, ...]) -> None:
        self._columns = columns
        self._values = values

    def __getitem__(self, key: str | int | slice) -> Any:
        return self._values[self._columns[key] if isinstance(key, str) else key]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._columns:
            raise AttributeError(name)
        return self._values[self._columns[name]]

    def keys(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._columns)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return self._values == (other._values if isinstance(other, Row) else other)

    def __hash__(self) -> int:
        return hash(self._values)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._columns]

    def __reduce__(self) -> tuple[object, ...]:
        return Row, (self._columns, self._values)

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={self[name]!r}' for name in self._columns)})"


class Result:
    """What every answer knows: the `snapshot` it was made from, and the `url` that gives it again; None if not told."""

    def __init__(self, answer: Answer) -> None:
        self.snapshot = answer.snapshot
        self.url = answer.url


class Rows(Result, Sequence[Row]):
    """The rows of a SELECT, with Python values: see `graph.client.values`."""

    def __init__(self, answer: Answer, solutions: Solutions) -> None:
        super().__init__(answer)
        self.columns = solutions.columns
        self._places = {name: place for place, name in enumerate(self.columns)}
        self._rows = list(solutions)

    @overload
    def __getitem__(self, key: int) -> Row: ...
    @overload
    def __getitem__(self, key: slice) -> list[Row]: ...
    def __getitem__(self, key: int | slice) -> Row | list[Row]:
        if isinstance(key, slice):
            return [Row(self._places, values) for values in self._rows[key]]
        return Row(self._places, self._rows[key])

    def __iter__(self) -> Iterator[Row]:
        return (Row(self._places, values) for values in self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> list[Row]:
        """The rows, as a list."""
        return list(self)

    def column(self, name: str) -> list[Any]:
        """The values of a column. Raises KeyError."""
        place = self._places[name]
        return [values[place] for values in self._rows]

    def value(self) -> Any:
        """The only value of an answer of one row and one column. Raises NoSuchThing for any other."""
        if (len(self._rows), len(self.columns)) != (1, 1):
            raise NoSuchThing("not-one-value", rows=len(self._rows), columns=len(self.columns))
        return self._rows[0][0]

    def pandas(self) -> pd.DataFrame:
        """A pandas frame; its types are in `graph.client.frames`. Raises ConfigurationError without pandas."""
        from .frames import pandas_frame

        return pandas_frame(self)

    def polars(self) -> pl.DataFrame:
        """A polars frame; its types are in `graph.client.frames`. Raises ConfigurationError without polars."""
        from .frames import polars_frame

        return polars_frame(self)

    def csv(self) -> str:
        """SPARQL 1.1 Query Results CSV: terms without their types, lines ended by CRLF."""
        text = io.StringIO()
        csv.writer(text).writerows([self.columns, *(map(form, values) for values in self._rows)])
        return text.getvalue()

    def __repr__(self) -> str:
        return f"<Rows {len(self):,} × {' '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(f"<tr>{''.join(map(_cell, values))}</tr>" for values in self._rows[:SHOWN])
        more = f"<p>{min(SHOWN, len(self)):,} / {len(self):,}</p>"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(content: Any) -> str:
    text = escape(form(content))
    if isinstance(content, Iri) and content.startswith(("https://", "http://")):
        text = f'<a href="{text}" rel="noopener noreferrer">{text}</a>'
    return f"<td>{text}</td>"


class Truth(Result):
    """The answer of an ASK: true or false."""

    def __init__(self, answer: Answer, *, truth: bool) -> None:
        super().__init__(answer)
        self._truth = truth

    def __bool__(self) -> bool:
        return self._truth

    def value(self) -> bool:
        """The answer."""
        return self._truth

    def __repr__(self) -> str:
        return f"<Truth {self._truth}>"


class Graph(Result):
    """The graph of a CONSTRUCT or DESCRIBE: its distinct triples, in order; `turtle` is what was received."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self._answer = answer
        self._base = answer.source if "://" in answer.source else None

    @property
    def turtle(self) -> str:
        """The graph as Turtle."""
        return self._answer.body.decode()

    @property
    def ntriples(self) -> str:
        """The graph as N-Triples. Raises EvaluationFailed for what is no Turtle."""
        from ..sparql.exchange import n_triples

        try:
            return n_triples(self._answer.body, self._base)
        except (SyntaxError, ValueError) as error:
            raise self._wrong(error) from None

    @cached_property
    def triples(self) -> list[Triple]:
        """The triples, with Python values. Raises EvaluationFailed for what is no Turtle."""
        from ..sparql.exchange import triples

        try:
            read = list(triples(self._answer.body, self._base))
        except (SyntaxError, ValueError) as error:
            raise self._wrong(error) from None
        return [Triple(*map(value, terms)) for terms in read]

    def _wrong(self, error: Exception) -> EvaluationFailed:
        return EvaluationFailed("endpoint", endpoint=self._answer.source, reason=error)

    def __iter__(self) -> Iterator[Triple]:
        return iter(self.triples)

    def __len__(self) -> int:
        return len(self.triples)

    def __repr__(self) -> str:
        return f"<Graph {len(self._answer.body):,} B>"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.turtle)}</pre>"


def result(answer: Answer) -> Rows | Truth | Graph:
    """The result that an answer holds. Raises EvaluationFailed for what is no answer of SPARQL."""
    if answer.media_type in (*TURTLE.media_types, "application/n-triples"):
        return Graph(answer)
    if answer.media_type not in RESULTS_JSON.media_types:
        raise EvaluationFailed("not-sparql", endpoint=answer.source, media_type=answer.media_type or "?")
    solutions = Solutions([answer.body], answer.source)
    return Rows(answer, solutions) if solutions.truth is None else Truth(answer, truth=solutions.truth)
