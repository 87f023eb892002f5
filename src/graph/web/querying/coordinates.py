"""Where on Earth a row is: a latitude and a longitude in two columns, or a point of GeoSPARQL in one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..terms import Row

WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
_LONGEST = 200  # characters of a point with its system: a longer text is another shape
_NUMBER = r"[-+]?+(?:\d++\.?+\d*+|\.\d++)(?:[eE][-+]?\d{1,3})?+"
_POINT = re.compile(
    r"\s*+(?:<(?P<system>[^>]*+)>\s*+)?+POINT\s*+(?:ZM|Z|M)?+\s*+"
    rf"\(\s*+(?P<x>{_NUMBER})\s++(?P<y>{_NUMBER})[^()]*+\)\s*+\Z",
    re.IGNORECASE,
)
_LONGITUDE_FIRST = ("", "/OGC/1.3/CRS84", "/OGC/0/CRS84")  # GeoSPARQL, 8.5.1: where a literal names no system
_LATITUDE_FIRST = ("/EPSG/0/4326",)
_AXIS = re.compile(  # lat, lieu_lat, lieuLat; a salon is none
    r"(?P<stem>|.*_|.*[a-z0-9](?=L))(?:(?P<lat>(?i:lat(?:itude)?))|(?i:lon(?:g(?:itude)?)?|lng))\Z"
)
_LATITUDE, _LONGITUDE = 90, 180


class Position(NamedTuple):
    """A point, in degrees north and east."""

    latitude: float
    longitude: float


def is_axis(column: str) -> bool:
    """Whether a column is called as latitudes or longitudes are."""
    return _AXIS.match(column) is not None


def columns_of(columns: Sequence[str], rows: Sequence[Row]) -> tuple[str, ...]:
    """The column of points, or the two of latitudes and longitudes in this order; none where nothing has a place."""
    for name in columns:
        if any(name in row and row[name].datatype == WKT and _read(row[name].value) for row in rows):
            return (name,)
    named = {name: found for name in columns if (found := _AXIS.match(name))}
    for latitude, one in named.items():
        for longitude, other in named.items():
            if one["lat"] and not other["lat"] and one["stem"].lower() == other["stem"].lower():
                return latitude, longitude
    return ()


def position(row: Row, columns: Sequence[str]) -> Position | None:
    """Where a row is, by those columns; None where they say nothing that is a place."""
    if len(columns) == 1:
        return _read(row[columns[0]].value) if columns[0] in row else None
    latitude, longitude = (row[name].number if name in row else None for name in columns)
    return None if latitude is None or longitude is None else _on_earth(latitude, longitude)


def _read(text: str) -> Position | None:
    """A point as it is written; None for another shape, or another system of coordinates than WGS 84."""
    found = _POINT.match(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    system = re.sub(r"https?://www\.opengis\.net/def/crs", "", found["system"] or "")
    x, y = float(found["x"]), float(found["y"])
    if system in _LATITUDE_FIRST:
        return _on_earth(x, y)
    return _on_earth(y, x) if system in _LONGITUDE_FIRST else None


def _on_earth(latitude: float, longitude: float) -> Position | None:
    inside = abs(latitude) <= _LATITUDE and abs(longitude) <= _LONGITUDE
    return Position(latitude, longitude) if inside else None
