"""A new graph repository: the shipped ontology, shapes and queries, three examples, and the files of two forges."""

from __future__ import annotations

import json
import os
import re
import tempfile
import unicodedata
from pathlib import Path
from urllib.parse import urlsplit

from .. import __version__, config
from ..errors import ConfigurationError, UnreadableInput, reason

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
_CITED = ("clauses", "licences")  # the things of ours that any graph cites
_SHOWN = 3
_VALUE = re.compile(r"%([A-Z_]+)%")


def create(folder: Path, *, title: str, base: str = BASE) -> list[str]:
    """Make `folder` a graph repository whose things live under the IRI `base`; the names of its files, in order.

    All or nothing, and nothing is overwritten. Raises ConfigurationError for a base or a title that cannot be one,
    UnreadableInput when a file is there already or the folder cannot be written.
    """
    namespace = _namespace(base)
    title = " ".join(title.split())
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in title):
        raise ConfigurationError("not-a-title", title=ascii(title))
    try:
        with tempfile.TemporaryDirectory(prefix=".passerelles-init-", dir=_nearest(folder)) as staging:
            staged = Path(staging, "repository")
            _write(staged, title, namespace)
            names = sorted(path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file())
            there = [name for name in names if os.path.lexists(folder / name)]
            if there:
                shown = ", ".join(there[:_SHOWN]) + ", …" * (len(there) > _SHOWN)
                raise UnreadableInput("would-overwrite", path=folder, count=len(there), files=shown)
            if folder.is_dir():
                _move(staged, folder, names)
            else:
                folder.parent.mkdir(parents=True, exist_ok=True)
                staged.rename(folder)
    except OSError as error:
        raise UnreadableInput("cannot-write", path=folder, reason=reason(error)) from error
    return names


def _namespace(base: str) -> str:
    """The base, ended as a namespace is."""
    parts = urlsplit(base)
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or any(c in base for c in ' <>"{}|\\^`')
        or not base.isprintable()
        or parts.query
    ):
        raise ConfigurationError("not-a-base", base=base)
    return base if base.endswith(("/", "#")) else f"{base}/"


def _nearest(folder: Path) -> Path:
    """Where to stage: the nearest folder that exists, on the file system of what will be written."""
    return next(place for place in (folder, *folder.absolute().parents) if place.is_dir())


def _write(folder: Path, title: str, base: str) -> None:
    """Every file of the repository.

    Where an ontology or a query says `"the base"`, it is the new one's; so are the things that shapes and licences
    name, those of the ontology aside.
    """
    shipped = config.read(config.shipped_root() / config.FILE_NAME)
    vendored = {folder / name: shipped.root / name for name in VENDORED}
    vendored |= {folder / "data" / kind: shipped.data_folder / kind for kind in _CITED}
    kinds = "|".join(re.escape(path.name) for path in sorted(shipped.data_folder.iterdir()) if path.is_dir())
    thing = re.compile(f"<{re.escape(shipped.graph.base)}(?=(?:{kinds})/)")
    for target, source in vendored.items():
        for file in source.rglob("*.*"):
            if file.name in _OURS or file.is_dir():
                continue
            text = file.read_text(encoding="utf-8").replace(f'"{shipped.graph.base}"', f'"{base}"')
            if target.relative_to(folder).parts[0] in ("shapes", "data"):
                text = thing.sub(lambda _: f"<{base}", text)
            _put(target / file.relative_to(source), text)
    values = {
        "TITLE": title,
        "TOML_TITLE": json.dumps(title, ensure_ascii=False),  # a string of JSON is one of TOML
        "BASE": base,
        "GRAPH_BASE": base.rstrip("#/").removesuffix("/id") + "/graph/",
        "VERSION": __version__,
    }
    for source, target in FILES.items():
        text = (Path(__file__).parent / "files" / source).read_text(encoding="utf-8")
        _put(folder / target, _VALUE.sub(lambda found: values[found[1]], text))


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _move(staged: Path, folder: Path, names: list[str]) -> None:
    """Each file into a folder that exists; none of them when one cannot be."""
    made: list[Path] = []
    moved: list[Path] = []
    try:
        for name in names:
            for place in reversed(Path(name).parents):
                if not (folder / place).is_dir():
                    (folder / place).mkdir()
                    made.append(folder / place)
            moved.append((staged / name).rename(folder / name))
    except OSError:
        for target in moved:
            target.unlink()
        for place in reversed(made):
            place.rmdir()
        raise
