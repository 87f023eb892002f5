"""What leads everywhere: the menu at the top of every page, and the map of the site at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from weakref import WeakKeyDictionary

from .browsing import shelves

if TYPE_CHECKING:
    from .site import Site

Entries = list[tuple[str, str]]  # an address, and the key of its name

_FEED = "/feed"
MENU: Entries = [
    ("/search", "menu-browse"),
    ("/themes", "menu-themes"),
    ("/tools", "menu-tools"),
    ("/organisations", "menu-organisations"),
    ("/reuses", "reuses"),
    ("/guides", "guides"),
    ("/contribute", "menu-contribute"),
    ("/queries", "menu-data"),
]
MAP: list[tuple[str, Entries]] = [
    (
        "map-discover",
        [*MENU[:4], ("/events", "menu-events"), *MENU[4:6], ("/needs", "menu-needs"), ("/pictures", "menu-pictures")],
    ),
    (
        "map-share",
        [
            ("/contribute", "menu-contribute"),
            ("/validate", "validate-title"),
            ("/licences", "licences-short"),
            ("/compare", "menu-compare"),
            ("/resolve", "menu-resolve"),
        ],
    ),
    (
        "map-ask",
        [
            ("/queries", "queries"),
            ("/sparql", "sparql"),
            ("/relay", "relay"),
            ("/ontology", "ontology"),
            ("/vocabularies", "vocabularies"),
            ("/shapes", "shapes"),
        ],
    ),
    (
        "map-federate",
        [
            ("/docs", "api"),
            ("/catalog", "catalog"),
            ("/dumps", "menu-dumps"),
            (_FEED, "menu-feed"),
            ("/federation", "federation-title"),
            ("/conformance", "conformance"),
        ],
    ),
]
_MAYBE = ("/themes", "/tools", "/events", "/organisations", "/pictures")


class Places:
    """Which addresses of a site have nothing to show, as its graph has nothing of the kind."""

    _of: ClassVar[WeakKeyDictionary[Site, frozenset[str]]] = WeakKeyDictionary()

    @classmethod
    def empty(cls, site: Site) -> frozenset[str]:
        """Those of a site, looked for once."""
        found = cls._of.get(site)
        if found is None:
            shown = [*shelves.pages(site), *(["/pictures"] if site.pictures else [])]
            found = cls._of[site] = frozenset(path for path in _MAYBE if path not in shown)
        return found


def menu(site: Site) -> Entries:
    """The addresses of the menu, in their order."""
    return _there(site, MENU)


def site_map(site: Site, *, followed: bool) -> list[tuple[str, Entries]]:
    """Every address that the menu leads to, and the others, by what people come for; the feed where there is one."""
    return [(name, [each for each in _there(site, entries) if followed or each[0] != _FEED]) for name, entries in MAP]


def _there(site: Site, entries: Entries) -> Entries:
    return [entry for entry in entries if entry[0] not in Places.empty(site)]
