"""The site: one snapshot, its engine, its saved queries and its pages, given to every route."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, unquote

from .. import __version__
from ..formats import RESULTS_JSON
from ..namespaces import PrefixMap
from ..sparql.engine import Engine, Query
from ..sparql.library import Library
from . import conneg
from .pages import Pages
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
        folder = snapshot.path / "queries"
        self.library = Library.load(folder if folder.is_dir() else settings.queries_folder)
        self.pages = Pages(self)
        self.last_modified = _http_date(snapshot.manifest.created)
        self._documents = self.base.removesuffix("id/")  # the ontology and the shapes are named beside the things
        self._page_queries = Library.load(_PAGE_QUERIES)
        self._kept: OrderedDict[tuple[object, ...], list[Row]] = OrderedDict()

    @property
    def base(self) -> str:
        """What the IRIs of things begin with."""
        return self.settings.graph.base

    @property
    def graph_base(self) -> str:
        """What the IRIs of named graphs begin with."""
        return self.settings.graph.graph_base

    def url(self, request: Request) -> str:
        """The address this site is seen at, without a final slash."""
        return self.public_url or str(request.base_url).rstrip("/")

    def language(self, request: Request) -> str:
        """The reader's language."""
        return conneg.language(request.headers.get("accept-language"), request.query_params.get("lang"))

    def local(self, iri: str) -> str | None:
        """The address, from the root, of an IRI that is served here; None for another."""
        if iri.startswith(self.base) and len(iri) > len(self.base):
            return "/id/" + quote(iri[len(self.base) :], safe="/:@!$&'()*+,;=~-._")
        for name, address in (("ontology", "/ontology"), ("shapes", "/shapes")):
            document = self._documents + name
            if iri == document or iri.startswith(document + "#"):
                return address + iri[len(document) :]
        return None

    def iri(self, path: str) -> str:
        """The IRI of what stands at `path` below /id/."""
        return self.base + unquote(path)

    async def admit(self, text: str) -> Inspection:
        """The guard's reading of a query; a long one is read beside the event loop. Raises QueryError."""
        if len(text) < _LONG_QUERY:
            return self.engine.admit(text)
        return await asyncio.to_thread(self.engine.admit, text)

    async def query(self, name: str, form: Format, accepted: float | None = None, **values: str) -> bytes:
        """The answer of one of the pages' own queries."""
        text = self._page_queries[name].bind(values)
        return await self.engine.evaluate(Query(self.engine.admit(text), form, accepted=accepted))

    async def rows(self, name: str, **values: str) -> list[Row]:
        """The rows of one of the pages' own queries; kept, for the snapshot never changes."""
        key = (name, *sorted(values.items()))
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        body = await self.query(name, RESULTS_JSON, **values)
        rows = table(body)[1]
        if len(body) <= _KEPT_BYTES:
            self._kept[key] = rows
            if len(self._kept) > _ROWS_KEPT:
                self._kept.popitem(last=False)
        return rows

    async def labels(self, iris: Iterable[str], language: str) -> Mapping[str, tuple[str, str]]:
        """The label and its language of each IRI that has one."""
        return await self.engine.labels(iris, language)

    def etag(self, request: Request, *parts: str) -> str:
        """The strong validator of an answer: the snapshot, the software, the address and what was chosen."""
        seen = (self.snapshot.id, __version__, self.url(request), str(request.url.path), *parts)
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


def _http_date(created: str) -> str:
    moment = datetime.fromisoformat(created)
    return format_datetime((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC), usegmt=True)
