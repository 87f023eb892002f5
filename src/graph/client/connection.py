"""Connecting to a graph: on a server, or in a folder of this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..errors import EvaluationFailed, MalformedQuery, SnapshotError, UnreadableInput
from ..formats import RESULTS_JSON
from .reading import Solutions
from .results import Graph, Row, Rows, Truth, result
from .values import term

if TYPE_CHECKING:
    from .local import Local
    from .remote import Remote
    from .saved import Saved

_NAME = re.compile(r"[\w-]+")  # every query of SPARQL has a space, a brace or a mark
_SECONDS, _PATIENCE = 300.0, 30.0


def connect(
    to: str | Path | None = None,
    *,
    timeout: float | None = None,
    patience: float = _PATIENCE,
    headers: Mapping[str, str] | None = None,
) -> Connection:
    """A connection to a graph; nothing is asked before the first query.

    `to` is the address of a server of ours, of one of its snapshots, or of any SPARQL endpoint; or the folder of a
    snapshot, of builds or of a repository; without it, the repository here, as for the command line, which is built
    when it never was. `timeout` is what an answer may take, in seconds: 300 over HTTP, and here the deadline of the
    configuration. A server that is too busy is asked again for `patience` seconds; `headers` go with each request.

    Raises ConfigurationError, UnreadableInput, SnapshotError and, when it builds, BuildRefused.
    """
    if isinstance(to, str) and "://" in to:
        from .remote import Remote

        return Connection(Remote(to, timeout or _SECONDS, patience, headers))
    return Connection(_local(None if to is None else Path(to).expanduser(), timeout))


def _local(folder: Path | None, timeout: float | None) -> Local:
    from .. import config
    from ..snapshot import manifest, reader
    from .local import Local

    if folder is not None and not folder.is_dir():
        raise UnreadableInput("missing", path=folder)
    if folder is not None and (folder / manifest.FILE_NAME).is_file():
        return Local(config.load(start=folder), reader.open_snapshot(folder), timeout)
    if folder is not None and (folder / reader.CURRENT).exists():
        return Local(config.load(start=folder), reader.current(folder), timeout)
    settings = config.load(folder)
    try:
        snapshot = reader.current(settings.build_folder)
    except SnapshotError:
        from ..build import build

        snapshot = build(settings)
    return Local(settings, snapshot, timeout)


class Connection:
    """A graph to ask. Threads may share it; `with` closes it, and so does the end of the program."""

    def __init__(self, source: Local | Remote) -> None:
        self._source = source

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the worker or the connections; a later query takes others."""
        self._source.close()

    def __repr__(self) -> str:
        return f"<Connection {self._source.name}>"

    @property
    def queries(self) -> Mapping[str, Saved]:
        """The saved queries, by name. Raises QueryError."""
        return self._source.queries()

    def query(
        self, what: str, values: Mapping[str, Any] | None = None, /, *, timeout: float | None = None, **parameters: Any
    ) -> Rows | Truth | Graph:
        """The answer of a saved query, by its name, or of a SPARQL text.

        Parameters are Python values, by keyword, or in `values` where a name is no keyword; those of a text are the
        variables they bind. Raises QueryError: MalformedQuery with its `line` and `column`, DeadlineExceeded,
        LimitExceeded, Overloaded, RefusedQuery, NoSuchThing, EvaluationFailed.
        """
        return result(self._source.answer(self._question(what, {**(values or {}), **parameters}), timeout))

    def stream(
        self, what: str, values: Mapping[str, Any] | None = None, /, *, timeout: float | None = None, **parameters: Any
    ) -> Iterator[Row]:
        """The rows of a SELECT as they come, none kept. Raises QueryError, perhaps after some rows: all are then void.

        `timeout` is what each part may take, over HTTP, and here the whole answer.
        """
        question = self._question(what, {**(values or {}), **parameters})
        with self._source.opened(question, timeout) as (media_type, parts):
            solutions = Solutions(parts, self._source.name) if media_type in RESULTS_JSON.media_types else None
            if solutions is None or solutions.truth is not None:
                raise EvaluationFailed("not-rows", endpoint=self._source.name)
            places = {name: place for place, name in enumerate(solutions.columns)}
            for row in solutions:
                yield Row(places, row)

    def _question(self, what: str, given: Mapping[str, Any]) -> Any:
        """What the source is asked. Raises MalformedQuery and NoSuchThing."""
        if _NAME.fullmatch(what):
            queries = self._source.queries(what) if given else {}
            return self._source.saved(what, queries[what].values(given) if what in queries else {})
        return self._source.text(_bound(what, given) if given else what)


def _bound(text: str, given: Mapping[str, Any]) -> str:
    """A text with its variables bound to Python values; None leaves one unbound."""
    from ..sparql.binding import bind
    from ..sparql.exchange import n_triples_term

    terms = {}
    for name, value in given.items():
        try:
            terms |= {} if value is None else {name: n_triples_term(term(value))}
        except (TypeError, ValueError):
            raise MalformedQuery("value-wrong", name=name, value=repr(value)) from None
    return bind(text, terms)
