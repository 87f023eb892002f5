"""SPARQL 1.1 Query Results JSON, read as it arrives: rows long before the end, and an error rather than a short answer.

One pass over the text makes the values: no tree of objects stands in memory, and a stream reads as an answer does.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..errors import EvaluationFailed
from .values import Term, value

_ROWS = re.compile(r'"bindings"\s*:\s*\[')  # no string of JSON holds this: its quotation marks would be escaped
_COLUMNS = re.compile(r'"vars"\s*:\s*(\[[^\]]*\])')
_BETWEEN = re.compile(r"[\s,]*")


class Solutions:
    """The answer of a SELECT or an ASK: `columns`, then the rows, once; or `truth`, None where there are rows.

    `made` makes a value of a term. Raises EvaluationFailed, perhaps after some rows, where the parts are not one whole
    answer.
    """

    def __init__(self, parts: Iterable[bytes], name: str, made: Callable[[Term], Any] = value) -> None:
        self._name = name
        self._made = made
        self._parts = codecs.iterdecode(parts, "utf-8")
        self._text, self.truth, self.columns = "", None, ()
        self._at = self._find()

    def _find(self) -> int:
        """Where the rows begin; what the head says is read on the way."""
        found = None
        while found is None and self._more():
            found = _ROWS.search(self._text)
        head = _COLUMNS.search(self._text, 0, found.start()) if found else None
        if found is not None and head is not None:
            self.columns = tuple(json.loads(head[1]))
            return found.end()
        while self._more():  # an ASK, or a head that comes last
            pass
        try:
            whole = json.loads(self._text)
            if found is None:
                self.truth = bool(whole["boolean"])
            else:
                self.columns = tuple(whole["head"]["vars"])
        except (ValueError, KeyError, TypeError):
            raise self._wrong() from None
        return found.end() if found else 0

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """The values of each row, in the order of the columns."""
        decode, columns, at, made = json.JSONDecoder().raw_decode, self.columns, self._at, self._made
        while True:
            at = _BETWEEN.match(self._text, at).end()
            if self._text.startswith("]", at):
                return self._end(at)
            try:
                binding, at = decode(self._text, at)
            except ValueError:  # the text ends within a row: is there more of it?
                self._text, at = self._text[at:], 0
                if not self._more():
                    raise self._wrong() from None
                continue
            try:
                yield tuple([made(binding[name]) if name in binding else None for name in columns])
            except (KeyError, TypeError):
                raise self._wrong() from None

    def _more(self) -> bool:
        """Read a part further; False at the end."""
        try:
            part = next(self._parts, None)
        except UnicodeDecodeError:
            raise self._wrong() from None
        self._text += part or ""
        return part is not None

    def _end(self, at: int) -> None:
        """Check that the answer ends where its rows do."""
        self._text = self._text[at:]
        while self._more():
            pass
        try:
            json.loads('{"":{"":[' + self._text)
        except ValueError:
            raise self._wrong() from None

    def _wrong(self) -> EvaluationFailed:
        return EvaluationFailed("answer-cut", endpoint=self._name)
