"""What the literals of a datatype look like (<https://www.w3.org/TR/xmlschema11-2/>)."""

from __future__ import annotations

import re
from datetime import date

from ..namespaces import XSD

_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_DAY = r"-?[0-9]{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
_FORMS = {
    "string": r".*",
    "anyURI": r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+",
    "boolean": r"true|false|1|0",
    "integer": r"[+-]?[0-9]+",
    "nonNegativeInteger": r"\+?[0-9]+|-0+",
    "positiveInteger": r"\+?0*[1-9][0-9]*",
    "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
    "double": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    "date": _DAY + _ZONE,
    "dateTime": f"{_DAY}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_DAY}T{_TIME}{_ZONE[:-1]}",
    "time": _TIME + _ZONE,
    "gYear": r"-?[0-9]{4,}" + _ZONE,
    "gYearMonth": r"-?[0-9]{4,}-(?:0[1-9]|1[0-2])" + _ZONE,
    "duration": r"-?P(?=.)(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:T(?=.)(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9.]+S)?)?",
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
}
_EXAMPLES = {
    "boolean": "true",
    "integer": "12",
    "nonNegativeInteger": "12",
    "positiveInteger": "12",
    "decimal": "1.5",
    "double": "1.5E0",
    "anyURI": "https://example.org/",
    "date": "2018-05-31",
    "dateTime": "2018-05-31T12:00:00Z",
    "dateTimeStamp": "2018-05-31T12:00:00Z",
    "time": "12:00:00",
    "gYear": "2018",
    "gYearMonth": "2018-05",
    "duration": "P1Y",
    "language": "fr",
}


def fits(text: str, datatype: str) -> bool:
    """Whether a lexical form is one of a datatype, given as N-Triples; False for a datatype that is not known here."""
    form = _FORMS.get(datatype[len(XSD) + 1 : -1]) if datatype.startswith(f"<{XSD}") else None
    if form is None or not re.fullmatch(form, text, re.DOTALL):
        return False
    day = re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", text)
    if day is None or datatype not in _DAYS:
        return True
    try:
        return bool(date.fromisoformat(day[0]))
    except ValueError:
        return False


_DAYS = {f"<{XSD}{name}>" for name in ("date", "dateTime", "dateTimeStamp")}


def example(datatype: str) -> str | None:
    """A literal of a datatype, both as N-Triples, where one helps."""
    text = _EXAMPLES.get(datatype[len(XSD) + 1 : -1]) if datatype.startswith(f"<{XSD}") else None
    return f'"{text}"^^{datatype}' if text else None
