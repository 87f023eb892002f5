"""The files of a graph repository and the named graph each of them is.

ontology/*.ttl                    <graph_base>ontology
ontology/vocabularies/themes.ttl  <graph_base>vocabularies/themes
shapes/required/tool.ttl          <graph_base>shapes/required/tool
data/productions/agglo-bus.ttl    <graph_base>productions/agglo-bus
data/harvest/a-portal.ttl         <graph_base>harvest/a-portal       quarantine: a named graph and no more
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from .config import Settings
from .errors import UnreadableInput, reason
from .namespaces import PrefixMap
from .turtle.parse import Document, parse

STANDARD_INPUT = "-"
STANDARD_INPUT_GRAPH = "standard-input"
INFERRED_GRAPH = "inferred"  # of what the rules entail
HARVEST = "harvest"  # the folder of the data that holds what other catalogues say, a file a portal
RESERVED_GRAPHS = (STANDARD_INPUT_GRAPH, INFERRED_GRAPH)  # below the base of graphs; no file may be one
_DECLARATIONS = "SELECT ?prefix ?namespace WHERE { ?d sh:prefix ?prefix ; sh:namespace ?namespace }"
_PLAIN = re.compile(r"[A-Za-z0-9/._~-]*\Z")
_SH = {"sh": "http://www.w3.org/ns/shacl#"}


class Role(Enum):
    """What a file is for."""

    ONTOLOGY = "ontology"
    SHAPES = "shapes"
    DATA = "data"
    QUARANTINE = "quarantine"


#: The files that say how things are described: the data change, these are the same for each check of them.
OF_THE_MODEL = frozenset({Role.ONTOLOGY, Role.SHAPES})
#: The roles that make the default graph; shapes and quarantines are named graphs only.
IN_DEFAULT = frozenset({Role.ONTOLOGY, Role.DATA})
#: The roles that have a folder of their own: a quarantine is among the data.
PLACED = (Role.ONTOLOGY, Role.SHAPES, Role.DATA)


@dataclass(frozen=True, slots=True)
class Source:
    """A file: where it is, how it is shown, which named graph it is. `text` is set for standard input.

    `place` names it wherever the repository lies: its role and its path below the folder of that role.
    """

    path: Path
    name: str
    graph: str
    role: Role
    text: bytes | None = None
    place: str = ""

    @property
    def stem(self) -> str:
        """The file's name without `.ttl`."""
        return self.path.stem

    def read(self, limit: int) -> bytes:
        """Its bytes, and no more than one beyond `limit`. Raises UnreadableInput.

        A pipe is read to its end; one that nothing writes to is not waited for.
        """
        if self.text is not None:
            return self.text
        try:
            with open(self.path, "rb", opener=_at_once) as file:
                known = os.fstat(file.fileno())
                small = stat.S_ISREG(known.st_mode) and known.st_size <= limit
                text = file.read(-1 if small else limit + 1)  # a size given is a size allocated
        except FileNotFoundError as error:
            raise UnreadableInput("missing", path=self.name) from error
        except OSError as error:
            raise UnreadableInput("cannot-read", path=self.name, reason=reason(error)) from error
        if not text and stat.S_ISFIFO(known.st_mode):
            raise UnreadableInput("empty-pipe", path=self.name)
        return text


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file that was read: its document and its bytes."""

    source: Source
    document: Document
    text: bytes = b""


def repository_sources(settings: Settings) -> list[Source]:
    """Every Turtle file of the repository: the model, then the data."""
    return [*model_sources(settings), *_below(settings, Role.DATA)]


def model_sources(settings: Settings) -> list[Source]:
    """What the data are held to: the ontology itself first, then what is below, then the shapes."""
    ontology = _below(settings, Role.ONTOLOGY)
    return [
        *sorted(ontology, key=lambda source: source.path.parent != settings.ontology_folder),
        *_below(settings, Role.SHAPES),
    ]


def by_real_path(sources: Iterable[Source]) -> dict[str, Source]:
    """Each source by its path with links followed: one file has one place, whatever it is called."""
    folders: dict[str, str] = {}  # to follow the links of each folder once: a repository has many files in few folders
    found: dict[str, Source] = {}
    for source in sources:
        path = os.fspath(source.path)
        folder, name = os.path.split(path)
        if name in (".", "..") or os.path.islink(path):  # noqa: PTH114 - thousands of them
            found[os.path.realpath(path)] = source
            continue
        real = folders.get(folder)
        if real is None:
            real = folders[folder] = os.path.realpath(folder)
        found[os.path.join(real, name)] = source  # noqa: PTH118 - thousands of them
    return found


def named_sources(settings: Settings, paths: Iterable[str], known: Mapping[str, Source], stdin: bytes) -> list[Source]:
    """The files that `paths` name: files, folders (their Turtle files), `-` for standard input.

    A file that is in `known`, by its real path, is the source it is there. Raises UnreadableInput for a path
    that does not exist and for a folder without Turtle or that may not be read.
    """
    chosen: dict[str, Source] = {}
    for given in paths:
        path = Path(given)
        if given == STANDARD_INPUT:
            graph = settings.graph.graph_base + STANDARD_INPUT_GRAPH
            chosen[given] = Source(path, STANDARD_INPUT, graph, Role.DATA, stdin)
        elif path.is_dir():
            files = list(turtle_files(path))
            if not files:
                raise UnreadableInput("no-turtle", path=given)
            for file in files:
                real = os.path.realpath(file)
                chosen[real] = _named(settings, file, known.get(real))
        elif os.path.lexists(path) or os.path.realpath(path) in known:
            real = os.path.realpath(path)
            chosen[real] = _named(settings, path, known.get(real))
        else:
            raise UnreadableInput("missing", path=given)
    return list(chosen.values())


def _named(settings: Settings, path: Path, known: Source | None) -> Source:
    """A file as it is known; one of elsewhere by the name it was given."""
    if known is None:
        return _foreign(settings, path)
    return known if known.place else replace(known, name=path.as_posix())


def source_at(settings: Settings, path: Path) -> Source:
    """The source that a real path is in the repository, or would be once the file is there."""
    for role in PLACED:
        folder = folder_of(settings, role)
        real = os.path.realpath(folder)
        if path.is_relative_to(real):
            return _source(path, _shown(folder, settings), path.relative_to(real).as_posix(), settings, role)
    return _foreign(settings, path)


def source_of(settings: Settings, place: str) -> Source:
    """The source of a place, whether its file is there or not."""
    role, _, inside = place.partition("/")
    folder = folder_of(settings, Role(role))
    return _source(folder / inside, _shown(folder, settings), inside, settings, Role(role))


def data_source(settings: Settings, graph: str) -> Source:
    """The source of the data whose named graph this is."""
    from urllib.parse import unquote

    inside = unquote(graph.removeprefix(settings.graph.graph_base), errors="surrogateescape")
    return source_of(settings, f"{Role.DATA.value}/{inside}.ttl")


def folder_of(settings: Settings, role: Role) -> Path:
    """The folder that holds the files of a role."""
    folders = {
        Role.ONTOLOGY: settings.ontology_folder,
        Role.SHAPES: settings.shapes_folder,
        Role.DATA: settings.data_folder,
    }
    return folders[role]


def turtle_files(folder: Path) -> Iterator[Path]:
    """The `.ttl` files below a folder, in the order of their paths, hidden ones left out."""
    yield from (Path(path) for path in _walk(str(folder)))


def read_one(source: Source, limit: int) -> Parsed:
    """A source, read and parsed. Raises UnreadableInput."""
    text = source.read(limit)
    reader = _parsed if source.role in OF_THE_MODEL else parse
    return Parsed(source, reader(text, path=source.name, base=source.graph, limit=limit), text)


_parsed = lru_cache(maxsize=256)(parse)


def as_quads(ntriples: bytes, graph: str) -> bytes:
    """The same triples as N-Quads of one named graph.

    A line of N-Triples ends with ` .` and a line feed, which no literal can hold unescaped.
    """
    return ntriples.replace(b" .\n", b" <%s> .\n" % graph.encode())


def declared_prefixes(store: ox.Store) -> PrefixMap:
    """The prefixes that the default graph of a store declares with `sh:declare`."""
    rows = store.query(_DECLARATIONS, prefixes=_SH)
    return PrefixMap({row["prefix"].value: row["namespace"].value for row in rows})


def _at_once(path: str, flags: int) -> int:
    """Open without waiting for the other end of a pipe, then read as usual."""
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor


def _walk(folder: str) -> list[str]:
    found: list[str] = []
    for parent, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [f"{parent}/{name}" for name in files if name.endswith(".ttl") and not name.startswith(".")]
    return sorted(found)


def _unreadable(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # a repository may lack a folder
        raise UnreadableInput("cannot-read", path=error.filename, reason=reason(error)) from error


def _below(settings: Settings, role: Role) -> Iterator[Source]:
    """The sources of a role. Plain strings: a repository may have a hundred thousand files."""
    folder = folder_of(settings, role)
    shown = _shown(folder, settings)
    length = len(str(folder)) + 1
    for path in _walk(str(folder)):
        yield _source(Path(path), shown, path[length:], settings, role)


def _source(path: Path, shown: str, inside: str, settings: Settings, role: Role) -> Source:
    """The source at the path `inside` of the folder of a role, which is shown as `shown`."""
    below = inside.removesuffix(".ttl")
    if role is Role.SHAPES:
        below = f"shapes/{below}"
    elif role is Role.ONTOLOGY and "/" not in below:
        below = "ontology"
    graph = settings.graph.graph_base + _escaped(below)
    place = f"{role.value}/{inside}"
    if role is Role.DATA and inside.startswith(f"{HARVEST}/"):
        role = Role.QUARANTINE
    return Source(path, f"{shown}{inside}", graph, role, place=place)


def _foreign(settings: Settings, path: Path) -> Source:
    place = hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:12]
    graph = f"{settings.graph.graph_base}local/{place}/{_escaped(path.stem)}"
    return Source(path, path.as_posix(), graph, Role.DATA)


def _shown(folder: Path, settings: Settings) -> str:
    """What a folder's files begin with as a reader types them: from the working folder above, else the repository."""
    file = folder / "_"
    starts = (start for start in (Path.cwd(), settings.root) if file.is_relative_to(start))
    return next((file.relative_to(start) for start in starts), file).as_posix()[:-1]


def _escaped(path: str) -> str:
    if _PLAIN.match(path):
        return path
    from urllib.parse import quote

    return quote(os.fsencode(path), safe="/-._~!$&'()*+,;=:@")
