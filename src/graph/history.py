"""History: what git remembers of the files of a repository. Asked only when something is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from .config import Settings

_PLAIN = re.compile(r"[\w.~-]+(?:/[\w.~-]+)*")  # no character that a git pattern reads otherwise
_ASKED = 500  # a graph that lost more has another trouble
_SECONDS = 5
_FROM_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


@dataclass(frozen=True, slots=True)
class History:
    """The past of a graph repository; none where git or its repository is absent, or says nothing in time."""

    settings: Settings

    def removed(self, iris: Sequence[str]) -> dict[str, str]:
        """Of these things, those whose file is in a commit and no longer there: its name by their IRI.

        A thing lives at `data/<kind>/<slug>.ttl`, or in a folder below that of its kind.
        """
        base, data = self.settings.graph.base, self.settings.folders.data
        names = {iri.removeprefix(base): iri for iri in iris if iri.startswith(base)}
        asked = {name: iri for name, iri in names.items() if _PLAIN.fullmatch(name)}
        git = shutil.which("git")
        if git is None or not asked:
            return {}
        patterns = [f":(glob){data}/{_deep(name)}.ttl" for name in sorted(asked)[:_ASKED]]
        log = ["log", "--format=", "--name-only", "--no-renames", "--relative", "-z", "--", *patterns]
        found: dict[str, str] = {}
        for path in self._answer([git, "--no-pager", "-C", str(self.settings.root), *log]):
            folders = path.removeprefix(f"{data}/").removesuffix(".ttl").split("/")
            iri = asked.get("/".join([*folders[:-1][:1], folders[-1]])) or asked.get("/".join(folders))
            if iri is not None and not (self.settings.root / path).exists():
                found.setdefault(iri, path)
        return found

    def _answer(self, command: list[str]) -> list[str]:
        environment = {name: value for name, value in os.environ.items() if name not in _FROM_A_HOOK}
        try:
            done = subprocess.run(  # noqa: S603 - no shell, our arguments
                command, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=_SECONDS, env=environment
            )
        except (OSError, subprocess.SubprocessError):
            return []
        return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]


def _deep(name: str) -> str:
    """`links/a` as a pattern: `a` in the folder `links` or below it."""
    kind, slash, slug = name.rpartition("/")
    return f"{kind}/**/{slug}" if slash else f"**/{slug}"
