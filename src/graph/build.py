"""Build: the gate, then inference, then the snapshot. All of it or nothing.

files ─► staging ─► store on disk, piece by piece    at the same time, on two cores
            ├─► SHACL and integrity
            └─► rules to a fixpoint, in memory ─► inferences on disk ─► search, pictures ─► check queries ─► snapshot
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from . import __version__, gate
from .config import FILE_NAME, Settings, shipped_root
from .contribution.index import Index, stamps
from .dataset import IN_DEFAULT, INFERRED_GRAPH, Parsed, Role, declared_prefixes, repository_sources
from .diagnostics import errors
from .errors import BuildRefused, SnapshotError
from .feeds.changes import recorded
from .feeds.collected import Collected
from .git import Git
from .inference import InferenceResult, Store, infer, load_rules
from .pictures import writing as pictures
from .reading import Progress, Reading, read
from .relay import names
from .relay.identity import Joined, close
from .search import meant
from .search import writing as search
from .search.facets import Facets
from .snapshot import counts
from .snapshot.manifest import Input, Manifest, identifier
from .snapshot.reader import CURRENT, NAMES, PICTURES, QUERIES, SEARCH, STORE, Snapshot, digests, sizes
from .snapshot.staging import Staging
from .snapshot.writer import existing, prune, publish, put_in_force, workplace
from .sparql.checks import violations
from .sparql.faults import diagnostics
from .sparql.library import Library

_LOG = logging.getLogger(__name__)
RULES = "rules"


@dataclass(slots=True)
class _Work:
    """One build under way: what was asked, the temporary folder, and what reading left there."""

    settings: Settings
    target: Path
    folder: Path
    engine: str
    progress: Progress | None
    staging: Staging
    collected: Collected
    validator: Executor
    inputs: list[Input] = field(default_factory=list)
    joined: Joined = field(init=False)

    def __post_init__(self) -> None:
        self.joined = Joined(self.settings.graph.base)

    def read(self) -> Reading:
        """Read every file of the repository into the staging area, hashing on the way."""

        def sink(parsed: Parsed) -> None:
            source = parsed.source
            self.staging.add(parsed.document, source.graph, in_default=source.role in IN_DEFAULT)
            if source.role in IN_DEFAULT:
                self.joined.read(parsed.document.ntriples)
            self.collected.add(
                parsed.document.ntriples,
                source.graph,
                blank=parsed.document.blank,
                followed=source.role is Role.DATA,
                in_default=source.role in IN_DEFAULT,
            )
            self.inputs.append(_input(source.place, parsed.text))

        try:
            return read(self.settings, repository_sources(self.settings), [sink], self.progress)
        finally:
            self.staging.close()

    def validate(self, reading: Reading, library: Library) -> None:
        """Raise BuildRefused unless the gate lets everything pass."""
        found = gate.findings(self.settings, reading, self.staging.graph, engine=self.engine)
        found += diagnostics(library, self.folder)
        if count := errors(found):
            raise BuildRefused("build-refused", diagnostics=found, count=count)

    def entail(self, store: Store) -> _Entailed:
        """What the rules entail, and what the default graph is with it: `store` has it then."""
        inferred = infer(
            store,
            load_rules(self.folder / RULES, rules_folder(self.settings)),
            max_rounds=self.settings.limits.inference_rounds,
        )
        remaining = close(self.joined, store, inferred.triples)
        return _Entailed(replace(inferred, triples=remaining), len(store), dict(declared_prefixes(store)))

    def fill(self, reading: Reading, library: Library) -> _Entailed:
        """Fill the store, once the gate let everything pass; loading, validation and inference overlap."""
        pending = self.validator.submit(self.validate, reading, library)
        self.staging.load_waiting()
        try:
            store = self.staging.default_graph()
            entailed = self.entail(store)
        finally:
            pending.result()
        counting = self.validator.submit(counts.count, store, self.settings.graph.base)
        del store  # it takes as much memory as the graph: let it go as soon as it is counted
        inferred = self.settings.graph.graph_base + INFERRED_GRAPH
        writing = self.validator.submit(self.collected.write, entailed.inferred.triples, inferred)
        self.staging.complete(entailed.inferred.triples, inferred)
        graph = self.settings.graph
        searched = search.write(self.staging.store, graph.base, graph.graph_base, self.folder / SEARCH)
        pictures.write(self.staging.store, graph.base, Facets.read(self.folder / SEARCH), self.folder / PICTURES)
        self.staging.discard()  # closes the store: nothing may change below the folder from here on
        known = names.write(self.folder / STORE / NAMES, self.joined.things())
        replace(counting.result(), graphs=self.staging.graphs).write(self.folder)
        writing.result()
        return replace(entailed, names=known, searched=searched)

    def take(self) -> None:
        """Copy what is not Turtle and still decides what is built: what is hashed is what is used."""
        self.inputs.append(_configuration(self.settings))
        for path, name in _companions(self.settings):
            self._take(path, name)

    def _take(self, path: Path, name: str) -> None:
        content = path.read_bytes()
        copy = self.folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
        self.inputs.append(_input(name, content))


@dataclass(frozen=True, slots=True)
class _Entailed:
    """What inference left: what it made, the size of the default graph with it, the prefixes declared there.

    `names` is how many IRIs identity joins to others, `searched` how many things the search index has.
    """

    inferred: InferenceResult
    triples: int
    prefixes: dict[str, str]
    names: int = 0
    searched: int = 0


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
        with (
            workplace(target) as folder,
            ThreadPoolExecutor(1) as loader,
            ThreadPoolExecutor(1) as other,
            closing(Collected(folder, settings.limits)) as collected,
        ):
            staging = Staging(folder, folder / STORE, loader)
            validator = loader if jobs == 1 else other
            return _build(_Work(settings, target, folder, engine, progress, staging, collected, validator))
    except OSError as error:
        key = "build-io-kept" if os.path.exists(target / CURRENT) else "build-io"  # noqa: PTH110 - false where it may not be known
        raise SnapshotError(key, path=error.filename or target, reason=error.strerror or error) from error


def _build(work: _Work) -> Snapshot:
    settings = work.settings
    stamped = stamps(settings)  # before anything is read: what changes meanwhile is taken for changed
    reading = work.read()
    if reading.unreadable:
        raise reading.unreadable[0]
    work.take()
    name = identifier(work.inputs, __version__)
    ready = existing(work.target, name)
    if ready is not None:
        Index(work.target, name).write(stamped, reading.facts)
        _complete(ready, settings)
        with recorded(work.target, ready.path, ready.manifest, settings.limits):
            return put_in_force(ready, work.target)
    library = Library.load(work.folder / QUERIES)
    manifest = _manifest(work, name, work.fill(reading, library))
    made = Snapshot(work.folder, manifest)
    _check_queries(settings, made, library)
    _mean(made, settings)
    Index(work.target, name).write(stamped, reading.facts)
    with recorded(work.target, work.folder, manifest, settings.limits):
        snapshot = publish(work.folder, manifest, work.target)
    prune(work.target, settings.limits.snapshots_kept)
    return snapshot


def _mean(snapshot: Snapshot, settings: Settings) -> None:
    if settings.search.meaning:
        meant.write(snapshot, settings.limits)
    else:
        meant.remove(snapshot)


def _complete(ready: Snapshot, settings: Settings) -> None:
    """Give a snapshot what its things mean, if the extra came later; one that may not be written to serves without."""
    try:
        _mean(ready, settings)
    except OSError as error:
        _LOG.warning(
            "%s", SnapshotError("no-meaning", path=error.filename or ready.path, reason=error.strerror or error)
        )


def identity(settings: Settings) -> str:
    """The id of the snapshot that the files as they are would make; nothing is parsed. Raises UnreadableInput."""
    limit = settings.limits.file_bytes
    turtle = (_input(source.place, source.read(limit)) for source in repository_sources(settings))
    others = (_input(name, path.read_bytes()) for path, name in _companions(settings))
    return identifier([*turtle, *others, _configuration(settings)], __version__)


def _configuration(settings: Settings) -> Input:
    """What of the configuration decides what is built: how it is served, and within which limits, does not."""
    deciding = {"graph": asdict(settings.graph), "catalog": asdict(settings.catalog), "lint": dict(settings.lint)}
    return _input(FILE_NAME, json.dumps(deciding, sort_keys=True).encode())


def _input(name: str, content: bytes) -> Input:
    return Input(name, hashlib.sha256(content).hexdigest(), len(content))


def rules_folder(settings: Settings) -> Path:
    """Where the inference rules are: the repository's; without any, those that come with the package."""
    own = settings.ontology_folder / "rules"
    return own if own.is_dir() else shipped_root() / "ontology" / "rules"


