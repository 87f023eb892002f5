"""A graph on a server: one of ours, with its saved queries, or any SPARQL endpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from urllib.parse import quote, urlsplit

from ..errors import EvaluationFailed, NoSuchThing, QueryError
from ..federation.client import Request, Session, check, shown, sparql
from ..formats import N_TRIPLES, RESULTS_JSON, TURTLE
from ..sparql.anatomy import dissect
from ..sparql.header import Parameter
from .results import Answer
from .saved import Saved

_BASE = re.compile(r"/?|.*/snapshots/[0-9a-f]+/?")
_ROWS, _GRAPH = RESULTS_JSON.media_type, f"{TURTLE.media_type}, {N_TRIPLES.media_type};q=0.5"
_ANY = f"{_ROWS}, {TURTLE.media_type};q=0.9"
_ACCEPT = {"SELECT": _ROWS, "ASK": _ROWS, "CONSTRUCT": _GRAPH, "DESCRIBE": _GRAPH}


class Remote:
    """What is asked over HTTP."""

    def __init__(self, url: str, seconds: float, patience: float, headers: Mapping[str, str] | None) -> None:
        check(url)
        self._url = url
        self._session = Session(seconds, patience, headers)
        self._queries: Mapping[str, Saved] = {}

    @property
    def name(self) -> str:
        """Its address, without what is secret in it."""
        return shown(self._url)

    def close(self) -> None:
        """End the connections."""
        self._session.close()

    @cached_property
    def _base(self) -> str | None:
        """The address that those of a server of ours begin with; None for an endpoint of another kind.

        An address that does not tell is asked for its health, which only ours knows.
        """
        parts = urlsplit(self._url)
        if parts.path.endswith("/sparql"):
            return self._url.partition("?")[0].removesuffix("sparql")
        base = self._url.rstrip("/") + "/"
        if parts.query or _BASE.fullmatch(parts.path):
            return None if parts.query else base
        try:
            health = self._json(base + "healthz")
        except QueryError:
            return None
        return base if isinstance(health, dict) and "snapshot" in health else None

    @property
    def _endpoint(self) -> str:
        if self._base is None or urlsplit(self._url).path.endswith("/sparql"):
            return self._url
        return f"{self._base}sparql"

    def saved(self, name: str, values: Mapping[str, str]) -> Request:
        """What asks a saved query."""
        return Request(f"{self._library()}/{quote(name)}", tuple(values.items()), _ANY)

    def text(self, text: str) -> Request:
        """What asks a query."""
        return sparql(self._endpoint, text, _ACCEPT.get(dissect(text).form, _ANY))

    def answer(self, request: Request, seconds: float | None) -> Answer:
        """The answer. Raises QueryError."""
        reply = self._session.get(request, seconds)
        return Answer(self.name, reply.media_type, reply.body, reply.snapshot, reply.url)

    @contextmanager
    def opened(self, request: Request, seconds: float | None) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The media type of the answer, and its parts."""
        with self._session.opened(request, seconds) as (reply, parts):
            yield reply.media_type, parts

    def queries(self, *needed: str) -> Mapping[str, Saved]:
        """The saved queries, by name; those known will do where they have all that is needed."""
        if not needed or not set(needed) <= self._queries.keys():
            try:
                entries = [_saved(entry) for entry in self._json(self._library())]
            except (KeyError, TypeError, AttributeError):
                raise EvaluationFailed("answer-cut", endpoint=self.name) from None
            self._queries = {entry.name: entry for entry in entries}
        return self._queries

    def _library(self) -> str:
        if self._base is None:
            raise NoSuchThing("no-library", endpoint=self.name)
        return f"{self._base}queries"

    def _json(self, address: str) -> object:
        body = self._session.get(Request(address, (), "application/json")).body
        try:
            return json.loads(body)
        except ValueError:
            raise EvaluationFailed("answer-cut", endpoint=self.name) from None


def _saved(entry: Mapping[str, object]) -> Saved:
    parameters = [
        Parameter(
            name=each["name"],
            type=each["type"],
            default=each["default"],
            examples=tuple(each["examples"]),
            required=each["required"],
        )
        for each in entry["parameters"]
    ]
    return Saved(entry["name"], entry["title"], entry["description"], tuple(parameters), tuple(entry["columns"]))
