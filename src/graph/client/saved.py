"""The saved queries a connection knows, and the values of their parameters as an address writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..errors import MalformedQuery
from ..sparql.header import Parameter, near
from ..sparql.terms import EXPECTED
from .values import term

_MIDNIGHT = "T00:00:00"
_YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved query: what it answers, by language, the parameters it takes, the columns it gives."""

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]

    def values(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Python values as the addresses of saved queries write them; None is no value.

        Raises MalformedQuery for what is no parameter, or a value that stands for no term.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                meant = near(name, tuple(known))
                raise MalformedQuery("parameter-unknown", query=self.name, parameter=name, near=meant)
        return {name: _written(known[name], value) for name, value in given.items() if value is not None}


def _written(parameter: Parameter, value: Any) -> str:
    """A value in the words of its parameter's type; whether they are right is for who answers to say."""
    try:
        given = term(value)
    except TypeError:
        expected = EXPECTED.get(parameter.type, "…")
        raise MalformedQuery(
            "parameter-wrong", parameter=parameter.name, value=repr(value), expected=expected
        ) from None
    text: str = given["value"]
    if parameter.type == "langString" and "xml:lang" in given:
        return f"{text}@{given['xml:lang']}"
    if parameter.type == "date":
        return text.removesuffix(_MIDNIGHT)
    if parameter.type == "gYear" and text.isdecimal():
        return text.zfill(_YEAR_DIGITS)
    if parameter.type == "decimal" and isinstance(value, float):
        return f"{Decimal(text):f}"
    return text
