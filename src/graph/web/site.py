"""The site: one snapshot, its engine, its saved queries and its pages, given to every route."""

from __future__ import annotations

import asyncio
import hashlib
import re
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote

from .. import __version__
from ..formats import GRAPH_FORMATS, N_TRIPLES, RESULTS_JSON, RESULTS_TSV
from ..licenses.catalogue import Licences
from ..licenses.catalogue import query as licences_query
from ..lint.statements import every
from ..namespaces import PrefixMap
from ..search.likeness import opened
from ..sparql.engine import LABELS, Engine, Query
from ..sparql.library import Library
from ..sparql.terms import is_iri
from .browsing import drawn
from .http import conneg
from .http.addresses import encoded
from .http.request import asked
from .labels import Labels
from .pages import Pages
from .querying.forms import Forms
from .terms import Row, table

if TYPE_CHECKING:
    from fastapi import Request

    from ..config import Settings
    from ..formats import Format
    from ..snapshot.reader import Snapshot
    from ..sparql.guard import Inspection

Result = TypeVar("Result")
_PAGE_QUERIES = Path(__file__).parent / "queries"
_ROWS_KEPT = 256
_KEPT_BYTES = 1_000_000
_THINGS_KEPT = 1_000_000  # IRIs: some 130 MB
_LAST = "\U0010ffff"  # what comes after any IRI that begins so
_PLACE = re.compile(r"/?([a-z][a-z0-9_-]*(?:/[^\s/?#]+)+)\Z")
_PAGE = re.compile(
    rf"/id/([^?#]+?)(?:\.(?:html|{'|'.join(form.name for form in GRAPH_FORMATS)}))?(?:[?#].*)?\Z", re.DOTALL
)
_LONG_QUERY = 4_000  # characters: some ten milliseconds of reading


class ClientGone(Exception):
    """The client closed the connection before its answer was ready."""


