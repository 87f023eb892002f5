"""Pages: autoescaped templates with the reader's language, labels for IRIs and addresses that stay here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .. import __version__
from ..texts import LANGUAGES, Text, keys, say
from . import bounds, dates
from .cards import SANS, SERIF, Cards
from .described import head
from .menu import Entries, menu, site_map
from .typography import spaced

if TYPE_CHECKING:
    from fastapi import Request

    from ..sparql.library import SavedQuery
    from .site import Site
    from .terms import Term

_TEMPLATES = Path(__file__).parent / "templates"
BUNDLE = Path(__file__).parent / "static" / "bundle"  # what `frontend/build.mjs` makes


class Pages:
    """The templates of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._environment = environment()
        self.bundle = _bundle()
        self.cards = Cards(BUNDLE, [self.bundle.get(name) for name in (SERIF, SANS)])

    def render(self, template: str, request: Request, /, **context: Any) -> str:
        """A page. `labels`, when given, are the labels of the IRIs it shows."""
        view = self.view(request, context.pop("labels", {}))
        view.head = partial(head, view, template, context)
        return self._environment.get_template(template).render(v=view, t=view.say, language=view.language, **context)

    def view(self, request: Request, labels: Mapping[str, tuple[str, str]]) -> View:
        """What a template may ask for, without one."""
        return View(self._site, request, self._site.language(request), labels)


