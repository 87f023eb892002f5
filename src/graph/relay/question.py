"""One IRI asked of the relay: its names, its links, those proposed, and the identities that were cut.

An IRI that is the page, the code repository or an identifier of a thing finds that thing, and what is linked to it.
What is read of a thing serves every question about one of its names: only the paths begin where each one asks.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from .addresses import spellings
from .link import Path, seen_from
from .reading import Around, around

if TYPE_CHECKING:
    from .lookup import Relay
    from .reading import Beside


def answer(relay: Relay, readings: dict[str, Around], uri: str) -> dict[str, Any]:
    """Everything that is linked to an IRI, as the contract writes it. `readings`, by name, are kept for the next."""
    spelt, found = _resolved(relay, readings, uri)
    return _Question(relay, found, uri, spelt).answer()


def _resolved(relay: Relay, readings: dict[str, Around], uri: str) -> tuple[str, Around]:
    """The IRI as it is known, perhaps another spelling of the address asked for, and what is around it."""
    for spelt in spellings(uri):
        if spelt not in readings:
            names = sorted(relay.names(spelt))
            if len(names) == 1 and not relay.statements.mentions(spelt):
                continue
            readings |= dict.fromkeys(names, around(relay, names))
        if readings[spelt].known:
            return spelt, readings[spelt]
    return uri, Around(known=False, names=[uri], about={}, beside={}, doors=[], links=[], proposed=[], cut=[])


class _Question:
    """One IRI asked for, and the shortest path from it to each name around it."""

    def __init__(self, relay: Relay, found: Around, uri: str, spelt: str) -> None:
        self._relay = relay
        self._around = found
        self._uri = uri
        self._spelt = spelt
        self._paths: dict[str, Path] = {}
        self._reach(found.names, found.beside, (uri,) if spelt == uri else (uri, spelt))
        for door in found.doors:
            self._reach(door.names, door.beside, (*self._paths[door.name], door.subject))

    def answer(self) -> dict[str, Any]:
        """Everything that is linked to it."""
        each = self._around
        found: list[dict[str, Any]] = []
        if self._spelt != self._uri:
            found.append({"iri": self._spelt, "property": None, "quarantine": None})
        found += (
            {"iri": door.subject, "property": door.property, "quarantine": door.portal or None} for door in each.doors
        )
        return {
            "uri": self._uri,
            "known": each.known,
            "closed": self._relay.closed,
            "found": found,
            "same": [name for name in each.names if name != self._uri] if len(each.names) > 1 else [],
            "links": [self._one(link) for link in each.links],
            "proposed": [self._one(link) for link in each.proposed],
            "cut": [{**self._one(link), "distinct": self._one(reason)} for link, reason in each.cut],
        }

    def _one(self, link: dict[str, Any]) -> dict[str, Any]:
        path = self._path(link["from"], link["to"])
        label = self._relay.titles(path[-1], link["quarantine"] or "", self._around.about)
        return seen_from(link, path, label)

    def _reach(self, names: list[str], beside: Beside, start: Path) -> None:
        """The shortest path from what is asked to each name of a thing, through the identities that somebody states."""
        self._paths.setdefault(start[-1], start)
        waiting = deque([start])
        while waiting:
            path = waiting.popleft()
            for name in beside.get(path[-1], ()):
                if name not in self._paths:
                    self._paths[name] = (*path, name)
                    waiting.append(self._paths[name])
        for name in names:  # an identity that a rule found
            self._paths.setdefault(name, (*start, name))

    def _path(self, start: str, end: str) -> Path:
        """The way to the far end of a link: the one that is farther from what is asked."""
        near, far = self._paths.get(start), self._paths.get(end)
        if near is None or (far is not None and len(far) < len(near)):
            near, far, end = far, near, start
        assert near is not None  # noqa: S101 - one end of a link is a name: told to the type checker
        return far if far is not None and far[:-1] == near else (*near, end)
