"""What a server writes down: an access log without anything about persons, and the queries that were slow.

Both are lines of JSON. The access log has no address, no agent and no query; the slow one has the query's text,
for that is what it is for.
"""

from __future__ import annotations

import json
import logging
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from ...sparql.evaluation import Evaluation

_SLOW = logging.getLogger("passerelles.slow")
_TEXT_SHOWN = 4_000


class Journal:
    """The access log: a file, standard error for `-`, or nothing."""

    def __init__(self, target: str = "") -> None:
        self._target = target
        self._file: TextIO | None = _opened(target) if target else None

    @property
    def kept(self) -> bool:
        """True when there is a log to write."""
        return self._file is not None

    def answered(self, method: str, path: str, status: int, size: int, seconds: float, snapshot: str) -> None:  # noqa: PLR0913, PLR0917
        """One response; `size` is in bytes, the body alone."""
        if self._file is not None:
            entry = {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "method": method,
                "path": path,
                "status": status,
                "bytes": size,
                "seconds": round(seconds, 6),
                "snapshot": snapshot[:12],
            }
            with suppress(OSError):  # a full disk is no reason to stop answering
                self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def reopen(self) -> None:
        """Go on in the file that has the name now: whoever rotates logs has moved the other away."""
        if self._file is not None:
            with suppress(OSError):  # without a new file, the old one goes on
                fresh = _opened(self._target)
                self.close()
                self._file = fresh

    def close(self) -> None:
        """Write no more."""
        if self._file is not None and self._file is not sys.stderr:
            self._file.close()
        self._file = None


def _opened(target: str) -> TextIO:
    return sys.stderr if target == "-" else Path(target).open("a", encoding="utf-8", buffering=1)


def slow(evaluation: Evaluation, outcome: str, seconds: float) -> None:
    """A query, or what was asked of the relay, that took long; `seconds` count from its acceptance."""
    asked = evaluation.message.get("query") or " ".join(evaluation.message.get("iris", ()))
    entry = {
        "slow": round(seconds, 3),
        "work": round(evaluation.seconds, 3),
        "outcome": outcome,
        "bytes": evaluation.spool.size,
        "query": str(asked)[:_TEXT_SHOWN],
    }
    _SLOW.warning("%s", json.dumps(entry, ensure_ascii=False))
