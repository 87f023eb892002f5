"""Values of parameters, as people write them, to RDF terms, as N-Triples writes them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

from ..errors import MalformedQuery
from ..namespaces import XSD
from .header import Parameter

EXPECTED = {
    "iri": "https://example.org/id",
    "string": "…",
    "langString": "texte@fr",
    "integer": "0, 42, -1…",
    "decimal": "0.5, 12, -1.0…",
    "boolean": "true | false",
    "date": "2016-01-19",
    "gYear": "2016",
}
_LEXICAL = {
    "integer": re.compile(r"[+-]?[0-9]{1,18}\Z"),
    "decimal": re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?\Z"),
    "boolean": re.compile(r"(true|false)\Z"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"),
    "gYear": re.compile(r"-?[0-9]{4}\Z"),
}


def term(parameter: Parameter, value: str) -> str:
    """The N-Triples term of a value of a parameter. Raises MalformedQuery."""
    from pyoxigraph import Literal, NamedNode

    with suppress(ValueError):  # pyoxigraph's own checks of IRIs, language tags and Unicode, and dates that are none
        if parameter.type == "string":
            return str(Literal(value))
        if parameter.type == "langString":
            text, _, language = value.rpartition("@")
            return str(Literal(text, language=language))
        value = value.strip()
        if parameter.type == "iri":
            return str(NamedNode(value))
        if _LEXICAL[parameter.type].match(value) and (parameter.type != "date" or date.fromisoformat(value)):
            return str(Literal(value, datatype=NamedNode(XSD + parameter.type)))
    raise MalformedQuery("parameter-wrong", name=parameter.name, value=value, expected=EXPECTED[parameter.type])
