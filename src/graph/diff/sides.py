"""A side of a comparison: a revision, a folder or the working folder, as a repository with its settings."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from ..config import FILE_NAME, Settings, load
from ..dataset import turtle_files
from ..errors import ConfigurationError, UnreadableInput
from ..git import Git
from .revisions import parted, write

_RANGES = ("...", "..")


@dataclass(frozen=True, slots=True)
class Side:
    """A state of the graph: what the reader called it (empty: the working folder), its commit when it is one."""

    name: str
    settings: Settings
    commit: str | None = None


def sides(given: tuple[str, ...], current: Settings, workplace: Path) -> tuple[Side, Side]:
    """The two sides that the arguments name; revisions are written below `workplace`.

    None: HEAD and the working folder. One: it and the working folder, or the range `A..B`, `A...B` (since they parted),
    as git writes them. Raises UnreadableInput for what is neither a folder with Turtle nor a revision, and for `A...B`
    that never were one.
    """
    git = Git(current.root)
    if len(given) == 1 and not Path(given[0]).is_dir():
        for dots in _RANGES:
            old, found, new = given[0].partition(dots)
            if found:
                old, new = old or "HEAD", new or "HEAD"
                since = parted(git, old, new) if dots == "..." else None
                given = (since or old, new)
                break
    old, new = (*(given or ("HEAD",)), "")[:2]
    return _side(old, current, git, workplace / "old"), _side(new, current, git, workplace / "new")


def _side(name: str, current: Settings, git: Git, target: Path) -> Side:
    if not name:
        return Side(name, current)
    folder = Path(name)
    if (folder / FILE_NAME).is_file():
        return Side(name, load(folder))
    if folder.is_dir() and next(turtle_files(folder), None) is not None:
        return Side(name, replace(current, folders=replace(current.folders, data=str(folder.resolve()))))
    commit = git.commit(name)
    if commit is None:
        raise UnreadableInput("no-turtle" if folder.is_dir() else "no-such-revision", path=name)
    root = write(git, commit, target)
    if not (root / FILE_NAME).is_file():
        shutil.copyfile(current.root / FILE_NAME, root / FILE_NAME)
    settings = load(root)
    for named in ("ontology", "shapes", "data", "queries"):
        below = getattr(settings.folders, named)
        if not (root / below).resolve().is_relative_to(root.resolve()):
            raise ConfigurationError("folder-outside", path=f"{name}:{FILE_NAME}", key=f"folders.{named}", folder=below)
    return Side(name, settings, commit)
