"""Where a catalogue is: a file, a folder, an address, or a name that `passerelles.toml` gives to one of these."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from urllib.parse import quote, urlsplit

from ..config import Settings
from ..dataset import HARVEST
from ..errors import ConfigurationError, InvalidInput, UnreadableInput, reason
from ..federation.policy import shown
from ..sections import PORTAL
from ..texts import Text
from .lifting import HTML
from .mapping import SUFFIXES, Mapping, detected, named
from .quarantine import LOCAL

ADAPTERS = ("pages", "sparql", "repositories")
HEAD_BYTES = 65_536
_HEADS = 50  # files that are looked at to know what a folder holds
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]\s*[\"\[\]{}]")
_NOT_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Origin:
    """A catalogue to harvest. `address` is a URL, or the path of a file or a folder; `iri` names it in provenance.

    `base` is what its relative IRIs resolve against, empty where nothing says.
    """

    portal: str
    given: str
    address: str
    iri: str
    adapter: str = "pages"
    mapping: str = ""
    licence: str = ""
    base: str = ""
    language: str = ""
    charset: str = ""

    @property
    def rest(self) -> str:
        """What stands for the documents that could not be taken any more."""
        return f"{self.iri}#"

    @property
    def on_the_web(self) -> bool:
        """Whether it is fetched."""
        return self.address.startswith(("http://", "https://"))


def origin(settings: Settings, given: str, into: str = "") -> Origin:
    """The catalogue that a word names, and its portal. Raises ConfigurationError and UnreadableInput."""
    known = settings.harvest.get(given)
    if known is not None:
        address = known.url if "://" in known.url else os.fspath(settings.root / known.url)
        said = asdict(known) | {"adapter": known.adapter or ADAPTERS[0]}
        del said["url"]
        found = Origin(given, given, address, "", **said)
    else:
        found = Origin(_portal_of(given), given, given, "")
    if found.on_the_web and shown(found.address) != found.address:
        raise ConfigurationError("outbound-userinfo", url=shown(found.address))
    if into:
        found = replace(found, portal=into)
    if not PORTAL.match(found.portal):
        raise ConfigurationError("portal-name", name=found.portal)
    if found.adapter not in ADAPTERS:
        raise ConfigurationError("no-adapter", name=found.adapter, known=", ".join(ADAPTERS))
    if not found.on_the_web and not os.path.exists(found.address):  # noqa: PTH110 - false where it may not be known
        if known is not None:
            raise UnreadableInput("catalogue-gone", path=known.url, name=given)
        raise UnreadableInput("no-catalogue", path=given, known=", ".join(settings.harvest) or "–")
    # no path of a machine goes into the graph: a file is known by what its quarantine, which has an address, says of it
    local = f"{settings.graph.graph_base}{HARVEST}/{found.portal}{LOCAL}"
    iri = found.address if found.on_the_web else found.base or local
    return replace(found, iri=iri, base=found.base or (iri if found.on_the_web else ""))


def _portal_of(given: str) -> str:
    """A name for the portal of a catalogue that has none: its host, or the name of its file."""
    name = urlsplit(given).hostname or "" if "://" in given else Path(os.path.abspath(given)).name.partition(".")[0]  # noqa: PTH100
    return _NOT_NAME.sub("-", name.lower()).strip("-") or "-"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a catalogue: its name below it, its path, its IRI, and what changes when it does."""

    name: str
    path: Path
    iri: str
    stamp: str


def files(where: Origin, mapping: Mapping) -> Iterator[File]:
    """The files that the mapping reads, in the order of their names.

    Hidden ones are left out, and links that lead out of the folder, or nowhere: what others wrote chooses no file here.
    """
    top = Path(where.address)
    if top.is_file():
        yield _file(where, top.name, top, alone=True)
        return
    suffixes = SUFFIXES[mapping.format]
    for name, path in _below(top):
        if path.suffix.lower() in suffixes:
            yield _file(where, name, path)


def _below(top: Path) -> Iterator[tuple[str, Path]]:
    """The files below a folder, and their names with the folder's own before: what a record is called by."""
    real = top.resolve()
    start, found = real.name, []
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if not name.startswith(".")]
        inside = Path(folder).relative_to(top)
        found += [(Path(start, inside, name).as_posix(), Path(folder, name)) for name in names if name[0] != "."]
    yield from ((name, path) for name, path in sorted(found) if _is_inside(path, real))


def _is_inside(path: Path, top: Path) -> bool:
    """Whether a path is a file of this folder; no pipe, no device, no link to what is elsewhere."""
    if path.is_symlink() and not path.resolve().is_relative_to(top):
        return False
    return path.is_file()


def _file(where: Origin, name: str, path: Path, *, alone: bool = False) -> File:
    known = path.stat()
    iri = where.iri if alone else f"{where.iri.rstrip('/')}/{quote(name.partition('/')[2])}"
    return File(name, path, iri, f"{known.st_size} {known.st_mtime_ns} {known.st_ino}")


def mapping_of(settings: Settings, where: Origin) -> Mapping | None:
    """The mapping of a catalogue: the one configured, else the first that recognises what it holds; None on the web.

    Raises ConfigurationError for an unknown one, InvalidInput where none recognises it.
    """
    if where.mapping:
        return named(settings, where.mapping)
    if where.on_the_web:
        return None
    top = Path(where.address)
    every = [(top.name, top)] if top.is_file() else list(islice(_below(top), _HEADS))
    heads = [(name, _head(path)) for name, path in every]
    found = detected(settings, heads)
    if found is None:
        raise unrecognised(where, [head for _, head in heads])
    return found


def unrecognised(where: Origin, heads: list[bytes]) -> InvalidInput:
    """That no mapping recognises a catalogue; why, where its one document is none at all."""
    fault = _fault(heads[0]) if len(heads) == 1 else None
    if fault is None:
        return InvalidInput("unknown-catalogue", path=where.given)
    return InvalidInput("not-a-catalogue", path=where.given, reason=fault)


def _fault(head: bytes) -> Text | None:
    """What a document is that none can read, as its beginning shows."""
    if not head.strip():
        return Text("harvest.empty")
    if HTML.match(head):
        return Text("harvest.is-html")
    if _JSON.match(head) and len(head) < HEAD_BYTES:
        try:
            json.loads(head)
        except (ValueError, RecursionError) as error:
            return Text("harvest.syntax", {"format": "JSON", "reason": str(error)})
    return None


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise UnreadableInput("cannot-read", path=path, reason=reason(error)) from error
