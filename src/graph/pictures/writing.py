"""The pictures of a snapshot, written while it is built."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..search.facets import Facets
from ..texts import LANGUAGES
from .areas import Areas
from .exchanges import Exchanges
from .themes import Themes

if TYPE_CHECKING:
    import pyoxigraph as ox

THEMES, EXCHANGES = "themes", "exchanges"
SHOWN = "shown.json"


class _Picture(Protocol):
    def drawn(self, language: str) -> str:
        """The picture, in a language."""


def write(store: ox.Store, base: str, facets: Facets, folder: Path) -> int:
    """Write the pictures of a store into a new folder, each in every language; how many there are. Raises OSError."""
    folder.mkdir()
    pictures: dict[str, _Picture] = {}
    shown: dict[str, Any] = {}
    themes, exchanges = Themes.read(store, base, facets), Exchanges.read(store, base)
    if themes is not None:
        pictures[THEMES], shown[THEMES] = Areas(themes, base), themes.told()
    if exchanges is not None:
        pictures[EXCHANGES], shown[EXCHANGES] = exchanges, exchanges.told()
    for name, picture in pictures.items():
        for language in LANGUAGES:
            (folder / f"{name}.{language}.svg").write_text(picture.drawn(language), encoding="utf-8")
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    (folder / SHOWN).write_text(text + "\n", encoding="utf-8")
    return len(pictures)
