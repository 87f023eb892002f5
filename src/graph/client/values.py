"""RDF terms as Python values, and back, through the objects that write a term in SPARQL 1.1 Query Results JSON.

| RDF | Python |
|---|---|
| IRI, blank node | `Iri`, `Blank`: strings |
| plain text, text with a language | `str`, `Text`: a string with its `language` |
| `xsd:integer` and the types derived from it, `xsd:gYear` | `int` |
| `xsd:decimal` | `Decimal` |
| `xsd:double`, `xsd:float` | `float` |
| `xsd:boolean` | `bool` |
| `xsd:date` | `date` |
| `xsd:dateTime`, `xsd:dateTimeStamp` | `datetime`, to the microsecond |
| any other type, a wrong form, what Python cannot hold | `Literal`: a string with its `datatype` |
| triple term | `Triple` |
| unbound | `None` |
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Self

from ..namespaces import XSD

Term = Mapping[str, Any]


class Iri(str):
    """An IRI. Give one to a query where the IRI is meant: a plain `str` is a text."""

    __slots__ = ()


class Blank(str):
    """A blank node; its label means something within its answer only."""

    __slots__ = ()


class Text(str):
    """A text and its language tag."""

    __slots__ = ("language",)

    def __new__(cls, text: str, language: str) -> Self:
        """A text in a language."""
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __getnewargs__(self) -> tuple[str, str]:
        return str(self), self.language


class Literal(str):
    """The form of a literal that no Python type stands for, and the IRI of its datatype."""

    __slots__ = ("datatype",)

    def __new__(cls, form: str, datatype: str) -> Self:
        """A form of a datatype."""
        made = super().__new__(cls, form)
        made.datatype = datatype
        return made

    def __getnewargs__(self) -> tuple[str, str]:
        return str(self), self.datatype


class Triple(NamedTuple):
    """A triple, of a graph or quoted in an answer."""

    subject: Any
    predicate: Any
    object: Any


_INTEGERS = (
    "integer", "long", "int", "short", "byte", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger",
    "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
)  # fmt: skip
_ZONE = r"(Z|[+-]\d\d:\d\d)"
_WHOLE, _MOMENT = r"[+-]?\d+", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?"
_NUMBER = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN"


def _reader(form: str, make: Callable[[str], Any]) -> tuple[Callable[[str], Any], Callable[[str], Any]]:
    """What tells the right forms of a datatype from others (Python's own readers take more), and what reads them."""
    return re.compile(form, re.ASCII).fullmatch, make


_READERS = {XSD + name: _reader(_WHOLE, int) for name in _INTEGERS} | {
    XSD + "gYear": _reader(r"-?\d{4,}", int),
    XSD + "decimal": _reader(r"[+-]?(\d+(\.\d*)?|\.\d+)", Decimal),
    XSD + "double": _reader(_NUMBER, float),
    XSD + "float": _reader(_NUMBER, float),
    XSD + "boolean": _reader("true|false|1|0", lambda form: form in ("true", "1")),
    XSD + "date": _reader(r"\d{4}-\d\d-\d\d", date.fromisoformat),
    XSD + "dateTime": _reader(f"{_MOMENT}{_ZONE}?", datetime.fromisoformat),
    XSD + "dateTimeStamp": _reader(_MOMENT + _ZONE, datetime.fromisoformat),
}
_NONE = _reader("(?!)", str)


def value(term: Term) -> Any:
    """The Python value of a term. Raises KeyError or TypeError for an object that is no term."""
    kind, content = term["type"], term["value"]
    if kind == "uri":
        return Iri(content)
    if kind == "bnode":
        return Blank(content)
    if kind == "triple":
        return Triple(*(value(content[part]) for part in ("subject", "predicate", "object")))
    return _literal(content, term)


def _literal(content: str, term: Term) -> Any:
    if "xml:lang" in term:
        return Text(content, term["xml:lang"])
    datatype = term.get("datatype", XSD + "string")
    if datatype == XSD + "string":
        return content
    is_right, make = _READERS.get(datatype, _NONE)
    if is_right(content):
        try:
            return make(content)
        except (ValueError, ArithmeticError):  # 30 February; an integer of five thousand digits
            pass
    return Literal(content, datatype)


def term(given: Any) -> Term:
    """The term of a Python value, numpy's included. Raises TypeError for what stands for no term."""
    if isinstance(given, Iri):
        return {"type": "uri", "value": str(given)}
    if isinstance(given, Text):
        return {"type": "literal", "value": str(given), "xml:lang": given.language}
    if isinstance(given, Literal):
        return {"type": "literal", "value": str(given), "datatype": given.datatype}
    if isinstance(given, str) and not isinstance(given, Blank):
        return {"type": "literal", "value": str(given)}
    if hasattr(given, "dtype") and hasattr(given, "item"):
        given = given.item()
    for kind, name, form in _WRITERS:
        if isinstance(given, kind):
            return {"type": "literal", "value": form(given), "datatype": XSD + name}
    raise TypeError(type(given).__name__)


def _double(number: float) -> str:
    return str(number) if math.isfinite(number) else "NaN" if math.isnan(number) else f"{number:f}".upper()


_WRITERS: tuple[tuple[type, str, Callable[[Any], str]], ...] = (  # a bool is an int, a datetime is a date
    (bool, "boolean", lambda truth: str(truth).lower()),
    (int, "integer", str),
    (Decimal, "decimal", lambda number: f"{number:f}"),
    (float, "double", _double),
    (datetime, "dateTime", datetime.isoformat),
    (date, "date", date.isoformat),
)


def form(given: Any) -> str:
    """A value as CSV writes it: the IRI, the text or the lexical form alone; nothing for what is unbound."""
    if given is None:
        return ""
    if isinstance(given, Blank):
        return f"_:{given}"
    if isinstance(given, Triple):
        return f"<< {' '.join(map(form, given))} >>"
    return str(term(given)["value"])
