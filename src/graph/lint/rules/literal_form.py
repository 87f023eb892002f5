"""PAS317: a typed literal has the form of its type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ...namespaces import XSD
from ...turtle.ntriples import escaped
from ..context import Context
from ..page import Page
from ..rule import DocumentRule, Finding, Test

_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_DATE = r"-?(?:[1-9]\d{4,}|\d{4})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_INTEGER = r"[+-]?\d+"
_FLOAT = r"(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN)"
_FORMS = {
    "date": _DATE + _ZONE,
    "dateTime": f"{_DATE}T{_TIME}{_ZONE}",
    "dateTimeStamp": rf"{_DATE}T{_TIME}(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)",
    "time": _TIME + _ZONE,
    "gYear": r"-?(?:[1-9]\d{4,}|\d{4})" + _ZONE,
    "gYearMonth": r"-?(?:[1-9]\d{4,}|\d{4})-(?:0[1-9]|1[0-2])" + _ZONE,
    "boolean": r"true|false|1|0",
    "integer": _INTEGER,
    **dict.fromkeys(("int", "long", "short", "byte"), _INTEGER),
    **dict.fromkeys(
        ("nonNegativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"), r"\+?\d+|-0+"
    ),
    "positiveInteger": r"\+?0*[1-9]\d*",
    "nonPositiveInteger": r"-\d+|\+?0+",
    "negativeInteger": r"-0*[1-9]\d*",
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "double": _FLOAT,
    "float": _FLOAT,
    "anyURI": r'[^\s<>"{}|\\^`]*',
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    "duration": r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?",
}
_TYPES = {XSD + name: form for name, form in _FORMS.items()}  # compiled when one is met
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_DATED = (XSD + "date", XSD + "dateTime", XSD + "dateTimeStamp")
_LOOSE_DAY = re.compile(r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)\Z")
_TRUTH = {
    "true": "true",
    "yes": "true",
    "oui": "true",
    "vrai": "true",
    "false": "false",
    "no": "false",
    "non": "false",
    "faux": "false",
}
_SPACES = " \u00a0\u202f"


class LiteralForm(DocumentRule):
    """A date that is none, a boolean in words, a number with a comma (XML Schema 1.1 part 2, section 3).

    Mended where the value can only be meant one way: `2024/3/5`, `True`, `oui`, `1 000`, `3,5`; `1,234` may be either.
    """

    code, name = "PAS317", "literal-form"
    level = "error"
    echoes = True

    def test(self, prop: str, suffix: str, context: Context) -> Test | None:  # noqa: ARG002 - one signature
        """A form that is not of the type, or a day that no month has."""
        if suffix not in _TYPES:
            return None
        pattern = re.compile(_TYPES[suffix].encode())
        if suffix in _DATED:
            return lambda lexical: pattern.fullmatch(lexical) is None or not _exists(lexical.decode())
        return lambda lexical: pattern.fullmatch(lexical) is None

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each literal that is not of its type."""
        for literal in page.literals:
            if literal.datatype in _TYPES and not _valid(literal.value, literal.datatype):
                right = _meant(literal.value, literal.datatype)
                about = {"value": literal.value, "type": context.short(literal.datatype), "expected": right}
                edits = ((literal.start, literal.string_end, f'"{escaped(right)}"'),) if right else ()
                yield page.about(literal, "literal-form-near" if right else "literal-form", about, edits)


def _valid(value: str, datatype: str) -> bool:
    return bool(re.fullmatch(_TYPES[datatype], value, re.ASCII)) and (datatype not in _DATED or _exists(value))


def _exists(value: str) -> bool:
    """Whether the day of a date is one of its month's."""
    found = _DAY.match(value)
    if found is None or found[1] == "0000":
        return True
    try:
        date(*map(int, found.groups()))
    except ValueError:
        return False
    return True


def _meant(value: str, datatype: str) -> str:
    """The one value that can have been meant, else nothing."""
    stripped = value.strip(_SPACES + "\t\n")
    guesses = [stripped]
    if datatype == XSD + "date" and (found := _LOOSE_DAY.match(stripped)):
        guesses.append("{}-{:0>2}-{:0>2}".format(*found.groups()))
    elif datatype == XSD + "boolean":
        guesses.append(_TRUTH.get(stripped.lower(), ""))
    else:
        whole = "".join(c for c in stripped if c not in _SPACES)
        grouped = re.fullmatch(rf"[+-]?\d{{1,3}}(?:[{_SPACES}]\d{{3}})*(?:\.\d+|,(?!\d{{3}}\Z)\d+)?", stripped)
        guesses += [whole, whole.replace(",", ".")] if grouped else []
    return next((guess for guess in guesses if guess and _valid(guess, datatype)), "")
