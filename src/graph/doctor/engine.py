"""The engines, tried on a graph of one triple: one is built, and a worker process answers about it."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..build import build
from ..config import FILE_NAME, Limits, Settings, read
from ..errors import PasserellesError
from ..formats import RESULTS_TSV
from ..shacl.shapes import ShapesGraph
from ..shacl.validate import compiled
from ..snapshot.reader import Snapshot
from ..sparql.engine import Query
from ..sparql.foreground import Foreground
from ..texts import Text
from .check import Check, Level, fault

_SHAPE = """\
<urn:shape> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/shacl#NodeShape> .
<urn:shape> <http://www.w3.org/ns/shacl#targetNode> <urn:thing> .
<urn:shape> <http://www.w3.org/ns/shacl#hasValue> <urn:other> .
"""
_TRIPLE = "<urn:thing> <urn:is> <urn:here> .\n"
_QUESTION = "SELECT ?s ?o { ?s <urn:is> ?o }"
_ANSWER = b"?s\t?o\n<urn:thing>\t<urn:here>\n"


def checks(limits: Limits) -> Iterator[Check]:
    """SHACL, then the build, then what the built graph is asked, within these limits."""
    yield _shacl()
    with tempfile.TemporaryDirectory(prefix="passerelles-doctor-") as folder:
        root = Path(folder).resolve()
        (root / FILE_NAME).touch()
        (root / "data").mkdir()
        (root / "data/thing.ttl").write_text(_TRIPLE, encoding="utf-8")
        began = time.monotonic()
        try:
            settings = replace(read(root / FILE_NAME), limits=limits)
            snapshot = build(settings)
        except (PasserellesError, ImportError) as error:
            yield fault("build", error)
            return
        yield Check("build", Text("doctor.build", {"ms": _ms(began)}))
        yield from _workers(settings, snapshot)


def _shacl() -> Check:
    try:
        found = compiled(ShapesGraph(_SHAPE))(_TRIPLE)
    except (PasserellesError, ImportError) as error:
        return fault("validation", error)
    if [result.focus for result in found] == ["<urn:thing>"]:
        return Check("validation", Text("doctor.validation"))
    return Check("validation", Text("doctor.validation-wrong"), Level.FAULT)


def _workers(settings: Settings, snapshot: Snapshot) -> Iterator[Check]:
    began = time.monotonic()
    try:
        engine = Foreground(settings, snapshot)
    except PasserellesError as error:
        yield fault("workers", error)
        return
    try:
        started, began = _ms(began), time.monotonic()
        answer = b"".join(engine.stream(Query(engine.engine.admit(_QUESTION), RESULTS_TSV)))
        if answer == _ANSWER:
            yield Check("workers", Text("doctor.workers", {"start": started, "answer": _ms(began)}))
        else:
            yield Check("workers", Text("doctor.workers-wrong"), Level.FAULT)
        yield _isolation(engine)
        yield from (_memory(settings.limits, process) for process in engine.engine.pool.processes)
    except PasserellesError as error:
        yield fault("workers", error)
    finally:
        engine.stop()


def _isolation(engine: Foreground) -> Check:
    if engine.engine.pool.isolated:
        return Check("isolation", Text("doctor.isolated"))
    return Check("isolation", Text("doctor.not-isolated"), Level.NOTE)


def _memory(limits: Limits, process: int) -> Check:
    if not hasattr(resource, "prlimit"):
        return Check("memory", Text("doctor.memory-unknown"), Level.NOTE)
    allowed = resource.prlimit(process, resource.RLIMIT_AS)[0]
    if allowed == limits.worker_memory_mb * 1024 * 1024:
        return Check("memory", Text("doctor.memory", {"megabytes": limits.worker_memory_mb}))
    return Check("memory", Text("doctor.memory-unlimited"), Level.FAULT)


def _ms(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
