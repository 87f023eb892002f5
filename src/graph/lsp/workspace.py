"""What the client has open, and the repositories around it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from lsprotocol.types import PositionEncodingKind, Range
from pygls.uris import from_fs_path, to_fs_path

from ..config import FILE_NAME, Folders, Settings, find, shipped_root
from ..config import read as read_settings
from ..dataset import Role, Source, source_at
from ..errors import PasserellesError, UnreadableInput
from ..namespaces import PrefixMap
from ..turtle.document import TurtleDocument, read
from .cursor import resolve, token_at
from .index import Index
from .shapes import Shapes
from .text import Text

READ_CHARACTERS = 4_000_000  # a longer text is left to the gate: reading it would hold the editor up


@dataclass(eq=False, slots=True)
class Repository:
    """A graph repository: its settings, why they cannot be used, the index of its files as far as they were read."""

    settings: Settings
    wrong: PasserellesError | None = None
    index: Index = field(default_factory=Index)
    indexed: bool = False


@dataclass(frozen=True)
class Page:
    """A document that is open, in one version."""

    uri: str
    version: int
    text: Text
    source: Source
    repository: Repository
    path: Path | None

    @property
    def index(self) -> Index:
        """What the repository around it describes."""
        return self.repository.index

    @cached_property
    def turtle(self) -> TurtleDocument | None:
        """The document its text is; None when it is too long to be read at each keystroke."""
        if len(self.text.text) > min(READ_CHARACTERS, self.repository.settings.limits.file_bytes):
            return None
        known = self.index.prefixes
        return read(self.text.text, path=self.source.name, base=self.source.graph, known=known)

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes of its repository."""
        return Shapes(self.index)

    @cached_property
    def declared(self) -> PrefixMap:
        """The prefixes it declares."""
        return PrefixMap(self.turtle.prefixes if self.turtle else {})

    def named(self, offset: int) -> tuple[str, Range] | None:
        """The IRI that the token at an offset names, and where that token is."""
        token = token_at(self.turtle, offset) if self.turtle else None
        iri = self.resolve(token.text, token.start) if token else None
        return (iri, self.text.range(token.start, token.end)) if iri else None

    def resolve(self, token: str, at: int) -> str | None:
        """The IRI of a token that stands at an offset."""
        return resolve(self.turtle, token, at, self.index.prefixes, self.source.graph) if self.turtle else None

    def written(self, iri: str) -> tuple[str, str | None]:
        """How to write an IRI here, and the prefix that must be declared for that."""
        short = self.declared.shrink(iri)
        if short != iri:
            return short, None
        standard = self.index.prefixes.shrink(iri)
        prefix = standard.partition(":")[0]
        if standard != iri and prefix not in self.declared:
            return standard, prefix
        return f"<{iri}>", None

    def edited(self, version: int, text: Text) -> Page:
        """The page after a change."""
        return replace(self, version=version, text=text)


class Workspace:
    """The open pages, by address, and the repositories they are in."""

    def __init__(self, repo: Path | None) -> None:
        self.pages: dict[str, Page] = {}
        self.repositories: dict[Path, Repository] = {}
        self.encoding: PositionEncodingKind | str | None = None
        self._repo = Path(os.path.realpath(repo)) if repo else None

    def repository(self, path: Path | None) -> Repository:
        """The repository named on the command line, else the one around a path, else the shipped graph."""
        near = self._repo or (find(path.parent) if path else None)
        root = (near.parent if near.is_file() else near) if near else shipped_root()
        if root not in self.repositories:
            self.repositories[root] = _repository(root)
        return self.repositories[root]

    def open(self, uri: str, version: int, text: Text) -> Page:
        """Add a page."""
        path = real_path(uri)
        repository = self.repository(path)
        if path is not None:
            source = source_at(repository.settings, path)
        else:
            source = Source(Path(uri), uri, repository.settings.graph.graph_base + "local/untitled", Role.DATA)
        self.pages[uri] = page = Page(uri, version, text, source, repository, path)
        return page

    def of(self, repository: Repository) -> list[Page]:
        """The open pages of a repository that are files."""
        return [page for page in self.pages.values() if page.repository is repository and page.path]

    def reading(self, repository: Repository, path: str) -> Page | None:
        """A file of a real path, as the client has it open, else as it is on the disk; None when it is not text."""
        page = next((page for page in self.pages.values() if str(page.path) == path), None)
        if page is not None:
            return page
        source = source_at(repository.settings, Path(path))
        try:
            text = source.read(repository.settings.limits.file_bytes).decode("utf-8-sig")
        except (UnreadableInput, UnicodeDecodeError):
            return None
        return Page(address(path), 0, Text(text, self.encoding), source, repository, Path(path))


def _repository(root: Path) -> Repository:
    """The repository of a folder; with settings it cannot use, the syntax of its files is still told."""
    try:
        return Repository(read_settings(root / FILE_NAME, shipped=root == shipped_root()))
    except PasserellesError as error:
        return Repository(Settings(root, root / Folders().build), error)


def real_path(uri: str) -> Path | None:
    """The real path of a file's address; None for an address of something else, such as a text never saved."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(os.path.realpath(path)) if path else None


def address(path: str) -> str:
    """The address of a file."""
    return from_fs_path(path) or ""
