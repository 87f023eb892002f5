"""The answer of a search as programs take it: the shape that the contract gives, of HTTP and of the command line."""

from __future__ import annotations

from typing import Any

from .excerpts import excerpt
from .facets import worded
from .reasons import by
from .searching import Found, Hit, SearchIndex


def as_json(found: Found, index: SearchIndex, language: str) -> dict[str, Any]:
    """`{"total", "results", "facets", "page", "pages", "notes"}`; an excerpt is HTML, where `<mark>` alone is markup.

    `by` is what found a result: words, a synonym (what the question is another name of), or its meaning.
    `quarantine` is the portal whose record a result is, null for a thing of the graph; `notes` say what was done with
    the question.
    """
    return {
        "total": found.total,
        "results": [_result(hit, found, language) for hit in found.hits],
        "facets": {name: values(found, index, name, language) for name, counted in found.counts.items() if counted},
        "page": found.page,
        "pages": found.pages,
        "notes": [note.render(language) for note in found.notes],
    }


def _result(hit: Hit, found: Found, language: str) -> dict[str, Any]:
    return {
        "iri": hit.card["iri"],
        "label": label(hit, language),
        "kind": hit.card["kind"],
        "excerpt": excerpt(hit.card, found.compiled.marks, language).html,
        "score": hit.score,
        "by": by(hit, found.compiled),
        "quarantine": hit.card["portal"] or None,
    }


def label(hit: Hit, language: str) -> str:
    """What a result is called, in the reader's language if it can be."""
    return worded(hit.card["names"], language) or hit.card["iri"]


def values(found: Found, index: SearchIndex, name: str, language: str) -> list[dict[str, Any]]:
    """The values of a facet that results have, as they are written in an address: what most have first."""
    facet = index.facets.get(name)
    assert facet is not None  # noqa: S101 - the counts are of its facets
    counted = [
        {"value": facet.short(value), "label": facet.label_of(value, language), "count": count}
        for value, count in found.counts[name].items()
    ]
    return sorted(counted, key=lambda each: (-each["count"], each["label"], each["value"]))
