"""How the engine answers a query: its plan, with the rows and the time of each step.

The Python binding of the engine gives no plan; its command line, which the package `oxigraph` installs, does. It opens
a snapshot read-only, without a lock and without writing anything, and it is held as a worker is.
"""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationError, DeadlineExceeded, EvaluationFailed, LimitExceeded, QueryError, RefusedQuery
from ..texts import Text
from . import confined
from .mistakes import malformed
from .worker import syntax_error

if TYPE_CHECKING:
    from ..config import Limits
    from .guard import Inspection

PACKAGE, ENGINE = "oxigraph", "pyoxigraph"
_GRACE_SECONDS = 1.0  # to write the plan once the rows are no more
_READ_BYTES = 1 << 20
_MADE_UP = re.compile(r"\?[0-9a-f]{28,32}\b")  # a variable that the engine names at random
_OUT_OF_MEMORY = ("memory allocation of", "std::bad_alloc", "std::system_error")  # of Rust, of C++, of its threads
_ENVIRONMENT = {"RUST_BACKTRACE": "0", "RUST_LIB_BACKTRACE": "0", "MALLOC_ARENA_MAX": "2"}  # the last as for workers


@dataclass(frozen=True, slots=True)
class Step:
    """An operator of the algebra: what it is, the rows it gave, the seconds it took with the steps it is made from."""

    operator: str
    rows: int
    seconds: float
    steps: tuple[Step, ...]

    @property
    def own_seconds(self) -> float:
        """The time it took without those steps."""
        return max(self.seconds - sum(step.seconds for step in self.steps), 0.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """The last step of an evaluation, and the seconds it took to plan it.

    Not `complete` when the deadline ended it; not `counted` when it had then given no row, and nothing is known but
    the steps.
    """

    step: Step
    planning_seconds: float
    complete: bool = True
    counted: bool = True


def explain(store: Path, inspection: Inspection, limits: Limits) -> Plan:
    """The plan that a query follows, evaluated to its end or its deadline. Raises ConfigurationError and QueryError.

    Counting has its cost: a query may take several times as long as without.
    """
    if inspection.services:
        raise RefusedQuery("explain-service")
    with tempfile.TemporaryDirectory(prefix="passerelles-explain-") as folder:
        evaluation = _Evaluation(_program(), Path(folder), inspection, limits)
        found = evaluation.of(store, limits.deadline_seconds)
        if found is not None:
            return found
        from pyoxigraph import Store

        empty = Path(folder, "empty")  # what a store holds does not change how a query is planned
        Store(str(empty)).flush()
        planned = evaluation.of(empty, limits.deadline_seconds)
        if planned is None:
            raise DeadlineExceeded("deadline", seconds=f"{limits.deadline_seconds:g}")
        return replace(planned, complete=False, counted=False)


def _program() -> Path:
    """The command line of the engine, of the version that answers. Raises ConfigurationError."""
    version = metadata.version(ENGINE)
    try:
        installed = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        raise ConfigurationError("explain-missing", package=PACKAGE, version=version) from None
    if installed.version != version:
        raise ConfigurationError("explain-version", package=PACKAGE, installed=installed.version, version=version)
    for file in installed.files or ():
        if file.stem == PACKAGE and Path(file.locate()).is_file():
            return Path(file.locate()).resolve()
    raise ConfigurationError("explain-missing", package=PACKAGE, version=version)


class _Evaluation:
    """What is asked of the command line of the engine, and the folder where it writes."""

    def __init__(self, program: Path, folder: Path, inspection: Inspection, limits: Limits) -> None:
        self._text = inspection.text
        self._limits = limits
        self._query, self._plan = folder / "query.rq", folder / "plan.json"
        self._query.write_text(inspection.text, encoding="utf-8")
        confinement = [sys.executable, "-I", confined.__file__, str(limits.worker_memory_mb)]
        self._command = [*confinement, str(program), "query", "--query-file", str(self._query), "--stats"]
        self._command += ["--results-format", "nt" if inspection.gives_graph else "tsv"]
        self._command += ["--explain-file", str(self._plan)]

    def of(self, store: Path, seconds: float) -> Plan | None:
        """The plan on a store; None when its time passed before there was any. Raises QueryError."""
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(  # noqa: S603 - no shell
                [*self._command, "--location", str(store)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=os.environ | _ENVIRONMENT,
                start_new_session=True,
            )
            with process:
                try:
                    complete = _ended(process, time.monotonic() + seconds)
                    process.stdout.close()  # whoever still writes rows is refused, and then tells of what it did
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(_GRACE_SECONDS)
                finally:
                    process.kill()
            if complete and process.returncode:
                errors.seek(0)
                raise self._failure(errors.read(_READ_BYTES).decode(errors="replace"))
        return self._read(complete=complete)

    def _read(self, *, complete: bool) -> Plan | None:
        names: dict[str, str] = {}
        try:
            text = self._plan.read_text(encoding="utf-8")
            written = json.loads(_MADE_UP.sub(lambda name: names.setdefault(name[0], f"?_{len(names) + 1}"), text))
        except (FileNotFoundError, ValueError):
            return None
        return Plan(_step(written["plan"]), written["planning duration in seconds"], complete=complete)

    def _failure(self, said: str) -> QueryError:
        if any(sign in said for sign in _OUT_OF_MEMORY):
            limit = "worker_memory_mb"
            value = self._limits.worker_memory_mb
            return LimitExceeded("limit", limit=limit, value=value, measured="+", sentence=Text(f"limit.{limit}"))
        start, told, reason = said.strip().partition("\n")[0].partition("Error: ")
        if not told or start:  # it did not end by itself
            return EvaluationFailed("worker-died")
        if reason.startswith("error at "):
            return malformed(syntax_error(reason), self._text)
        return EvaluationFailed("evaluation", reason=reason)


def _ended(process: subprocess.Popen[bytes], until: float) -> bool:
    """Read what a process writes, and forget it; whether it ended in time."""
    output = process.stdout.fileno()
    while (left := until - time.monotonic()) > 0:
        if select.select([output], [], [], left)[0] and not os.read(output, _READ_BYTES):
            return True
    return False


def _step(written: Mapping[str, Any]) -> Step:
    return Step(
        written["name"],
        written["number of results"],
        written["duration in seconds"],
        tuple(_step(each) for each in written["children"]),
    )
