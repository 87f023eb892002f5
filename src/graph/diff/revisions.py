"""The files of a git revision: read from git's objects, written to a folder. No hook, no filter, no network.

Regular files alone: a link or a submodule of the revision is not followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ..config import FILE_NAME
from ..errors import UnreadableInput
from ..git import Git

_SUFFIXES = (".ttl", ".rq")
_REGULAR = (b"100644", b"100755")


def parted(git: Git, old: str, new: str) -> str | None:
    """The commit where two revisions parted; None when one of them names none. Raises UnreadableInput."""
    one, other = git.commit(old), git.commit(new)
    if one is None or other is None:
        return None
    commit = git.line("merge-base", one, other)
    if commit is None:
        raise UnreadableInput("no-common-commit", path=f"{old}...{new}")
    return commit


def write(git: Git, commit: str, target: Path) -> Path:
    """Write what decides a graph, as the commit has it, below `target`: the folder that is there what ours is here.

    It is a work tree of the same repository at that commit: the gate may ask what came before. Raises UnreadableInput.
    """
    prefix = git.line("rev-parse", "--show-prefix") or ""
    folder = target / prefix
    folder.mkdir(parents=True)
    common = git.line("rev-parse", "--path-format=absolute", "--git-common-dir") or ""
    (target / ".git").mkdir()
    (target / ".git/commondir").write_bytes(os.fsencode(common))
    (target / ".git/HEAD").write_text(commit)
    tree = git.named(f"{commit}:{prefix}")
    if tree is None:
        raise UnreadableInput("revision-without-folder", path=prefix, revision=commit[:12])
    files = list(_files(git, tree))
    with git.talk("cat-file", "--batch") as batch:
        for name, path in files:
            batch.stdin.write(name + b"\n")
            batch.stdin.flush()
            head = batch.stdout.readline().split()
            if len(head) != 3 or head[1] != b"blob":  # noqa: PLR2004 - name, type, size
                raise UnreadableInput("cannot-read", path=path, reason=f"git {name.decode()}")
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(batch.stdout.read(int(head[2])))
            batch.stdout.read(1)
    return folder


def _files(git: Git, tree: str) -> Iterator[tuple[bytes, str]]:
    """The name and path of each regular file of a tree that a graph is made from."""
    listed = git.answer("ls-tree", "-r", "-z", "--full-tree", tree)
    if listed is None:
        raise UnreadableInput("cannot-read", path=tree, reason="git ls-tree")
    for entry in listed.split(b"\0")[:-1]:
        head, _, raw = entry.partition(b"\t")
        mode, _, name = head.split()
        path = os.fsdecode(raw)
        inside = not path.startswith("/") and not {"..", ".", ""} & set(path.split("/"))
        if mode in _REGULAR and inside and (path == FILE_NAME or PurePosixPath(path).suffix in _SUFFIXES):
            yield name, path
