"""Build: the gate, then inference, then the snapshot. All of it or nothing.

files ─► N-Triples (default graph) ─► SHACL and integrity     at the same time, two cores
                 └─► N-Quads (a graph a file)   └─► bulk load ─► rules to a fixpoint ─► checks ─► snapshot
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

from . import __version__, gate
from .config import FILE_NAME, Settings, shipped_root
from .dataset import Parsed, Role, declared_prefixes, repository_sources
from .diagnostics import Diagnostic, Severity, has_errors
from .errors import BuildRefused, SnapshotError
from .inference import InferenceResult, Rule, infer, load_rules
from .snapshot.manifest import Input, Manifest, identifier
from .snapshot.reader import QUERIES, STORE, Snapshot
from .snapshot.staging import Staging
from .snapshot.writer import existing, prune, publish, put_in_force, workplace
from .sparql.faults import diagnostics
from .sparql.library import Library

INFERRED = "inferred"
VIOLATIONS = "*-violation.rq"
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class _Work:
    """One build under way: what was asked, the temporary folder, and what reading left there."""

    settings: Settings
    target: Path
    folder: Path
    engine: str
    progress: Progress | None
    staging: Staging
    validator: Executor
    inputs: list[Input] = field(default_factory=list)

    def read(self) -> gate.Reading:
        """Read every file of the repository into the staging area, hashing on the way."""
        root = len(str(self.settings.root)) + 1

        def sink(parsed: Parsed) -> None:
            source = parsed.source
            self.staging.add(parsed.document.ntriples, source.graph, in_default=source.role is not Role.SHAPES)
            self.inputs.append(Input(str(source.path)[root:], parsed.digest, parsed.size))

        try:
            return gate.read(self.settings, repository_sources(self.settings), [sink], self.progress)
        finally:
            self.staging.close()

    def validate(self, reading: gate.Reading, library: Library) -> None:
        """Raise BuildRefused unless the gate lets everything pass."""
        found = gate.findings(self.settings, reading, self.staging.graph, engine=self.engine)
        found += diagnostics(library, self.settings.root)
        if has_errors(found):
            raise BuildRefused("build-refused", diagnostics=found, count=_errors(found))

    def entail(self) -> tuple[InferenceResult, int]:
        """What the rules entail, and the size of the default graph with it."""
        store = self.staging.default_graph()
        inferred = infer(store, rules(self.settings), max_rounds=self.settings.limits.inference_rounds)
        return inferred, len(store)

    def fill(self, reading: gate.Reading, library: Library) -> tuple[ox.Store, InferenceResult, int]:
        """The whole store, once the gate let everything pass; loading, validation and inference overlap."""
        pending = self.validator.submit(self.validate, reading, library)
        self.staging.load_rest()
        try:
            inferred, triples = self.entail()
        finally:
            pending.result()
        store = self.staging.complete(inferred.triples, self.settings.graph.graph_base + INFERRED)
        return store, inferred, triples

    def finish(self, manifest: Manifest) -> Snapshot:
        """Put the queries and the manifest beside the store, which must be closed, and publish."""
        for query in saved_queries(self.settings):
            copy = self.folder / QUERIES / query.relative_to(self.settings.queries_folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(query, copy)
        snapshot = publish(self.folder, manifest, self.target)
        prune(self.target, self.settings.limits.snapshots_kept)
        return snapshot


def build(
    settings: Settings,
    output: Path | None = None,
    *,
    engine: str = "shacl",
    jobs: int = 2,
    progress: Progress | None = None,
) -> Snapshot:
    """The snapshot of the repository, below `output` (else the configured folder); built only when new.

    Raises BuildRefused, which carries the diagnostics, when the gate finds errors or a check query
    finds rows; UnreadableInput, RuleError and SnapshotError for what cannot be used.
    """
    target = output or settings.build_folder
    try:
        with workplace(target) as folder, ThreadPoolExecutor(1) as loader, ThreadPoolExecutor(1) as other:
            staging = Staging(folder, folder / STORE, loader)
            validator = loader if jobs == 1 else other
            return _build(_Work(settings, target, folder, engine, progress, staging, validator))
    except OSError as error:
        raise SnapshotError("build-io", path=error.filename or target, reason=error.strerror or error) from error


def _build(work: _Work) -> Snapshot:
    settings = work.settings
    reading = work.read()
    if reading.unreadable:
        raise reading.unreadable[0]
    work.inputs += _other_inputs(settings)
    name = identifier(work.inputs, __version__)
    ready = existing(work.target, name)
    if ready is not None:
        return put_in_force(ready, work.target)
    library = Library.load(settings.queries_folder)
    store, inferred, triples = work.fill(reading, library)
    _check_queries(store, library)
    store.flush()
    del store
    work.staging.discard()  # closes the store: nothing may change below the folder from here on
    return work.finish(_manifest(work, name, triples, inferred))


def saved_queries(settings: Settings) -> list[Path]:
    """The files of the query library."""
    return sorted(settings.queries_folder.rglob("*.rq"))


def rules(settings: Settings) -> list[Rule]:
    """The repository's inference rules; without any, the generic ones that come with the package."""
    own = settings.ontology_folder / "rules"
    if own.is_dir():
        return load_rules(own)
    shipped = load_rules(shipped_root() / "ontology" / "rules")
    return [rule for rule in shipped if not rule.name.startswith("passerelles-")]


def _errors(found: list[Diagnostic]) -> int:
    return sum(d.severity is Severity.ERROR for d in found)


def _check_queries(store: ox.Store, library: Library) -> None:
    """Run the checks whose every row is a failure."""
    for query in library.values():
        if not query.path.match(VIOLATIONS):
            continue
        answer = store.query(query.text)
        rows = [["true"]] * bool(answer) if isinstance(answer, ox.QueryBoolean) else list(answer)
        if rows:
            first = ", ".join(str(value) for value in rows[0] if value is not None)
            raise BuildRefused("check-rows", name=query.name, count=len(rows), first=first)


def _other_inputs(settings: Settings) -> Iterable[Input]:
    """What is not Turtle and still decides what is built: the configuration, the rules, the saved queries."""
    paths = [settings.root / FILE_NAME]
    paths += sorted((settings.ontology_folder / "rules").glob("*.rq"))
    paths += saved_queries(settings)
    for path in paths:
        content = path.read_bytes()
        shown = path.relative_to(settings.root).as_posix()
        yield Input(shown, hashlib.sha256(content).hexdigest(), len(content))


def _manifest(work: _Work, name: str, triples: int, inferred: InferenceResult) -> Manifest:
    graph = work.settings.graph
    new = len(inferred.triples)
    return Manifest(
        id=name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        software=__version__,
        title=dict(graph.title),
        publisher=graph.publisher,
        licence=graph.licence,
        base=graph.base,
        graph_base=graph.graph_base,
        git_commit=_git_commit(work.settings.root),
        prefixes=dict(declared_prefixes(work.settings)),
        counts={
            "files": len(work.staging.graphs),
            "graphs": len(work.staging.graphs) + bool(new),
            "triples": triples,
            "asserted": triples - new,
            "inferred": new,
        },
        inferred_by_rule=dict(inferred.per_rule),
        inputs=tuple(sorted(work.inputs)),
    )


def _git_commit(root: Path) -> str | None:
    """The commit the repository is at, when it is under git and git is installed."""
    git = shutil.which("git")
    if git is None:
        return None
    command = [git, "-C", str(root), "rev-parse", "--verify", "HEAD"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, our arguments
    return answer.stdout.strip() or None
