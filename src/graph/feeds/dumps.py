"""The files a snapshot can be had as. Those a build did not make are made of its canonical dump when first asked for.

`graph.nq` and `graph.trig` are every named graph; `graph.nt`, `graph.ttl` and `graph.jsonld` the default graph, which
is what /sparql answers from where no graph is named; `data.nt` what the change feed tells. The same snapshot gives the
same bytes wherever they are made, by one version of the compressors.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, cast

from ..errors import SnapshotError
from ..formats import JSON_LD, N_QUADS, N_TRIPLES, TRIG, TURTLE, Format
from ..snapshot.manifest import Manifest
from ..snapshot.reader import Snapshot
from .canonical import has_blank, labelled
from .collected import DATA, FOLDER, GRAPH
from .lines import Sorted, compressor, content, merged, opened, read

CODINGS = {"zst": "application/zstd", "gz": "application/gzip"}
FORMS = {f"graph.{form.name}": form for form in (N_QUADS, TRIG, N_TRIPLES, TURTLE, JSON_LD)} | {"data.nt": N_TRIPLES}
NAMES = tuple(f"{stem}.{coding}" for stem in FORMS for coding in CODINGS)


@dataclass(frozen=True, slots=True)
class Dump:
    """A file: its size and SHA-256, and the RDFC-1.0 hash of what it holds (SHA-256, hexadecimal)."""

    bytes: int
    sha256: str
    rdfc10: str


def known(snapshot: Snapshot, spare: Path | None = None) -> dict[str, Dump]:
    """The files there are, by name; `spare` is a folder for those that the snapshot's own cannot take."""
    found = {name: _dump(said) for name, said in snapshot.manifest.dumps.items()}
    for folder in filter(None, (snapshot.path / FOLDER, spare)):
        for path in folder.glob("*.json"):
            with suppress(OSError, ValueError, TypeError, KeyError):  # half written, or of another version
                if path.with_suffix("").is_file():
                    found.setdefault(path.stem, _dump(json.loads(path.read_text(encoding="utf-8"))))
    return found


def path_of(snapshot: Snapshot, name: str, spare: Path | None = None) -> Path:
    """Where a file is when it is there."""
    own = snapshot.path / FOLDER / name
    return own if spare is None or own.is_file() else spare / name


def make(snapshot: Snapshot, name: str, folder: Path, seconds: float) -> Dump:
    """Make a file that is not there in a folder, whole or not at all. `seconds` is what names for blank nodes may take.

    Raises SnapshotError, InvalidInput and OSError.
    """
    stem, _, coding = name.rpartition(".")
    target = folder / name
    with _whole(target) as file:
        with _coded(file, coding) as output:
            rdfc10 = write(snapshot, stem, output, seconds)
        file.seek(0)
        made = Dump(os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest(), rdfc10)
    with _whole(target.with_name(name + ".json")) as file:
        file.write(json.dumps(asdict(made)).encode())
    return made


def save(snapshot: Snapshot, stem: str, target: Path, seconds: float) -> None:
    """Write the snapshot to a file, whole or not at all, packed when its name ends so. Raises as `make`."""
    if target.exists() and not target.is_file():  # a pipe, a device: nothing to put in its place
        with target.open("wb") as file, _coded(file, target.suffix[1:]) as output:
            write(snapshot, stem, output, seconds)
        return
    with _whole(target) as file, _coded(file, target.suffix[1:]) as output:
        write(snapshot, stem, output, seconds)


