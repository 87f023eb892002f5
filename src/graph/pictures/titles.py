"""What things are called, in every language."""

from __future__ import annotations

import pyoxigraph as ox

from ..namespaces import TITLES

_DEFAULT = ox.DefaultGraph()


def titles(store: ox.Store, thing: str) -> dict[str, str]:
    """What a thing is called in the default graph, by language: by the best property that says so."""
    found: dict[str, str] = {}
    for name in TITLES:
        quads = store.quads_for_pattern(ox.NamedNode(thing), ox.NamedNode(name), None, _DEFAULT)
        said = (quad.object for quad in quads if isinstance(quad.object, ox.Literal))
        for language, text in sorted((each.language or "", each.value) for each in said):
            found.setdefault(language, text)
    return found