class Site:
    """What a route needs to know. Everything in it is constant: the snapshot never changes."""

    def __init__(self, settings: Settings, snapshot: Snapshot, engine: Engine, public_url: str = "") -> None:
        self.settings = settings
        self.snapshot = snapshot
        self.engine = engine
        self.public_url = public_url.rstrip("/")
        self.prefixes = PrefixMap(snapshot.manifest.prefixes)
        self.library = Library.load(snapshot.queries_path)
        self.pictures = drawn.read(snapshot.pictures_path)
        self.likeness = opened(snapshot)
        self.pages = Pages(self)
        self.forms = Forms(self)
        self.created = snapshot.manifest.made
        self.last_modified = format_datetime(self.created, usegmt=True)
        self.edition = f"{snapshot.id} {__version__}"
        self._documents = self.base.removesuffix("id/")  # the ontology and the shapes are named beside the things
        self._page_queries = Library.load(_PAGE_QUERIES)
        self._kept: OrderedDict[tuple[object, ...], list[Row]] = OrderedDict()
        self._labels = Labels(engine)
        self._things: list[str] | None = None
        self._licences: Licences | None = None

    @property
    def base(self) -> str:
        """What the IRIs of things begin with."""
        return self.snapshot.manifest.base

    @property
    def graph_base(self) -> str:
        """What the IRIs of named graphs begin with."""
        return self.snapshot.manifest.graph_base

    @property
    def title(self) -> str:
        """What the graph is called, where no language is asked for."""
        return self.snapshot.manifest.title.get("fr", "Passerelles")

    def url(self, request: Request) -> str:
        """The address this site is seen at, without a final slash."""
        return self.public_url + request.state.pinned if self.public_url else str(request.base_url).rstrip("/")

    def language(self, request: Request) -> str:
        """The reader's language."""
        return conneg.language(request.headers.get("accept-language"), request.query_params.get("lang"))

    def local(self, iri: str) -> str | None:
        """The address, from the root, of an IRI that is served here; None for another."""
        if iri.startswith(self.base) and len(iri) > len(self.base):
            return "/id/" + encoded(iri[len(self.base) :])
        for name, address in (("ontology", "/ontology"), ("shapes", "/shapes")):
            document = self._documents + name
            if iri == document or iri.startswith(document + "#"):
                return address + iri[len(document) :]
        return None

    def kind_of(self, iri: str) -> str:
        """The kind of a thing of ours, as its address has it; empty for what is elsewhere."""
        return iri.removeprefix(self.base).partition("/")[0] if iri.startswith(self.base) else ""

    def root(self, request: Request) -> str:
        """The address this site is seen at, of the snapshot in force."""
        return self.url(request).removesuffix(request.state.pinned)

    def iri(self, path: str) -> str:
        """The IRI of what stands at `path`, decoded, below /id/: `local` is its inverse."""
        return self.base + path

    def meant_by(self, request: Request, address: str) -> str | None:
        """The IRI of the thing that has this address here, in whatever form, or this path; None for another text."""
        page = _PAGE.match(address.removeprefix(self.url(request)))
        place = None if page else _PLACE.match(address)
        iri = self.iri(unquote(page[1]) if page else place[1] if place else "")
        return iri if (page or place) and is_iri(iri) else None

    async def admit(self, request: Request, text: str) -> Inspection:
        """The guard's reading of a query; that of a long one is work for its client. Raises QueryError."""
        if len(text) < _LONG_QUERY:
            return self.engine.admit(text)
        return await self.engine.read(text, asked(request)["client"])

    def text(self, name: str, **values: str | tuple[str, ...]) -> str:
        """The text of one of the pages' own queries, without its header."""
        lines = self._page_queries[name].bind(values).split("\n")
        return "\n".join(line for line in lines if not line.startswith("#+"))

    async def query(self, request: Request, name: str, form: Format, **values: str | tuple[str, ...]) -> bytes:
        """The answer of one of the pages' own queries, before the deadline of the request."""
        return await self._evaluated(request, self.text(name, **values), form)

    async def rows(
        self, request: Request, name: str, part: tuple[int, int] | None = None, **values: str | tuple[str, ...]
    ) -> list[Row]:
        """The rows of one of the pages' own queries, with a value of a parameter or several; kept, as the snapshot is.

        `part` is how many of them, and how many to leave out before.
        """
        key = (name, part, *sorted(values.items()))
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        text = self.text(name, **values)
        if part is not None:
            text += f"\nLIMIT {part[0]:d}\nOFFSET {part[1]:d}"
        body = await self._evaluated(request, text, RESULTS_JSON)
        rows = table(body)[1]
        if len(body) <= _KEPT_BYTES:
            self._kept[key] = rows
            if len(self._kept) > _ROWS_KEPT:
                self._kept.popitem(last=False)
        return rows

    async def things(self, request: Request, start: str) -> Sequence[str]:
        """The things whose IRI begins so, in order; all are kept, as the snapshot is, but those of a very large graph.

        They are put in order here: that takes a query ten times as long as finding them.
        """
        every = self._things
        if every is None:
            body = await self.query(request, "things", RESULTS_TSV, start=self.base)
            every = await asyncio.to_thread(lambda: sorted(line[1:-1] for line in body.decode().split("\n")[1:-1]))
            self._things = every if len(every) <= _THINGS_KEPT else None
        return every[bisect_left(every, start) : bisect_left(every, start + _LAST)]

    async def licences(self, request: Request) -> Licences:
        """The licences of the graph; kept, for the snapshot never changes."""
        if self._licences is None:
            self._licences = Licences(every(await self._evaluated(request, licences_query(), N_TRIPLES)))
        return self._licences

    async def _evaluated(self, request: Request, text: str, form: Format) -> bytes:
        return await self.engine.evaluate(Query(self.engine.admit(text), form, **asked(request)))

    async def labels(
        self, request: Request, iris: Iterable[str], properties: Sequence[str] = LABELS
    ) -> Mapping[str, tuple[str, str]]:
        """The label, in the reader's language if there is one, and its language, of each IRI that has one."""
        return await self._labels.of(request, iris, self.language(request), properties)

    def etag(self, request: Request, *parts: str) -> str:
        """The strong validator of an answer: the snapshot, the software, the address and what was chosen.

        The deadline is said on pages, and what is found by its meaning is no part of the snapshot.
        """
        deadline = f"{self.settings.limits.deadline_seconds:g}"
        built = " ".join(self.pages.bundle.values())
        meant = "" if self.likeness is None else self.likeness.mark
        seen = (self.snapshot.id, __version__, built, deadline, meant, self.url(request), str(request.url.path), *parts)
        digest = hashlib.sha256("\0".join(seen).encode("utf-8", "surrogatepass")).hexdigest()
        return f'"{digest[:32]}"'


async def unless_gone(request: Request, work: Awaitable[Result]) -> Result:
    """The result of `work`, which is cancelled when the client leaves. Raises ClientGone."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientGone
    finally:
        for each in (task, gone):
            if not each.done():
                each.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