@contextmanager
def _whole(target: Path) -> Iterator[IO[bytes]]:
    """A file that is at `target` once it is whole."""
    try:
        descriptor, work = tempfile.mkstemp(prefix=".", dir=target.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(work, 0o644)  # noqa: PTH101 - mkstemp made it private; the server may be another user
        os.replace(work, target)  # noqa: PTH105 - a name
    except BaseException:
        with suppress(OSError):
            os.unlink(work)  # noqa: PTH108 - a name
        raise


def write(snapshot: Snapshot, stem: str, output: IO[bytes], seconds: float) -> str:
    """Write the snapshot as `stem` says; the RDFC-1.0 hash of what was written.

    Raises SnapshotError and InvalidInput.
    """
    folder, manifest = snapshot.path / FOLDER, snapshot.manifest
    if GRAPH not in manifest.dumps:
        raise SnapshotError("no-dumps", path=snapshot.path)
    form = FORMS[stem]
    if form is N_QUADS or stem == "data.nt":
        source = GRAPH if form is N_QUADS else DATA
        for part in content(folder / source):
            output.write(part)
        return _dump(manifest.dumps[source]).rdfc10
    if form is TRIG:
        with tempfile.TemporaryDirectory() as scratch:
            _serialize(_by_graph(folder / GRAPH, Path(scratch)), N_QUADS, form, manifest, output)
        return _dump(manifest.dumps[GRAPH]).rdfc10
    digest = hashlib.sha256()
    lines = _hashed(_default(folder / GRAPH, manifest, seconds), digest)
    if form is N_TRIPLES:
        for block in lines:
            output.write(b"".join(block))
    else:
        _serialize(lines, N_TRIPLES, form, manifest, output)
    return digest.hexdigest()


def _serialize(
    lines: Iterator[list[bytes]], source: Format, form: Format, manifest: Manifest, output: IO[bytes]
) -> None:
    import pyoxigraph as ox

    formats = {each: ox.RdfFormat.from_media_type(each.media_type) for each in (source, form)}
    parsed = ox.parse(input=opened(lines), format=formats[source])
    ox.serialize(parsed, output=output, format=formats[form], prefixes=dict(manifest.prefixes))


def _default(path: Path, manifest: Manifest, seconds: float) -> Iterator[list[bytes]]:
    """The default graph in its canonical form: the merge of the named graphs but those set aside."""
    aside = {b"<%s>" % graph.encode() for graph in manifest.aside}
    blank = [
        line for block in read(path) if b"_:" in b"".join(block) for line in _merge(block, aside) if has_blank(line)
    ]
    yield from merged([_without_blank(path, aside), iter([sorted(labelled(blank, seconds))])])


def _without_blank(path: Path, aside: set[bytes]) -> Iterator[list[bytes]]:
    for block in read(path):
        lines = _merge(block, aside)
        yield [line for line in lines if not has_blank(line)] if b"_:" in b"".join(block) else lines


def _merge(quads: list[bytes], aside: set[bytes]) -> list[bytes]:
    """The triples of N-Quads lines, which stay in order."""
    parts = (quad.rsplit(b" ", 2) for quad in quads)
    return [triple + b" .\n" for triple, graph, _ in parts if graph not in aside]


def _by_graph(path: Path, scratch: Path) -> Iterator[list[bytes]]:
    """The same N-Quads, one graph after the other."""
    ordered = Sorted(scratch, lambda text: text.splitlines(keepends=True))
    for block in read(path):
        parts = (quad.rsplit(b" ", 2) for quad in block)
        ordered.add(b"".join(b"%b %b .\n" % (graph, triple) for triple, graph, _ in parts))
    for block in ordered.blocks():
        halves = (line[:-3].split(b" ", 1) for line in block)
        yield [b"%b %b .\n" % (triple, graph) for graph, triple in halves]


def _hashed(blocks: Iterator[list[bytes]], digest: hashlib._Hash) -> Iterator[list[bytes]]:
    for block in blocks:
        digest.update(b"".join(block))
        yield block


@contextmanager
def _coded(file: IO[bytes], coding: str) -> Iterator[IO[bytes]]:
    """What compresses into a file, without a date or a name of its own; for any other coding, the file."""
    if coding == "gz":
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            yield cast("IO[bytes]", packed)
    elif coding == "zst":
        with compressor().stream_writer(file, closefd=False) as packed:
            yield cast("IO[bytes]", packed)
    else:
        yield file


def _dump(said: Mapping[str, object]) -> Dump:
    return Dump(int(str(said["bytes"])), str(said["sha256"]), str(said["rdfc10"]))
