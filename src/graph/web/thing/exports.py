"""A thing as the descriptions of software: CodeMeta and publiccode.yml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING

from ...catalog import codemeta, publiccode, schema_org
from ...catalog.projections import Value, software
from ...errors import NoSuchThing
from ...sparql.engine import TITLES
from ...texts import shortened
from ..bounds import NAME, TEXT
from ..http.answers import answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import Request
    from starlette.responses import Response

    from ..site import Site
    from ..terms import Row, Term

EXPORTS = (codemeta, publiccode)


async def exported(request: Request, iri: str, export: ModuleType) -> Response:
    """The description of a software. Raises NoSuchThing, which tells what the graph does not say of it."""
    site: Site = request.state.site

    async def produce() -> str:
        rows = await site.rows(request, "software", thing=iri)
        if not rows:
            raise NoSuchThing("no-such-thing", iri=f"<{iri}>")
        described = software(iri, f"{site.url(request)}{site.local(iri)}", _fields(rows))
        missing = export.lacking(described)
        if missing:
            raise NoSuchThing("not-exportable", iri=f"<{iri}>", format=export.NAME, missing=", ".join(missing))
        return str(export.written(described))

    return await answer(request, produce, export.MEDIA_TYPE)


def as_schema_org(request: Request, site: Site, iri: str, rows: Iterable[Row], uses: int) -> str:
    """The thing as schema.org, to stand in its page; `rows` are its facts, `uses` how many times it is reused."""
    facts = ((row["property"].value, _borne(row)) for row in rows if row["value"].kind in ("iri", "literal"))
    return schema_org.written(iri, f"{site.url(request)}{site.local(iri)}", facts, site.language(request), uses)


def _fields(rows: Iterable[Row]) -> Iterator[tuple[str, Value]]:
    for row in rows:
        yield row["field"].value, _value(row["value"], row["name"].value if "name" in row else "")


def _borne(row: Row) -> Value:
    """The value of a fact as a page bears it."""
    found = _value(row["value"])
    most = NAME if row["property"].value in TITLES else TEXT
    return found if found.is_iri else replace(found, text=shortened(found.text, most))


def _value(term: Term, name: str = "") -> Value:
    return Value(term.value, term.language, is_iri=term.is_iri, name=name)
