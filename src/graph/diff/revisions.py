"""The files of a git revision: read from git's objects, written to a folder. No hook, no filter, no network.

Regular files alone: a link or a submodule of the revision is not followed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ..config import FILE_NAME
from ..errors import UnreadableInput

_SUFFIXES = (".ttl", ".rq")
_REGULAR = (b"100644", b"100755")
_OFFLINE = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
_FROM_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")  # what git tells the hooks it runs


class Git:
    """The git repository that holds a folder."""

    def __init__(self, folder: Path) -> None:
        self._git = shutil.which("git")
        self._folder = folder
        self._environment = {k: v for k, v in os.environ.items() if k not in _FROM_A_HOOK} | _OFFLINE

    def commit(self, revision: str) -> str | None:
        """The commit that a revision names; None when it names none, or when there is no git here."""
        return self._line("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")

    def common(self, one: str, other: str) -> str | None:
        """The commit where two revisions part; None when there is none."""
        commits = self.commit(one), self.commit(other)
        return self._line("merge-base", *commits) if all(commits) else None

    def write(self, commit: str, target: Path) -> Path:
        """Write what decides a graph, as the commit has it, below `target`: the folder that is there what ours is here.

        It is a work tree of the same repository, whose history the gate may ask. Raises UnreadableInput.
        """
        prefix = self._line("rev-parse", "--show-prefix") or ""
        folder = target / prefix
        folder.mkdir(parents=True)
        (target / ".git").write_bytes(b"gitdir: " + os.fsencode(self._line("rev-parse", "--absolute-git-dir") or ""))
        tree = self._line("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:{prefix}")
        if tree is None:
            raise UnreadableInput("revision-without-folder", path=prefix, revision=commit[:12])
        files = list(self._files(tree))
        with subprocess.Popen(  # noqa: S603 - no shell, our arguments
            self._command("cat-file", "--batch"),
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as git:
            for name, path in files:
                git.stdin.write(name + b"\n")
                git.stdin.flush()
                head = git.stdout.readline().split()
                if len(head) != 3 or head[1] != b"blob":  # noqa: PLR2004 - name, type, size
                    raise UnreadableInput("cannot-read", path=path, reason=f"git {name.decode()}")
                place = folder / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(git.stdout.read(int(head[2])))
                git.stdout.read(1)
        return folder

    def _files(self, tree: str) -> Iterator[tuple[bytes, str]]:
        """The name and path of each regular file of a tree that a graph is made from."""
        done = self._run("ls-tree", "-r", "-z", "--full-tree", tree)
        for entry in done.stdout.split(b"\0")[:-1]:
            head, _, raw = entry.partition(b"\t")
            mode, _, name = head.split()
            path = os.fsdecode(raw)
            inside = not path.startswith("/") and not {"..", ".", ""} & set(path.split("/"))
            if mode in _REGULAR and inside and (path == FILE_NAME or PurePosixPath(path).suffix in _SUFFIXES):
                yield name, path

    def _line(self, *arguments: str) -> str | None:
        done = self._run(*arguments)
        return None if done is None or done.returncode else os.fsdecode(done.stdout).removesuffix("\n")

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
        if self._git is None or any("\0" in argument for argument in arguments):
            return None
        return subprocess.run(  # noqa: S603 - no shell, our arguments
            self._command(*arguments), env=self._environment, capture_output=True, check=False, stdin=subprocess.DEVNULL
        )

    def _command(self, *arguments: str) -> list[str]:
        return [self._git or "git", "-c", "protocol.allow=never", "-C", str(self._folder), *arguments]
