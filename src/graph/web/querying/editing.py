"""What the query editor is given: the terms of the graph to complete with, a saved query to begin with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ...sparql.checks import PATTERN
from ...sparql.header import without_header

if TYPE_CHECKING:
    from fastapi import Request

    from ...sparql.library import SavedQuery
    from ..site import Site

TERMS = 2_000  # classes, and properties: those used most


async def terms(request: Request, site: Site) -> str:
    """The prefixes, classes and properties of the graph as JSON, each with its label and how often it is used."""
    counts = site.engine.counts
    classes = dict(counts.classes) if counts else {}
    properties = {iri: each.triples for iri, each in counts.properties.items()} if counts else {}
    used = {"classes": _most(classes), "properties": _most(properties)}
    labels = await site.labels(request, {iri for family in used.values() for iri in family})

    def entry(iri: str, count: int) -> dict[str, object]:
        name = site.prefixes.shrink(iri)
        label = labels[iri][0] if iri in labels else ""
        return {"iri": iri, "name": f"<{iri}>" if name == iri else name, "label": label, "count": count}

    told = {name: [entry(iri, count) for iri, count in family.items()] for name, family in used.items()}
    return json.dumps({"prefixes": dict(site.snapshot.manifest.prefixes), **told}, ensure_ascii=False)


def _most(counted: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:TERMS])


def first_text(site: Site) -> str:
    """A question that analysts ask, to begin with; a check, or a graph, is none."""
    asked_often = (query for query in site.library.values() if query.form == "SELECT" and not query.parameters)
    question = next((query for query in asked_often if not is_check(query)), None)
    return site.text("example") if question is None else without_header(question.text).strip()


def saved_text(site: Site, name: str, values: Mapping[str, str]) -> str:
    """The text of a saved query with the values that are right in their place. Raises NoSuchThing."""
    query = site.library.find(name)
    wrong = query.wrong(values)
    if wrong:
        return without_header(query.text).strip()
    return without_header(query.bind(values)).strip()


def by_folder(queries: Iterable[SavedQuery]) -> list[tuple[str, list[SavedQuery]]]:
    """Saved queries by folder of the library; checks last, and graphs before them: a reader looks for a question."""
    folders: dict[str, list[SavedQuery]] = {}
    for query in queries:
        folders.setdefault(query.folder, []).append(query)
    return sorted(folders.items(), key=_questions_first)


def _questions_first(folder: tuple[str, list[SavedQuery]]) -> tuple[bool, bool, str]:
    name, queries = folder
    return all(map(is_check, queries)), all(query.form in ("CONSTRUCT", "DESCRIBE") for query in queries), name


def is_check(query: SavedQuery) -> bool:
    """True for a query whose every row is a failure."""
    return query.path.match(PATTERN)