def _companions(settings: Settings) -> Iterator[tuple[Path, str]]:
    """The queries and rules, which are not Turtle and decide what is built: each file, and its name in a snapshot."""
    for query in sorted(settings.queries_folder.rglob("*.rq")):
        yield query, f"{QUERIES}/{query.relative_to(settings.queries_folder).as_posix()}"
    generic = rules_folder(settings) != settings.ontology_folder / "rules"
    for rule in sorted(rules_folder(settings).glob("*.rq")):
        if not (generic and rule.name.startswith("passerelles-")):
            yield rule, f"{RULES}/{rule.name}"


def _check_queries(settings: Settings, snapshot: Snapshot, library: Library) -> None:
    """Raise BuildRefused when a check query finds something."""
    for name, rows in violations(settings, snapshot, library).items():
        raise BuildRefused("check-rows", name=name, count=len(rows), first=rows[0])


def _manifest(work: _Work, name: str, entailed: _Entailed) -> Manifest:
    graph = work.settings.graph
    new = len(entailed.inferred.triples)
    return Manifest(
        id=name,
        created=datetime.now(UTC).isoformat(timespec="microseconds"),
        software=__version__,
        title=dict(graph.title),
        publisher=graph.publisher,
        licence=graph.licence,
        base=graph.base,
        graph_base=graph.graph_base,
        git_commit=Git(work.settings.root).commit("HEAD"),
        prefixes=entailed.prefixes,
        catalog=asdict(work.settings.catalog),
        counts={
            "files": sum(entry.path.endswith(".ttl") for entry in work.inputs),
            "graphs": len(work.staging.graphs),
            "triples": entailed.triples,
            "asserted": entailed.triples - new,
            "inferred": new,
            "names": entailed.names,
            "searched": entailed.searched,
        },
        inferred_by_rule=dict(entailed.inferred.per_rule),
        dumps={dump: asdict(written) for dump, written in work.collected.written.items()},
        aside=work.collected.aside,
        inputs=tuple(sorted(work.inputs)),
        store=sizes(work.folder / STORE),
        store_sha256=digests(work.folder / STORE),
        search=sizes(work.folder / SEARCH),
        search_sha256=digests(work.folder / SEARCH),
    )
