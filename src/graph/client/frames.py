"""Frames with real types: one type a column, told by all of its values; what is unbound is missing.

| column | pandas | polars |
|---|---|---|
| integers, years | `Int64` | `Int64` |
| decimals, integers among them | `float64` | `Decimal` |
| doubles, other numbers among them | `float64` | `Float64` |
| booleans | `boolean` | `Boolean` |
| dates | `datetime64[s]` | `Date` |
| date-times, all without a time zone | `datetime64[us]` | `Datetime("us")` |
| date-times, all with one | `datetime64[us, UTC]` | `Datetime("us", "UTC")` |
| IRIs, texts, all else, a mixture | `string` | `String` |

pandas has no decimal numbers of its own, and can neither plot nor average Python's: they become floats there, of 15
digits at least; the rows have them exactly. So do they become, in both, beyond 38 digits. Integers beyond 64 bits
become strings. Languages and datatypes do not cross: ask for `LANG(?x)` where they matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationError
from .values import form

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from .results import Rows

_INTEGERS = range(-(2**63), 2**63)
_DIGITS = 38


def pandas_frame(rows: Rows) -> pd.DataFrame:
    """The rows as a pandas frame. Raises ConfigurationError without pandas."""
    try:
        import pandas as pd
    except ImportError:
        raise ConfigurationError("frame-missing", library="pandas") from None
    types = {
        "integer": "Int64",
        "decimal": "float64",
        "double": "float64",
        "boolean": "boolean",
        "date": "datetime64[s]",
        "dateTime": "datetime64[us]",
        "instant": "datetime64[us, UTC]",
        "string": "string",
    }
    return pd.DataFrame({name: pd.array(cells, dtype=types[kind]) for name, kind, cells in _columns(rows)})


def polars_frame(rows: Rows) -> pl.DataFrame:
    """The rows as a polars frame. Raises ConfigurationError without polars."""
    try:
        import polars as pl
    except ImportError:
        raise ConfigurationError("frame-missing", library="polars") from None
    types = {
        "integer": pl.Int64,
        "decimal": pl.Decimal,
        "double": pl.Float64,
        "boolean": pl.Boolean,
        "date": pl.Date,
        "dateTime": pl.Datetime("us"),
        "instant": pl.Datetime("us", "UTC"),
        "string": pl.String,
    }
    return pl.DataFrame([pl.Series(name, cells, types[kind]) for name, kind, cells in _columns(rows)])


def _columns(rows: Rows) -> Iterator[tuple[str, str, list[Any]]]:
    """The name of each column, its kind, and its values as that kind wants them."""
    for name in rows.columns:
        cells = rows.column(name)
        kind = _kind(cells)
        make = _MAKE.get(kind)
        yield name, kind, cells if make is None else [None if cell is None else make(cell) for cell in cells]


_MAKE: dict[str, Callable[[Any], Any]] = {"string": form, "decimal": Decimal, "double": float}


def _kind(cells: list[Any]) -> str:
    """The type that has all the values of a column."""
    found = set(map(type, cells)) - {type(None)}
    present = [cell for cell in cells if cell is not None] if found & {int, Decimal, datetime} else []
    if found == {int} and min(present) in _INTEGERS and max(present) in _INTEGERS:
        return "integer"
    if found <= {int, Decimal} and Decimal in found:
        return "decimal" if _digits(present) <= _DIGITS else "double"
    if found <= {int, Decimal, float} and float in found:
        return "double"
    if found == {datetime} and len(zoned := {cell.tzinfo is None for cell in present}) == 1:
        return "dateTime" if True in zoned else "instant"
    return {bool: "boolean", date: "date"}.get(found.pop(), "string") if len(found) == 1 else "string"


def _digits(numbers: list[int | Decimal]) -> int:
    """How many digits it takes to write all of these with one scale."""
    exact = [Decimal(number) for number in numbers]
    scale = max(-int(number.as_tuple().exponent) for number in exact)
    return max(scale, 0) + max(number.adjusted() for number in exact) + 1
