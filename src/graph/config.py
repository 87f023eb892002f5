"""Settings: read once, frozen, passed on as an argument. Every limit has a name, a default, a sentence.

A graph repository is a folder with `passerelles.toml`. Outside any, the graph shipped with the
package is used, and what is built goes to the user's cache folder.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path

from .errors import ConfigurationError, UnreadableInput
from .sections import (
    Catalog,
    Contribute,
    Federation,
    Harvested,
    Search,
    catalog,
    contribute,
    federation,
    harvest,
    search,
)
from .texts import LANGUAGES, say
from .values import iri, known, section, texts, typed

FILE_NAME = "passerelles.toml"
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit, by name. `describe(name, language)` gives its sentence."""

    deadline_seconds: float = 30.0
    long_seconds: float = 0.1
    slow_seconds: float = 5.0
    workers: int = 2
    queue_length: int = 64
    client_queue_length: int = 32
    client_seconds: float = 300.0
    worker_memory_mb: int = 2048
    query_bytes: int = 65_536
    query_depth: int = 64
    query_patterns: int = 100
    query_functions: int = 64
    query_operators: int = 500
    query_readings: int = 1_000_000
    result_bytes: int = 268_435_456
    result_rows: int = 2_000_000
    held_bytes: int = 268_435_456
    spool_bytes: int = 2_147_483_648
    cache_bytes: int = 268_435_456
    head_bytes: int = 262_144
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    send_seconds: float = 60.0
    connections: int = 1000
    file_bytes: int = 104_857_600
    inference_rounds: int = 50
    snapshots_kept: int = 5
    doctor_bytes: int = 33_554_432
    doctor_seconds: float = 120.0
    doctor_answer_seconds: float = 15.0
    service_calls: int = 64
    service_hops: int = 3
    service_seconds: float = 20.0
    service_bytes: int = 16_777_216
    service_rows: int = 100_000
    service_bindings: int = 10_000
    service_batch: int = 250
    service_cache_bytes: int = 67_108_864
    canonical_seconds: float = 60.0
    changes_kept: int = 1000
    catalog_page: int = 100
    described_graphs: int = 1000
    harvest_bytes: int = 104_857_600
    harvest_records: int = 1_000_000
    harvest_pages: int = 10_000
    harvest_seconds: float = 3600.0
    harvest_fetch_seconds: float = 120.0
    harvest_parse_seconds: float = 60.0
    harvest_patience_seconds: float = 300.0
    harvest_memory_mb: int = 1024
    harvest_share_kept: float = 0.5
    relay_uris: int = 1_000
    relay_bytes: int = 1_048_576
    link_proposals: int = 10
    link_comment_characters: int = 2_000
    resolve_characters: int = 500
    licence_characters: int = 1_000
    search_characters: int = 1_000
    search_words: int = 32
    search_page: int = 20
    meaning_things: int = 5_000
    suggestions: int = 8
    validators: int = 2
    validate_bytes: int = 2_097_152
    validate_seconds: float = 10.0
    validate_memory_mb: int = 1024
    validate_findings: int = 1_000
    contribute_bytes: int = 262_144
    contribute_values: int = 100
    contribute_link_characters: int = 6_000
    guide_productions: int = 20
    needs_page: int = 75

    @staticmethod
    def describe(name: str, language: str) -> str:
        """What a limit bounds, in a sentence."""
        return say(language, f"limit.{name}")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where things are, relative to `passerelles.toml`."""

    ontology: str = "ontology"
    shapes: str = "shapes"
    data: str = "data"
    queries: str = "queries"
    mappings: str = "mappings"
    build: str = ".passerelles"


@dataclass(frozen=True, slots=True)
class Server:
    """Who is who: the proxies whose word on a client's address is taken, and tokens by name, as their SHA-256."""

    proxies: tuple[str, ...] = ()
    tokens: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Graph:
    """What the graph is called and where its names live."""

    title: Mapping[str, str] = field(default_factory=lambda: {"fr": "Passerelles", "en": "Passerelles"})
    publisher: str = ""
    licence: str = ""
    base: str = "https://w3id.org/passerelles/id/"
    graph_base: str = "https://w3id.org/passerelles/graph/"


#: What `[lint]` may name: every rule, and `policy` for the house rules together.
LINT_POLICIES = (
    "policy", "file-name", "one-subject", "base", "source", "prefixes", "blank-nodes", "prefix-twice",
    "prefix-redeclared", "prefix-name", "prefix-namespace", "unknown-term", "deprecated-term", "namespace-form",
    "language-missing", "language-doubled", "language-tag", "literal-form", "iri-as-text", "value-as-text",
    "empty-literal", "spaces", "iri-form", "relative-iri", "placeholder", "siren", "licence", "mojibake", "invisible",
    "normal-form", "capitals", "future-date", "contact", "statement-twice", "decision-folder",
    "iri-scheme", "long-name",
)  # fmt: skip
LINT_LEVELS = ("error", "warning", "off")