def _bundle() -> Mapping[str, str]:
    """The file of each script and style, `editor.js`; none where the bundle was not built, and pages do without."""
    try:
        found: dict[str, str] = json.loads((BUNDLE / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


class _Writing(Environment):
    """Templates in whose text U+0000, which HTML has no way to write, is an unknown character."""

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        """The parts of a page, or of a macro, as one text."""
        return "".join(parts).replace("\0", "\N{REPLACEMENT CHARACTER}")


def environment() -> Environment:
    """The templates, where nothing is markup unless it says so, and nothing may be missing."""
    made = _Writing(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"typeset": bounds.shown, "named": bounds.named}
    return made


class Link(NamedTuple):
    """A link to an IRI: where it leads, its label, the language of that if not the page’s, whether it leaves us."""

    href: str
    label: str
    language: str
    away: bool


class View:
    """What a template may ask for."""

    def __init__(self, site: Site, request: Request, language: str, labels: Mapping[str, tuple[str, str]]) -> None:
        self.site = site
        self.request = request
        self.language = language
        self.labels = labels
        self.linked: dict[str, str] = {}
        self._links: dict[str, Link] = {}
        asked = request.query_params.get("lang", "")
        self._asked = asked if asked in LANGUAGES else ""
        self._root = str(request.scope.get("app_root_path", request.scope.get("root_path", "")))  # not that of a folder
        self.say = partial(_say, language)
        self.date = partial(dates.worded, language=language)
        self.day = partial(dates.day, language=language)
        self.since = partial(dates.since, language=language)
        self.period = partial(dates.period, language=language)
        self.version = __version__
        self.longest = bounds.TEXT
        self.snapshot = site.snapshot
        self.is_followed = request.app.state.chain is not None and bool(site.snapshot.manifest.dumps)
        self.title = Text(wordings=dict(site.snapshot.manifest.title)).render(language)

    def menu(self) -> Entries:
        """The entries of the menu."""
        return menu(self.site)

    def map(self) -> list[tuple[str, Entries]]:
        """The map of the site, in groups."""
        return site_map(self.site, followed=self.is_followed)

    def url(self, path: str, /, **parameters: str) -> str:
        """The address of a page of ours; the language asked for by name is kept."""
        if self._asked:
            parameters.setdefault("lang", self._asked)
        if not parameters:
            return self._root + path
        bare, hash_, fragment = path.partition("#")
        return f"{self._root}{bare}?{urlencode(parameters)}{hash_}{fragment}"

    def at(self, address: str) -> str:
        """An address of ours as data write it, with its query; the language asked for by name is kept."""
        language = f"{'&' if '?' in address else '?'}lang={self._asked}" if self._asked else ""
        return self.bare(address) + language

    def bare(self, path: str) -> str:
        """The address of a file of ours, which has no language."""
        return self._root + path

    def built(self, name: str) -> str:
        """The address of a script or style of the bundle; empty where there is none."""
        file = self.site.pages.bundle.get(name)
        return self.bare(f"/static/bundle/{file}") if file else ""

    def mentions(self, thing: str, through: str) -> str:
        """The address of the query that gives everything that points to a thing through a property."""
        return self.url("/sparql", query=self.site.text("mentions-all", thing=thing, property=through))

    def with_parameter(self, query: SavedQuery, given: Mapping[str, str], name: str, value: str) -> str:
        """The address of a saved query's page with one parameter set, the others kept, or by example if required."""
        kept = {each.name: each.examples[0] for each in query.parameters if each.required and each.examples}
        kept |= {key: text for key, text in given.items() if text.strip()}
        return self.url(f"/queries/{query.name}.html", **{**kept, name: value})

    def other_language(self) -> tuple[str, str]:
        """The other language and the address of this page in it."""
        other = next(code for code in LANGUAGES if code != self.language)
        pairs = [pair for pair in self.request.query_params.multi_items() if pair[0] != "lang"]
        return other, f"?{urlencode([*pairs, ('lang', other)])}"

    def link(self, iri: str) -> Link:
        """A link to an IRI, which a page may show many times."""
        found = self._links.get(iri)
        if found is None:
            away = not self.is_local(iri)
            found = self._links[iri] = Link(self.href(iri), self.label(iri), self.label_language(iri), away)
        return found

    def href(self, iri: str) -> str:
        """Where a link to an IRI leads: a page of ours when it is served here; nowhere, rather than to a script."""
        local = self.site.local(iri)
        if local is not None:
            if local.startswith("/id/"):
                self.linked[iri] = local
            return self.url(local)
        return iri if iri.startswith(("http://", "https://", "mailto:", "urn:")) else ""

    def is_local(self, iri: str) -> bool:
        """True when the IRI has a page here."""
        return self.site.local(iri) is not None

    def label(self, iri: str) -> str:
        """Its label in the graph, else ours for a term of a common vocabulary, else its CURIE."""
        if iri in self.labels:
            text, tag = self.labels[iri]
            return bounds.named(text, tag or self.language)
        curie = self.curie(iri)
        return self.say(f"term.{curie}") if f"web.term.{curie}" in keys(self.language) else curie

    def label_language(self, iri: str) -> str:
        """The language of its label when it is not the page's."""
        tag = self.labels[iri][1] if iri in self.labels else ""
        return "" if tag == self.language else tag

    def curie(self, iri: str) -> str:
        """Its short form; below our base, the path."""
        if iri.startswith(self.site.base) and len(iri) > len(self.site.base):
            return iri[len(self.site.base) :]
        return self.site.prefixes.shrink(iri)

    def kind(self, name: str) -> str:
        """What the things of a kind are called."""
        return self.say(f"kind.{name}") if f"web.kind.{name}" in keys(self.language) else name

    def folder(self, name: str) -> str:
        """What the saved queries of a folder are called."""
        return self.say(f"folder-{name}") if f"web.folder-{name}" in keys(self.language) else name

    def text(self, wordings: Mapping[str, str]) -> str:
        """A text that carries its own wordings."""
        return bounds.shown(Text(wordings=dict(wordings)).render(self.language), self.language) if wordings else ""

    def number(self, value: int | str) -> str:
        """A number with its thousands apart."""
        separated = f"{int(value):,}"
        return separated.replace(",", "\u202f") if self.language == "fr" else separated

    def decimal(self, value: float) -> str:
        """A number with its decimals, as few as it has."""
        text = f"{value:g}"
        return text.replace(".", ",") if self.language == "fr" else text

    def encode(self, text: str) -> str:
        """A text as a part of an address."""
        return quote(text, safe="")

    def language_of(self, term: Term) -> str:
        """The language of a literal when it is not the page's."""
        return "" if term.language == self.language else term.language


def _say(language: str, key: str, /, **parameters: object) -> str:
    return spaced(say(language, f"web.{key}", **parameters), language) if parameters else _plain(language, key)


@cache  # as many as the catalogues hold
def _plain(language: str, key: str) -> str:
    return spaced(say(language, f"web.{key}"), language)
