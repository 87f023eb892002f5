"""A table in a terminal: aligned columns, nothing cut."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from ..namespaces import PrefixMap
from ..report.characters import one_line


def render(results: bytes, prefixes: Mapping[str, str], base: str, say: Callable[[str], str]) -> str:
    """SPARQL JSON results (<https://www.w3.org/TR/sparql11-results-json/>) as a table, or yes or no.

    IRIs are shortened by `prefixes`; those under `base` to what follows it, as `id:productions/agglo-bus`.
    """
    document = json.loads(results)
    if "boolean" in document:
        return say("cli.yes" if document["boolean"] else "cli.no") + "\n"
    names = document["head"]["vars"]
    known = PrefixMap(prefixes)
    rows = [[_shown(row.get(name), known, base) for name in names] for row in document["results"]["bindings"]]
    return columns(rows, names)


def columns(rows: Sequence[Sequence[str]], names: Sequence[str] = ()) -> str:
    """Rows of text in aligned columns, below their names when there are any."""
    from rich.cells import cell_len

    everything = [names, *rows] if names else rows
    widths = [max(cell_len(row[i]) for row in everything) for i in range(len(everything[0]))] if everything else []

    def line(row: Sequence[str]) -> str:
        return "  ".join(
            text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True)
        ).rstrip()

    head = [line(names), "  ".join("─" * width for width in widths)] if names else []
    return "".join(f"{text}\n" for text in [*head, *map(line, rows)])


def _shown(term: Mapping[str, object] | None, prefixes: PrefixMap, base: str) -> str:
    if term is None:
        return ""
    if term["type"] == "triple":
        inner = term["value"]
        parts = (_shown(inner[part], prefixes, base) for part in ("subject", "predicate", "object"))
        return f"<<( {' '.join(parts)} )>>"
    value = str(term["value"])
    if term["type"] == "uri":
        return f"id:{value[len(base) :]}" if value.startswith(base) else prefixes.shrink(value)
    if term["type"] == "bnode":
        return f"_:{value}"
    return one_line(value)
