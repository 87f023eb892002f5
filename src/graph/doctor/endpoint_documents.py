"""What a server says of itself in RDF: a service description, VoID, a DCAT catalogue, a feed of changes, dumps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from urllib.parse import urlsplit

import pyoxigraph

from ..federation.outbound import Fetched
from ..namespaces import RDF as _RDF
from ..texts import Text
from .check import Check, Level
from .correspondence import RDF, Correspondence, number, rows, triples

Made = tuple[str, Callable[[], Check]]
Quads = list[pyoxigraph.Quad]

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_DCAT = "http://www.w3.org/ns/dcat#"
_HYDRA = "http://www.w3.org/ns/hydra/core#"
_TREE = "https://w3id.org/tree#"
_LDES = "https://w3id.org/ldes#"
_NEXT = (f"{_HYDRA}next", f"{_HYDRA}nextPage")


def checks(there: Correspondence, first: Fetched) -> Iterator[Made]:
    """The checks, by name; `first` is what came when the address was asked for anything, RDF preferred."""
    found = triples(first) or []
    home = there.address.rpartition("/")[0] if "passerelles-snapshot" in first.headers else ""
    yield "description", partial(_description, found, there.address)
    yield "void", partial(_void, there, found)
    yield "catalogue", partial(_catalogue, there, _at(found, home, "/catalog", there))
    yield "feed", partial(_feed, there, _at(found, home, "/feed", there))
    yield "dumps", partial(_dumps, there, _at(found, home, "/catalog", there))


def _at(found: Quads, home: str, path: str, there: Correspondence) -> Callable[[], Quads]:
    """What the address itself says, and, of a server of ours, what it says elsewhere."""

    def read() -> Quads:
        elsewhere = triples(there.get(home + path, RDF)) if home else None
        return [*found, *(elsewhere or ())]

    return read


def _objects(quads: Iterable[pyoxigraph.Quad], *properties: str) -> list[str]:
    return list(dict.fromkeys(quad.object.value for quad in quads if quad.predicate.value in properties))


def _of_type(quads: Iterable[pyoxigraph.Quad], *types: str) -> list[str]:
    typed = {
        quad.subject.value: None
        for quad in quads
        if quad.predicate.value == f"{_RDF}type" and quad.object.value in types
    }
    return list(typed)


def _description(found: Quads, address: str) -> Check:
    if not _of_type(found, f"{_SD}Service"):
        return Check("description", Text("endpoint.no-description"), Level.NOTE)
    endpoints = _objects(found, f"{_SD}endpoint")
    if endpoints and address not in endpoints:
        return Check("description", Text("endpoint.description-elsewhere", {"address": endpoints[0]}), Level.NOTE)
    return Check("description", Text("endpoint.description"))


def _void(there: Correspondence, found: Quads) -> Check:
    """VoID in the description or at its well-known address, and whether its count is that of the data."""
    parts = urlsplit(there.address)
    announced = _triples(found) or _triples(
        triples(there.get(f"{parts.scheme}://{parts.netloc}/.well-known/void", RDF, redirects=5))
    )
    if announced is None:
        return Check("void", Text("endpoint.no-void"), Level.NOTE)
    counted = rows(there.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    count = number(counted[0].get("n", "")) if isinstance(counted, list) and counted else None
    if count not in (None, announced):
        return Check("void", Text("endpoint.void-wrong", {"announced": announced, "counted": count}), Level.NOTE)
    return Check("void", Text("endpoint.void", {"count": announced}))


def _triples(found: Quads | None) -> int | None:
    """The largest number of triples announced: that of the whole, beside those of its parts."""
    numbers = map(number, _objects(found or (), f"{_VOID}triples"))
    return max((each for each in numbers if each is not None), default=None)


def _catalogue(there: Correspondence, read: Callable[[], Quads]) -> Check:
    found = read()
    datasets = _of_type(found, f"{_DCAT}Dataset", f"{_DCAT}DatasetSeries")
    if not datasets and not _of_type(found, f"{_DCAT}Catalog"):
        return Check("catalogue", Text("endpoint.no-catalogue"), Level.NOTE)
    following = _objects(found, *_NEXT)
    if not following:
        return Check("catalogue", Text("endpoint.catalogue", {"count": len(datasets)}))
    others = _of_type(
        triples(there.get(there.joined(following[0]), RDF)) or (), f"{_DCAT}Dataset", f"{_DCAT}DatasetSeries"
    )
    if set(others) - set(datasets):
        return Check("catalogue", Text("endpoint.catalogue-pages", {"count": len(datasets)}))
    return Check("catalogue", Text("endpoint.catalogue-stuck", {"address": following[0]}), Level.FAULT)


def _feed(there: Correspondence, read: Callable[[], Quads]) -> Check:
    found = read()
    if not _of_type(found, f"{_LDES}EventStream") and not _objects(found, f"{_TREE}view", f"{_TREE}member"):
        return Check("feed", Text("endpoint.no-feed"), Level.NOTE)
    pages = _objects(found, f"{_TREE}node")
    if pages and triples(there.get(there.joined(pages[0]), RDF, redirects=5)) is None:
        return Check("feed", Text("endpoint.feed-broken", {"address": pages[0]}), Level.FAULT)
    return Check("feed", Text("endpoint.feed"))


def _dumps(there: Correspondence, read: Callable[[], Quads]) -> Check:
    files = _objects(read(), f"{_VOID}dataDump", f"{_DCAT}downloadURL")
    if not files:
        return Check("dumps", Text("endpoint.no-dumps"), Level.NOTE)
    answer = there.head(there.joined(files[0]))
    if not answer.ok:
        said = {"address": files[0], "status": answer.status}
        return Check("dumps", Text("endpoint.dumps-broken", said), Level.NOTE)
    return Check("dumps", Text("endpoint.dumps", {"count": len(files)}))
