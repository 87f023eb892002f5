"""The form of a saved query: a field for each parameter, with the values it may take where they can be listed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import LimitExceeded, MalformedQuery, QueryError
from ...formats import RESULTS_JSON
from ...sparql.engine import Query
from ...sparql.terms import PATTERNS, is_iri
from ...sparql.terms import term as written
from ...texts import say
from ..http.request import asked
from ..terms import Term, table

if TYPE_CHECKING:
    from fastapi import Request

    from ...sparql.header import Parameter
    from ...sparql.library import SavedQuery
    from ..site import Site
    from .names import Understood

LISTED = 500  # more values than that are not chosen from a list
_LIST_BYTES = 8_000_000
_CONTROLS = {"iri": "name", "integer": "number", "decimal": "number", "date": "date", "boolean": "choice"}


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter in a form: what it holds and what is wrong with it, in the reader's language.

    `control` is the type of an input, or `select`, or `choice` between yes, no and neither, or `name` of a thing. A
    list of `options` that is None is too long, or cannot be had; `source` is the query that has it. `meant` is the IRI
    that a name was taken for; `choices` are those that it may mean.
    """

    parameter: Parameter
    control: str
    value: str
    error: str
    options: tuple[str, ...] | None = None
    source: SavedQuery | None = None
    meant: str = ""
    choices: Sequence[str] = ()

    @property
    def pattern(self) -> str:
        """The form of a value that is typed, as HTML wants it; empty where the control sees to it, and for a date."""
        typed = self.control == "text" and self.parameter.type != "date"
        return PATTERNS.get(self.parameter.type, "") if typed else ""

    @property
    def examples(self) -> tuple[str, ...]:
        """What to propose beside a field that has no list."""
        return () if self.control in ("select", "choice") else self.parameter.examples

    @property
    def iris(self) -> tuple[str, ...]:
        """The IRIs it shows by their labels."""
        shown = (*(self.options or ()), *self.examples) if self.parameter.type == "iri" else ()
        shown = (*shown, *self.choices, self.meant)
        return tuple(filter(is_iri, shown))  # what was typed is among them, and may be no IRI


class Forms:
    """The forms of a site's saved queries; the lists of values are kept, for the snapshot never changes."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._listed: dict[tuple[str, str], tuple[str, ...] | None] = {}

    async def options(self, request: Request, parameter: Parameter) -> tuple[str, ...]:
        """The values a parameter is chosen from; none where they are not listed, are too many, or cannot be had."""
        source = self._site.library.get(parameter.options or "")
        if source is None or not await self._known(request, parameter, source):
            return ()
        return self._listed[source.name, parameter.name] or ()

    async def listed(self, request: Request, query: SavedQuery) -> bool:
        """Let the lists of values of a query's form be known; False when one cannot be had this time."""
        lists = ((parameter, self._site.library.get(parameter.options or "")) for parameter in query.parameters)
        waited = (self._known(request, parameter, source) for parameter, source in lists if source is not None)
        return all(await asyncio.gather(*waited))

    def fields(
        self,
        request: Request,
        query: SavedQuery,
        given: Mapping[str, str],
        wrong: Mapping[str, MalformedQuery],
        named: Understood,
    ) -> list[Field]:
        """The fields of a query's form, with the lists that are known; what is wrong is kept as it was typed.

        A list holds nothing but values that are answered: what is wrong is told beside it.
        """
        language = self._site.language(request)
        fields = []
        for parameter in query.parameters:
            value = given.get(parameter.name, "")
            if not value.strip():
                value = parameter.default or ""
            fault = wrong.get(parameter.name)
            error = fault.message(language) if fault else ""
            meant, choices = named.values.get(parameter.name, "").strip(), named.choices.get(parameter.name, ())
            source = self._site.library.get(parameter.options or "")
            options = self._listed.get((source.name, parameter.name)) if source is not None else None
            if options:
                control = "select"
                value = parameter.default or "" if fault else meant or value
                options = options if value in (*options, "") else (value, *options)
            else:  # a browser empties a field of a value that is not of its type
                control = _CONTROLS.get(parameter.type, "text")
                control = "text" if error and value and control != "name" else control
                value = meant or value if control == "date" else value
            if fault and fault.key in ("name-several", "name-near"):
                error = say(language, f"web.{fault.key}", text=given[parameter.name])
            meant = meant if meant != value and is_iri(meant) else ""
            fields.append(Field(parameter, control, value, error, options, source, meant, choices))
        return fields

    async def _known(self, request: Request, parameter: Parameter, source: SavedQuery) -> bool:
        """Keep a list of values, or that it is too long: that never changes, other failures may."""
        key = (source.name, parameter.name)
        if key not in self._listed:
            try:
                async with asyncio.timeout(self._site.settings.limits.deadline_seconds / 2):  # the rest is the answer's
                    self._listed[key] = await self._values(request, parameter, source)
            except LimitExceeded:
                self._listed[key] = None
            except (QueryError, TimeoutError):
                return False
        return True

    async def _values(self, request: Request, parameter: Parameter, source: SavedQuery) -> tuple[str, ...] | None:
        """The values that a query's answer has for a parameter, in its order; None when it has too many."""
        inspection = await self._site.admit(request, source.bind({}))
        query = Query(inspection, RESULTS_JSON, **asked(request), result_bytes=_LIST_BYTES)
        columns, rows = table(await self._site.engine.evaluate(query))
        column = parameter.name if parameter.name in columns else columns[0]
        values = dict.fromkeys(_value(row[column], parameter) for row in rows if column in row)
        values.pop("", None)
        return tuple(values) if len(values) <= LISTED else None


def _value(found: Term, parameter: Parameter) -> str:
    """A term as a person would write it for a parameter; empty when the parameter does not take it."""
    if found.kind != ("iri" if parameter.type == "iri" else "literal"):
        return ""
    value = f"{found.value}@{found.language}" if parameter.type == "langString" else found.value
    try:
        written(parameter, value)
    except MalformedQuery:
        return ""
    return value
