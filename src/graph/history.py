"""History: what git remembers of the files of a repository. Asked only when something is missing."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from .config import Settings
from .git import Git

_PLAIN = re.compile(r"[\w.~-]+(?:/[\w.~-]+)*")  # no character that a git pattern reads otherwise
_ASKED = 500  # a graph that lost more has another trouble
_SECONDS = 5


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
        if not asked:
            return {}
        patterns = [f":(glob){data}/{_deep(name)}.ttl" for name in sorted(asked)[:_ASKED]]
        shown = ("--format=", "--name-only", "--no-renames", "--no-follow", "--relative", "-z")
        answer = Git(self.settings.root).answer("log", *shown, "--", *patterns, seconds=_SECONDS) or b""
        found: dict[str, str] = {}
        for path in map(os.fsdecode, filter(None, answer.split(b"\0"))):
            folders = path.removeprefix(f"{data}/").removesuffix(".ttl").split("/")
            iri = asked.get("/".join([*folders[:-1][:1], folders[-1]])) or asked.get("/".join(folders))
            if iri is not None and not (self.settings.root / path).exists():
                found.setdefault(iri, path)
        return found


def _deep(name: str) -> str:
    """`links/a` as a pattern: `a` in the folder `links` or below it."""
    kind, slash, slug = name.rpartition("/")
    return f"{kind}/**/{slug}" if slash else f"**/{slug}"
