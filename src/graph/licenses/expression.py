"""What names licences: one of them, or an SPDX expression of several (SPDX 2.3, annex D).

Of `A OR B` who reuses chooses one; of `A AND B` every one is due. `A WITH E` adds a permission that the graph does not
know: what A allows is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..errors import MalformedQuery
from .catalogue import Licences
from .licence import Licence


class Joined(Enum):
    """How the parts of an expression go together."""

    ANY = "OR"
    ALL = "AND"


@dataclass(frozen=True, slots=True)
class Named:
    """A name, and the licence it means if the graph knows it; `exception` is what a WITH adds."""

    text: str
    licence: Licence | None
    exception: str = ""

    def __str__(self) -> str:
        name = self.licence.name if self.licence else self.text
        return f"{name} WITH {self.exception}" if self.exception else name


@dataclass(frozen=True, slots=True)
class Several:
    """Licences joined."""

    joined: Joined
    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        parts = (f"({part})" if isinstance(part, Several) else str(part) for part in self.parts)
        return f" {self.joined.value} ".join(parts)


Expression = Named | Several


def read(text: str, licences: Licences) -> Expression:
    """What a text names. Raises MalformedQuery for an expression that is none."""
    text = " ".join(text.split())
    if not text:
        raise MalformedQuery("licence-missing")
    alone = meant(text, licences)
    if alone is not None or "://" in text:
        return Named(text, alone)
    return _parsed(text, lambda name: _named(name, licences))


def meant(name: str, licences: Licences) -> Licence | None:
    """The licence that one name means; `X+` is X or later where that is one, X alone, in the older SPDX, X only."""
    base = name.removesuffix("+")
    names = [name, f"{base}-or-later"] if base != name else [name, f"{name}-only"]
    return next(filter(None, map(licences.find, names)), None)


def named(expression: Expression) -> Iterator[Licence]:
    """The licences that an expression names."""
    if isinstance(expression, Several):
        for part in expression.parts:
            yield from named(part)
    elif expression.licence is not None:
        yield expression.licence


def _parsed(text: str, called: Callable[[str], Expression]) -> Expression:
    from license_expression import ExpressionError, LicenseWithExceptionSymbol, Licensing

    def made(node: Any) -> Expression:
        if isinstance(node, LicenseWithExceptionSymbol):
            return _excepted(called(node.license_symbol.key), node.exception_symbol.key)
        if node.isliteral:
            return called(node.key)
        return Several(Joined(node.operator.strip()), tuple(map(made, node.args)))

    try:
        return made(Licensing().parse(text))
    except (ExpressionError, AssertionError, IndexError, RecursionError) as error:  # what its parser trips over too
        raise MalformedQuery("licence-expression", text=text) from error


def _named(name: str, licences: Licences) -> Expression:
    """What one name means; `X+`, X or any later version."""
    found, base = meant(name, licences), name.removesuffix("+")
    if found is None and base != name and (first := licences.find(base)) is not None:
        several = tuple(Named(each.name, each) for each in licences.later(first))
        return Several(Joined.ANY, several) if len(several) > 1 else several[0]
    return Named(name, found)


def _excepted(expression: Expression, exception: str) -> Expression:
    if isinstance(expression, Several):
        return Several(expression.joined, tuple(_excepted(part, exception) for part in expression.parts))
    return Named(expression.text, expression.licence, exception)
