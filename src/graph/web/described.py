"""What a page says of itself in its head: to search engines (schema.org, in JSON-LD), to who shares it (Open Graph).

One mechanism for every page, out of what it shows: its title, its first paragraph, the things it links to, in their
order. Only what lists other pages, or files, has more to say here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from ..catalog.schema_org import in_script
from ..feeds.atom import MEDIA_TYPE as ATOM
from ..feeds.events import THEMES
from ..formats import TRIG
from ..report.characters import inert
from ..texts import LANGUAGES, keys, say, shortened
from .http.addresses import encoded

if TYPE_CHECKING:
    from .pages import View

LONGEST = 200  # characters of a description
_READ = 20 * LONGEST  # characters of a text, of which the beginning is given
LINKED = 50  # things of a list that are told
_LONGEST_QUERY = 500  # characters of an address that is worth giving as the page's own
_SOME = 3  # links to things that make a page a list of them
_LEAD = re.compile(r'<p class="lead"[^>]*>(.*?)</p>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")  # in what templates made, where no attribute holds the sign itself
_BLANKS = re.compile(r"[ \t\r\n]+")  # not the no-break spaces
_LOCALES = {"fr": "fr_FR", "en": "en_GB"}
_TYPES = {"home.html": "WebSite", "thing.html": "ItemPage", "search.html": "SearchResultsPage"}
_THING = "thing.html"


class Feed(NamedTuple):
    """Changes to follow: their media type, what they are of, where they are."""

    media_type: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in the head of a page. One that is an error, or the answer to a form, has no address of its own."""

    title: str
    description: str
    address: str
    tongues: Sequence[tuple[str, str]]
    locales: Sequence[str]
    image: str
    feeds: Sequence[Feed]
    documents: Sequence[str]


def head(view: View, template: str, shown: Mapping[str, Any], title: str, content: str) -> Head:
    """The head of a page, by its title and content in HTML, and what it shows."""
    name = _short(_plain(title)) or view.title
    said = _LEAD.search(content)
    description = _short(_plain(said[1])) if said else ""
    page = _Page(view, template, shown, name, description or _otherwise(view, name))
    others = sorted(_LOCALES, key=lambda code: code != view.language)
    is_lasting = not shown.get("problem") and view.request.method in {"GET", "HEAD"}
    return Head(
        title=name,
        description=page.description,
        address=page.address if is_lasting else "",
        tongues=[*((code, page.seen(lang=code)) for code in LANGUAGES), ("x-default", page.seen())],
        locales=[_LOCALES[code] for code in others],
        image=page.image,
        feeds=list(page.feeds()),
        documents=list(page.documents()) if is_lasting else [],
    )


