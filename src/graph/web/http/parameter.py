"""The parameters of an address, as OpenAPI describes them (Parameter Object, version 3.1.0)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]  # of JSON Schema

TEXT: Schema = {"type": "string"}
IRI: Schema = {"type": "string", "format": "iri"}
NUMBER: Schema = {"type": "integer", "minimum": 1}


def parameter(name: str, schema: Schema = TEXT, **more: object) -> dict[str, Any]:
    """A parameter of the query part; `more` are members of it: an example, what is said of it."""
    return {"name": name, "in": "query", "schema": schema, **more}


def one_of(values: Iterable[str]) -> Schema:
    """One of some texts."""
    return {"type": "string", "enum": [*values]}


def several(schema: Schema = TEXT) -> Schema:
    """As many as one gives."""
    return {"type": "array", "items": schema}


PAGE = parameter("page", NUMBER | {"default": 1})
