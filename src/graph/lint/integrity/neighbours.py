"""What a mistyped IRI may have meant."""

from __future__ import annotations

from collections.abc import Iterable


class Neighbours:
    """Finds the described IRI of the same name elsewhere, or of a close spelling beside it."""

    def __init__(self, described: Iterable[str]) -> None:
        self._elsewhere: dict[str, str] = {}
        self._beside: dict[str, list[str]] = {}
        self._found: dict[str, tuple[str | None, bool]] = {}  # what is missing is often missing from many files
        for iri in sorted(described):
            head, slug = _split(iri)
            self._elsewhere.setdefault(slug, iri)
            self._beside.setdefault(head, []).append(slug)

    def anywhere(self, iri: str) -> str | None:
        """The described IRI of the same name, else the nearest of the same namespace."""
        return self._elsewhere.get(_split(iri)[1]) or self.beside(iri)

    def beside(self, iri: str) -> str | None:
        """The described IRI of the same namespace with the nearest name, if any is near."""
        return self._nearest(iri)[0]

    def clear(self, iri: str) -> bool:
        """Whether the nearest name beside it is the only one that can have been meant."""
        return self._nearest(iri)[1]

    def _nearest(self, iri: str) -> tuple[str | None, bool]:
        if iri not in self._found:
            self._found[iri] = self._search(*_split(iri))
        return self._found[iri]

    def _search(self, head: str, slug: str) -> tuple[str | None, bool]:
        from difflib import get_close_matches

        beside = self._beside.get(head, [])
        close = get_close_matches(slug, beside, n=2, cutoff=0.8) if len(beside) < _NEAR_LIMIT else []
        return (head + close[0] if close else None), len(close) == 1


def _split(iri: str) -> tuple[str, str]:
    """The namespace of an IRI, with the `#` or `/` that ends it, and the name after it."""
    at = max(iri.rfind("/"), iri.rfind("#")) + 1
    return iri[:at], iri[at:]


_NEAR_LIMIT = 20_000
