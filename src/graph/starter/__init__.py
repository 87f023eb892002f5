"""A new graph repository: the shipped ontology, shapes and queries, three examples, and the files of two forges."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from .. import __version__, config
from ..errors import ConfigurationError, UnreadableInput

BASE = "https://example.org/id/"
VENDORED = ("ontology", "shapes", "queries")
_OURS = ("dispositif-cnfpt.ttl", "ouverture.ttl")  # vocabularies whose concepts are in our data
FILES = {
    "passerelles.toml": "passerelles.toml",
    "README.md": "README.md",
    "organisation.ttl": "data/organisations/notre-administration.ttl",
    "production.ttl": "data/productions/bus-des-services.ttl",
    "source.ttl": "data/sources/notre-site.ttl",
    "github.yml": ".github/workflows/passerelles.yml",
    "gitlab-ci.yml": ".gitlab-ci.yml",
    "pre-commit-config.yaml": ".pre-commit-config.yaml",
    "gitignore": ".gitignore",
}
_VALUE = re.compile(r"%([A-Z_]+)%")


def create(folder: Path, *, title: str, base: str = BASE) -> list[str]:
    """Make `folder` a graph repository whose things live under the IRI `base`; the names of its files, in order.

    All or nothing, and nothing is overwritten. Raises ConfigurationError for a base that cannot be one, UnreadableInput
    when a file is there already or the folder cannot be written.
    """
    namespace = _namespace(base)
    try:
        with tempfile.TemporaryDirectory(prefix=".passerelles-init-", dir=_nearest(folder)) as staging:
            staged = Path(staging, "repository")
            _write(staged, title, namespace)
            names = sorted(path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file())
            there = [name for name in names if os.path.lexists(folder / name)]
            if there:
                raise UnreadableInput("would-overwrite", path=folder, files=", ".join(there))
            if folder.is_dir():
                _move(staged, folder, names)
            else:
                folder.parent.mkdir(parents=True, exist_ok=True)
                staged.rename(folder)
    except OSError as error:
        raise UnreadableInput("cannot-write", path=folder, reason=error.strerror or error) from error
    return names


def _namespace(base: str) -> str:
    """The base, ended as a namespace is."""
    parts = urlsplit(base)
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or any(c in base for c in ' <>"{}|\\^`')
        or parts.query
    ):
        raise ConfigurationError("not-a-base", base=base)
    return base if base.endswith(("/", "#")) else f"{base}/"


def _nearest(folder: Path) -> Path:
    """Where to stage: the nearest folder that exists, on the file system of what will be written."""
    return next(place for place in (folder, *folder.absolute().parents) if place.is_dir())


def _write(folder: Path, title: str, base: str) -> None:
    """Every file of the repository. Where an ontology or a query says `"the base"`, it is the new one's."""
    shipped = config.read(config.shipped_root() / config.FILE_NAME)
    for name in VENDORED:
        shutil.copytree(shipped.root / name, folder / name, ignore=shutil.ignore_patterns(*_OURS))
        for path in (*folder.joinpath(name).rglob("*.ttl"), *folder.joinpath(name).rglob("*.rq")):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(f'"{shipped.graph.base}"', f'"{base}"'), encoding="utf-8")
    title = " ".join(title.split())
    values = {
        "TITLE": title,
        "TOML_TITLE": json.dumps(title, ensure_ascii=False),  # a string of JSON is one of TOML
        "BASE": base,
        "GRAPH_BASE": base.rstrip("#/").removesuffix("/id") + "/graph/",
        "VERSION": __version__,
    }
    for source, target in FILES.items():
        text = (Path(__file__).parent / "files" / source).read_text(encoding="utf-8")
        path = folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_VALUE.sub(lambda found: values[found[1]], text), encoding="utf-8")


def _move(staged: Path, folder: Path, names: list[str]) -> None:
    """Each file into a folder that exists; none of them when one cannot be."""
    moved: list[Path] = []
    try:
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            moved.append((staged / name).rename(target))
    except OSError:
        for target in moved:
            target.unlink()
            with suppress(OSError):  # not empty yet
                os.removedirs(target.parent)
        raise
