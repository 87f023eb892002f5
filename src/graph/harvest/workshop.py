"""A worker seen from here: it is given a document and a deadline, and killed when it has not answered by then."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from ..config import Limits
from .lifting import Document
from .mapping import Mapping

_SOURCES = str(Path(__file__).resolve().parents[2])
_PIECE = 1 << 16
_AT_ONCE = 1 << 15  # what an empty pipe takes without waiting


@dataclass(slots=True)
class Reading:
    """What was read of a document: a dictionary for each record, the addresses of the next pages, the fault if any."""

    records: list[dict[str, Any]] = field(default_factory=list)
    next: list[str] = field(default_factory=list)
    fault: list[Any] | None = None


class Workshop:
    """Reads documents, one after the other, in a process that is started with the first, and again when it died.

    Raises SavedQueryError where the query of the mapping cannot be read.
    """

    def __init__(self, told: dict[str, Any], mapping: Mapping, known: bytes, limits: Limits) -> None:
        self._mapping = mapping
        self._told = {**told, "mapping": asdict(mapping), "records": limits.harvest_records, "size": len(known)}
        self._known, self._limits = known, limits
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, document: Document) -> Reading:
        """What a document says; a fault where it takes too long, too much memory, or ends the process."""
        body = document.body
        head = {name: value for name, value in asdict(document).items() if name != "body"}
        process = self._process or self._start()
        told = {"document": head, "size": len(body)}
        writing = threading.Thread(target=_write, args=(process, told, body))
        if len(body) > _AT_ONCE:
            writing.start()  # the worker may be killed before it has read all of it
        else:
            _write(process, told, body)
        try:
            lines = _lines(process, self._limits.harvest_parse_seconds, self._limits.harvest_bytes)
        except TimeoutError:
            self._end()
            limit = {"limit": "harvest_parse_seconds", "value": f"{self._limits.harvest_parse_seconds:g}"}
            return Reading(fault=["harvest.too-slow", limit])
        except OverflowError:
            self._end()
            return Reading(fault=["harvest.too-large", {"limit": "harvest_bytes", "value": self._limits.harvest_bytes}])
        except EOFError:
            self._end()
            return Reading(
                fault=["harvest.died", {"limit": "harvest_memory_mb", "value": self._limits.harvest_memory_mb}]
            )
        finally:
            if writing.ident is not None:
                writing.join()
        *records, last = map(json.loads, lines)
        return Reading(records, last.get("next", []), last.get("fault"))

    def _start(self) -> subprocess.Popen[bytes]:
        self._mapping.check()
        limits = self._limits
        paths = os.pathsep.join(filter(None, (_SOURCES, os.environ.get("PYTHONPATH"))))
        bounds = [str(limits.harvest_memory_mb), str(int(limits.harvest_seconds) + 1)]
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-P", "-m", "graph.harvest.worker", *bounds],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": paths, "MALLOC_ARENA_MAX": "2"},
        )
        _write(self._process, self._told, self._known)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # what was not written is not missed
                    pipe.close()


def _write(process: subprocess.Popen[bytes], head: dict[str, Any], body: bytes) -> None:
    with suppress(OSError, ValueError):  # it died: its silence tells
        process.stdin.write(json.dumps(head).encode() + b"\n" + body)
        process.stdin.flush()


def _lines(process: subprocess.Popen[bytes], seconds: float, most: int) -> list[bytes]:
    """The lines of an answer, to the one that ends it; so many seconds may pass without any, so many bytes come.

    Raises TimeoutError, OverflowError, and EOFError when the process ended.
    """
    received, descriptor = bytearray(), process.stdout.fileno()
    while True:
        ready, _, _ = select.select([descriptor], (), (), seconds)
        if not ready:
            raise TimeoutError
        part = os.read(descriptor, _PIECE)
        if not part:
            raise EOFError
        received += part
        if len(received) > most:
            raise OverflowError
        if part.endswith(b"\n"):
            start = received.rfind(b"\n", 0, -1) + 1
            if received.startswith((b'{"next"', b'{"fault"'), start):
                return bytes(received).splitlines()
