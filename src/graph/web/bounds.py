"""What a page bears of the texts of the graph: names and texts of any length are there, and a page stays one."""

from __future__ import annotations

from ..report.characters import inert
from ..texts import shortened
from .typography import typeset

NAME = 300  # characters of what a thing is called
TEXT = 5_000  # of what is said of it; the whole is in the formats for data


def borne(text: str, most: int = NAME) -> str:
    """The beginning of a text of the graph, where no character acts on what stands around it."""
    return inert(shortened(text, most))


def shown(text: str, language: str, most: int = TEXT) -> str:
    """A text of the graph as a page shows it: borne, and set."""
    return typeset(borne(text, most), language)


def named(text: str, language: str) -> str:
    """The name of a thing as a page shows it."""
    return shown(text, language, NAME)
