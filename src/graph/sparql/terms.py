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
    "integer": "42, 0, -1",
    "decimal": "0.5, 12, -1.0",
    "boolean": "true | false",
    "date": "2016-01-19",
    "gYear": "2016",
}
_SHOWN = 100  # characters of a wrong value
#: The whole of a value, as regular expressions that Python, HTML and JSON Schema read alike.
PATTERNS = {
    "langString": r"[\s\S]*@[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*",
    "integer": r"[+\-]?[0-9]{1,18}",
    "decimal": r"[+\-]?[0-9]{1,18}(\.[0-9]{1,18})?",
    "boolean": r"true|false",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "gYear": r"-?[0-9]{4}",
}


def is_iri(value: str) -> bool:
    """True for an absolute IRI (RFC 3987), as the engine reads one."""
    from pyoxigraph import NamedNode

    try:
        NamedNode(value)
    except ValueError:
        return False
    return True


def term(parameter: Parameter, value: str) -> str:
    """The N-Triples term of a value of a parameter. Raises MalformedQuery."""
    from pyoxigraph import Literal, NamedNode

    with suppress(ValueError):  # pyoxigraph's own checks of IRIs, language tags and Unicode, and dates that are none
        if parameter.type == "string":
            return str(Literal(value))
        if parameter.type == "langString":
            text, language = value.rsplit("@", 1)
            return str(Literal(text, language=language))
        value = value.strip()
        if parameter.type == "iri":
            return str(NamedNode(value))
        if re.fullmatch(PATTERNS[parameter.type], value) and (parameter.type != "date" or date.fromisoformat(value)):
            return str(Literal(value, datatype=NamedNode(XSD + parameter.type)))
    shown = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
    key = "day-unknown" if parameter.type == "date" and re.fullmatch(PATTERNS["date"], value) else "parameter-wrong"
    raise MalformedQuery(key, parameter=parameter.name, value=shown, expected=EXPECTED[parameter.type])
