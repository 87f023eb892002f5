"""The labels of what pages show, as much of them as a page bears: those that were shown last are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from .bounds import NAME, TEXT, borne
from .http.request import asked
from .thing.facts import DESCRIPTIONS

if TYPE_CHECKING:
    from fastapi import Request

    from ..sparql.engine import Engine

_KEPT = 20_000  # some 5 MB, and never 20
_LONGEST = 500  # characters of an IRI and its label together, to keep them: a request may name any
Label = tuple[str, str]


class Labels:
    """The labels of a graph, each with its language."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: OrderedDict[tuple[str, str, str], Label | None] = OrderedDict()

    async def of(
        self, request: Request, iris: Iterable[str], language: str, properties: Sequence[str]
    ) -> Mapping[str, Label]:
        """The label of each IRI that has one, by these properties."""
        about, every = " ".join(properties), set(iris)
        found = {iri: self._kept[language, about, iri] for iri in every if (language, about, iri) in self._kept}
        missing = every - found.keys()
        if missing:
            told = await self._engine.labels(missing, language, properties, **asked(request))
            most = TEXT if tuple(properties) == DESCRIPTIONS else NAME
            found |= {iri: _borne(told[iri], most) if iri in told else None for iri in missing}
        for iri, label in found.items():
            if len(iri) + len(label[0] if label else "") <= _LONGEST:
                self._kept[language, about, iri] = label
                self._kept.move_to_end((language, about, iri))
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return {iri: label for iri, label in found.items() if label is not None}


def _borne(label: Label, most: int) -> Label:
    text, tag = label
    return borne(text, most), tag
