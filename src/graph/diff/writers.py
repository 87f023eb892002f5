"""The forms of a difference, by name: each writer is loaded when it writes."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .compare import Difference


class Writer(Protocol):
    """Writes a difference in the reader's language, with colours where a terminal shows them."""

    def __call__(self, difference: Difference, language: str, *, colour: bool = False) -> str:
        """The text, ended by a line feed."""


def _of(form: str) -> Writer:
    def write(difference: Difference, language: str, *, colour: bool = False) -> str:
        return import_module(f".{form}", __package__).write(difference, language, colour=colour)

    return write


WRITERS: Mapping[str, Writer] = {form: _of(form) for form in ("text", "json", "markdown")}