SECTIONS = (
    "graph", "catalog", "folders", "federation", "contribute", "server", "search", "lint", "limits", "harvest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """A graph repository and how to treat it."""

    root: Path
    build_folder: Path
    shipped: bool = False
    graph: Graph = field(default_factory=Graph)
    catalog: Catalog = field(default_factory=Catalog)
    folders: Folders = field(default_factory=Folders)
    federation: Federation = field(default_factory=Federation)
    contribute: Contribute = field(default_factory=Contribute)
    server: Server = field(default_factory=Server)
    search: Search = field(default_factory=Search)
    lint: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    harvest: Mapping[str, Harvested] = field(default_factory=dict)

    @property
    def ontology_folder(self) -> Path:
        """The ontology, its vocabularies, alignments, imports and rules."""
        return self.root / self.folders.ontology

    @property
    def shapes_folder(self) -> Path:
        """The SHACL shapes."""
        return self.root / self.folders.shapes

    @property
    def data_folder(self) -> Path:
        """The data, one file a subject."""
        return self.root / self.folders.data

    @property
    def queries_folder(self) -> Path:
        """The saved queries."""
        return self.root / self.folders.queries

    @property
    def mappings_folder(self) -> Path:
        """What reads other catalogues."""
        return self.root / self.folders.mappings

    def policy(self, rule: str) -> str:
        """How strict a policy rule is here: error, warning or off."""
        return self.lint.get(rule, self.lint.get("policy", "warning"))


def shipped_root() -> Path:
    """The folder of the graph that comes with the package (in a checkout, the checkout itself)."""
    packaged = _HERE / "shipped"
    return packaged if (packaged / FILE_NAME).is_file() else _HERE.parent.parent


def find(start: Path) -> Path | None:
    """The nearest `passerelles.toml` at or above `start`; None outside any repository."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    return None


def load(repo: Path | None = None, start: Path | None = None) -> Settings:
    """The settings of `repo`, else of the repository around `start`, else of the shipped graph.

    Raises ConfigurationError for a file that is not TOML, an unknown key or a value of the wrong kind,
    and UnreadableInput for a folder without `passerelles.toml`.
    """
    if repo is not None:
        path = repo / FILE_NAME if repo.is_dir() else repo
        if not path.is_file():
            raise UnreadableInput("no-repository", path=repo, file=FILE_NAME)
        return read(path)
    path = find((start or Path.cwd()).resolve())
    if path is not None:
        return read(path)
    return read(shipped_root() / FILE_NAME, shipped=True)


def read(path: Path, *, shipped: bool = False) -> Settings:
    """The settings written in one file."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput("cannot-read", path=path, reason=getattr(error, "strerror", None) or error) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError("not-toml", path=path, reason=error) from error
    known(document, SECTIONS, path, "")
    root = path.resolve().parent
    folders = Folders(**typed(document, "folders", Folders, path))
    in_package = shipped and root == _HERE / "shipped"
    return Settings(
        root=root,
        build_folder=_cache_folder() if in_package else root / folders.build,
        shipped=shipped,
        graph=_graph(document, path),
        catalog=catalog(document, path),
        folders=folders,
        federation=federation(document, path),
        contribute=contribute(document, path),
        server=_server(document, path),
        search=search(document, path),
        lint=_lint(document, path),
        limits=_limits(document, path),
        harvest=harvest(document, path),
    )


def _cache_folder() -> Path:
    from . import __version__

    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "passerelles" / __version__


def _graph(document: Mapping[str, object], path: Path) -> Graph:
    table = dict(section(document, "graph", path))
    title = table.pop("title", {"fr": "Passerelles", "en": "Passerelles"})
    titles = texts(title, "graph.title", path)
    known(table, tuple(f.name for f in fields(Graph)), path, "graph.")
    return Graph(title=titles, **{key: iri(value, f"graph.{key}", path) for key, value in table.items()})


def _server(document: Mapping[str, object], path: Path) -> Server:
    table = section(document, "server", path)
    known(table, ("proxies", "tokens"), path, "server.")
    proxies, tokens = table.get("proxies", []), table.get("tokens", {})
    if not isinstance(proxies, list) or not all(_is_network(each) for each in proxies):
        raise ConfigurationError("wrong-kind", path=path, key="server.proxies", expected='["192.0.2.1"]')
    if not isinstance(tokens, dict) or not all(_SHA256.match(str(each)) for each in tokens.values()):
        raise ConfigurationError("wrong-kind", path=path, key="server.tokens", expected='{ name = "SHA-256…" }')
    return Server(tuple(proxies), {str(name): str(digest) for name, digest in tokens.items()})


def _is_network(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(ip_network(value, strict=False))
    except ValueError:
        return False


def _lint(document: Mapping[str, object], path: Path) -> dict[str, str]:
    table = section(document, "lint", path)
    known(table, LINT_POLICIES, path, "lint.")
    for key, value in table.items():
        if value not in LINT_LEVELS:
            raise ConfigurationError("wrong-kind", path=path, key=f"lint.{key}", expected=" | ".join(LINT_LEVELS))
    return {key: str(value) for key, value in table.items()}


def _limits(document: Mapping[str, object], path: Path) -> Limits:
    table = section(document, "limits", path)
    defaults = Limits()
    known(table, tuple(f.name for f in fields(Limits)), path, "limits.")
    values: dict[str, float | int] = {}
    for key, value in table.items():
        whole = isinstance(getattr(defaults, key), int)
        right = isinstance(value, int) if whole else isinstance(value, int | float)
        if isinstance(value, bool) or not right or not 0 < value < float("inf"):
            raise ConfigurationError(
                "wrong-kind", path=path, key=f"limits.{key}", expected="1, 2, 3…" if whole else "0.5, 1, 30…"
            )
        values[key] = value
    return Limits(**values)


def language(option: str | None = None, environment: Mapping[str, str] = os.environ) -> str:
    """The reader's language: the option, `PASSERELLES_LANG`, the locale when fr or en, else French."""
    if option is not None:
        if option.lower() not in LANGUAGES:
            raise ConfigurationError("unknown-language", language=option, known=", ".join(LANGUAGES))
        return option.lower()
    for name in ("PASSERELLES_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for tag in environment.get(name, "").split(":"):
            code = tag[:2].lower()
            if code in LANGUAGES and not tag[2:3].isalpha():
                return code
    return "fr"