class _Page:
    """A page as those see it who read no HTML."""

    def __init__(self, view: View, template: str, shown: Mapping[str, Any], name: str, description: str) -> None:
        self.view = view
        self.template = template
        self.shown = shown
        self.name = name
        self.description = description
        scope = view.request.scope
        self.root = view.site.root(view.request)
        self.path = encoded(scope["path"].removeprefix(scope["root_path"]))
        self._pairs = _kept(view)
        asked = view.request.query_params.get("lang", "")
        self.iri: str = shown["iri"] if template == _THING else ""
        self.address = self.iri or self.seen(**{"lang": asked} if asked in LANGUAGES else {})

    def seen(self, **more: str) -> str:
        """Where it is read, of the snapshot in force."""
        query = urlencode([*self._pairs, *more.items()])
        return f"{self.root}{self.path}{'?' if query else ''}{query}"

    @property
    def image(self) -> str:
        """Its card; that of the whole site, but for a thing."""
        if not self.view.site.pages.cards:
            return ""
        path = self.path.removesuffix(".html") if self.iri else "/card"
        return f"{self.root}{path}.png?lang={self.view.language}"

    def feeds(self) -> Iterator[Feed]:
        """What there is to follow: a theme on its own page, everything on each."""
        view = self.view
        if not view.is_followed:
            return
        if self.iri and any(each.iri in THEMES for each in self.shown.get("mentions", ())):
            about = say(view.language, "web.atom-theme", theme=self.name)
            yield Feed(ATOM, about, view.url("/feed.atom", theme=self.iri))
        yield Feed(ATOM, say(view.language, "web.atom-all"), view.url("/feed.atom"))
        yield Feed(TRIG.media_type, say(view.language, "web.feed-stream"), view.bare("/feed"))

    def documents(self) -> Iterator[str]:
        """The page as schema.org; of a thing there is more to tell than of its page."""
        if self.iri:
            yield self.shown["schema_org"]
        graph = [self._page(), *self._crumbs()]
        yield in_script({"@context": "https://schema.org", "@graph": graph})

    def _page(self) -> dict[str, Any]:
        manifest = self.view.snapshot.manifest
        where = self.seen()
        site = {"@type": "WebSite", "@id": f"{self.root}/#site", "name": self.view.title, "url": f"{self.root}/"}
        listed = [] if self.iri else [*_LISTS.get(self.template, _things)(self)][:LINKED]
        kind = _TYPES.get(self.template) or ("CollectionPage" if len(listed) >= _SOME else "WebPage")
        said: dict[str, Any] = {
            "@type": kind,
            "@id": where,
            "url": where,
            "name": self.name,
            "description": self.description,
            "inLanguage": self.view.language,
            "dateModified": manifest.created,
        }
        if manifest.licence:
            said["license"] = manifest.licence
        if kind == "WebSite":
            target = f"{self.root}/search?q={{search_term_string}}"
            asked = {"@type": "SearchAction", "target": target, "query-input": "required name=search_term_string"}
            return said | site | {"potentialAction": asked, "publisher": {"@id": manifest.publisher}}
        said["isPartOf"] = site
        if self.iri:
            said["mainEntity"] = {"@id": self.iri}
        elif self.template in _DATASETS:
            said["mainEntity"] = _DATASETS[self.template](self)
        elif listed:
            steps = [
                {"@type": "ListItem", "position": place, "name": name, "url": address}
                for place, (name, address) in enumerate(listed, 1)
            ]
            said["mainEntity"] = {"@type": "ItemList", "itemListElement": steps}
        return said

    def _crumbs(self) -> Iterator[dict[str, Any]]:
        """The way from the first page to this one, by the parts of its address that are pages."""
        parts = self.path.strip("/").split("/")
        if parts == [""]:
            return
        way = [(self.view.title, f"{self.root}/")]
        for end in range(1, len(parts)):
            above = "/".join(parts[:end])
            known = f"web.{above}" in keys(self.view.language)
            name = self.view.kind(parts[1]) if parts[0] == "id" and end > 1 else self.view.say(above) if known else ""
            way += [(name, f"{self.root}/{above}")] if name else []
        steps = [
            {"@type": "ListItem", "position": place, "name": name, "item": address}
            for place, (name, address) in enumerate([*way, (self.name, self.seen())], 1)
        ]
        yield {"@type": "BreadcrumbList", "itemListElement": steps}

    def dataset(self, said: Mapping[str, Any], files: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """A dataset of this site, and its files (name, address, media type, bytes or None)."""
        manifest = self.view.snapshot.manifest
        given = {"license": manifest.licence, "dateModified": manifest.created, "version": manifest.id}
        makers = {role: {"@id": manifest.publisher} for role in ("creator", "publisher") if manifest.publisher}
        downloads = [{"@type": "DataDownload", **file} for file in files]
        more = {"distribution": downloads} if downloads else {}
        known = {name: value for name, value in (given | said).items() if value}
        return {"@type": "Dataset", **known, **makers, **more}


def _kept(view: View) -> list[tuple[str, str]]:
    """The parameters that make it another page: those its route tells of, but for the form of the answer."""
    route = view.request.scope.get("route")
    told = (getattr(route, "openapi_extra", None) or {}).get("parameters", ())
    names = {each.get("name") for each in told} | {"page"}
    names -= {"lang", "format"}
    pairs = [(name, value) for name, value in view.request.query_params.multi_items() if name in names and value]
    return pairs if sum(len(value) for _, value in pairs) <= _LONGEST_QUERY else []


def _otherwise(view: View, name: str) -> str:
    """What is said of a page without a first paragraph: its title, and what the site is for."""
    tagline = say(view.language, "web.tagline")
    return tagline if name == view.title else _short(f"{name} · {tagline}")


def _plain(html: str) -> str:
    return unescape(_TAG.sub("", html[:_READ]))


def _short(text: str) -> str:
    """The beginning of a text, in one line, cut between two words."""
    return shortened(inert(_BLANKS.sub(" ", text[:_READ]).strip()), LONGEST)


def _things(page: _Page) -> Iterator[tuple[str, str]]:
    """The things that the page links to by a name, each once."""
    for iri, path in page.view.linked.items():
        if iri in page.view.labels:
            yield _short(page.view.label(iri)), page.root + path


def _queries(page: _Page) -> Iterator[tuple[str, str]]:
    for _, queries in page.shown["folders"]:
        for query in queries:
            yield page.view.text(query.title) or query.name, f"{page.root}/queries/{quote(query.name)}.html"


def _schemes(page: _Page) -> Iterator[tuple[str, str]]:
    for row in page.shown["schemes"]:
        name = row["graph"].value.removeprefix(page.shown["start"])
        yield page.view.label(row["scheme"].value), f"{page.root}/vocabularies/{quote(name)}"


def _catalogue(page: _Page) -> dict[str, Any]:
    """The datasets of a page of the catalogue; one alone with its files."""
    view, part = page.view, page.shown["part"]
    described = [
        page.dataset(
            {
                "@id": each.iri,
                "url": each.iri,
                "name": view.text(each.title),
                "description": view.text(each.description),
                "license": each.licence,
                "dateModified": each.modified,
                "temporalCoverage": "/".join(each.period) if each.period else "",
                "version": each.version,
            },
            (
                {"name": form.name, "contentUrl": form.url, "encodingFormat": form.media_type}
                for form in (each.distributions if len(part.datasets) == 1 else ())
            ),
        )
        for each in part.datasets[:LINKED]
    ]
    if len(part.datasets) == 1:
        return described[0]
    catalogue = page.shown["catalogue"]
    return {"@type": "DataCatalog", "@id": catalogue.iri, "name": view.text(catalogue.title), "dataset": described}


def _files(page: _Page) -> dict[str, Any]:
    """The whole graph, with the files that hold it."""
    files = (
        {"name": each["name"], "contentUrl": f"{page.root}/dumps/{each['name']}", "encodingFormat": each["media_type"]}
        | ({"contentSize": f"{each['bytes']} B", "sha256": each["sha256"]} if each["bytes"] is not None else {})
        for each in page.shown.get("files", ())
    )
    said = {"@id": f"{page.root}/catalog/graph", "name": page.view.title, "description": page.description}
    return page.dataset({**said, "url": page.seen()}, files)


_LISTS: Mapping[str, Callable[[_Page], Iterator[tuple[str, str]]]] = {
    "queries.html": _queries,
    "vocabularies.html": _schemes,
}
_DATASETS: Mapping[str, Callable[[_Page], dict[str, Any]]] = {
    "catalog.html": _catalogue,
    "dumps.html": _files,
    "void.html": _files,
}
