"""Content negotiation as RFC 9110 (sections 12.4 and 12.5) writes it: q, specificity, wildcards, q=0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...errors import NotAcceptable
from ...formats import JSON_LD, Format
from ...texts import DEFAULT_LANGUAGE, LANGUAGES

_RANGES_READ = 100
_EXACT = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """A representation that exists: its name, the media types that ask for it, the first the usual one."""

    name: str
    media_types: tuple[str, ...]
    format: Format | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The representation chosen and the media type to say in its Content-Type."""

    name: str
    media_type: str
    format: Format | None = None


HTML = Offer("html", ("text/html", "application/xhtml+xml"))
JSON = Offer("json", ("application/json",))


def offer(form: Format) -> Offer:
    """The offer of a format; plain JSON asks for JSON-LD where that is the JSON there is."""
    more = ("application/json",) if form is JSON_LD else ()
    return Offer(form.name, form.media_types + more, form)


def negotiate(accept: str | None, offers: Sequence[Offer]) -> Choice:
    """The best of `offers` for an Accept header; on equal terms the first. Raises NotAcceptable.

    A media type that is named exactly wins over one that only a wildcard reaches.
    """
    ranges = _ranges(accept or "*/*")
    best: tuple[float, int, int, Choice] | None = None
    for rank, candidate in enumerate(offers):
        for place, media_type in enumerate(candidate.media_types):
            quality, precision = _quality(media_type, ranges)
            if place and precision < _EXACT:  # a wildcard asks for the usual name
                continue
            key = (quality, precision, -rank)
            if quality > 0 and (best is None or key > best[:3]):
                best = (*key, Choice(candidate.name, media_type, candidate.format))
    if best is None:
        raise NotAcceptable("not-acceptable", formats=", ".join(each.media_types[0] for each in offers))
    return best[3]


def chosen(candidate: Offer) -> Choice:
    """An offer taken by its name."""
    return Choice(candidate.name, candidate.media_types[0], candidate.format)


def language(accept_language: str | None, asked: str | None = None) -> str:
    """The reader's language among ours: the one asked for by name, else by Accept-Language, else French."""
    if asked and asked.lower() in LANGUAGES:
        return asked.lower()
    best: tuple[float, int] = (0.0, 0)
    found = DEFAULT_LANGUAGE
    for tag, parameters in _parse(accept_language or ""):
        candidates = LANGUAGES if tag == "*" else (tag.partition("-")[0],)
        for code in candidates:
            key = (_weight(parameters), tag != "*")
            if code in LANGUAGES and key[0] > 0 and key > best:
                best, found = key, code
    return found


def _ranges(accept: str) -> list[tuple[str, str, float]]:
    ranges = []
    for value, parameters in _parse(accept):
        kind, slash, subtype = value.partition("/")
        if slash and kind and subtype:
            ranges.append((kind, subtype, _weight(parameters)))
        elif value == "*":  # old Java clients
            ranges.append(("*", "*", _weight(parameters)))
    return ranges or [("*", "*", 1.0)]


def _quality(media_type: str, ranges: Iterable[tuple[str, str, float]]) -> tuple[float, int]:
    """The weight the most specific matching range gives a media type, and how specific it is (0–2)."""
    kind, _, subtype = media_type.partition("/")
    best = (-1, 0.0)
    for wanted_kind, wanted_subtype, weight in ranges:
        if (wanted_kind, wanted_subtype) == (kind, subtype):
            best = max(best, (_EXACT, weight))
        elif wanted_kind == kind and wanted_subtype == "*":
            best = max(best, (1, weight))
        elif wanted_kind == wanted_subtype == "*":
            best = max(best, (0, weight))
    return best[1], best[0]


def _parse(header: str) -> list[tuple[str, dict[str, str]]]:
    parsed = []
    for item in header.split(",")[:_RANGES_READ]:
        value, *parameters = (part.strip() for part in item.split(";"))
        if value:
            pairs = (parameter.partition("=") for parameter in parameters)
            parsed.append((value.lower(), {name.strip().lower(): text.strip() for name, _, text in pairs}))
    return parsed


def _weight(parameters: dict[str, str]) -> float:
    try:
        weight = float(parameters.get("q", "1"))
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
