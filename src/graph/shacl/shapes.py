"""The shapes graph by its terms: what the engines are given, and what a constraint asks for.

Nodes and values are N-Triples strings. A shape without a name is given one, `urn:passerelles:shape:…`, so that every
engine can tell which shape a result is of; a blank node that is a list or a path stays one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from ..namespaces import RDF, SH
from ..turtle.ntriples import FIRST, NIL, REST, language, plain, statements, triple
from .paths import Path

_NAMELESS = "<urn:passerelles:shape:"
_PATH = f"<{SH}path>"
_PATHS = {"inversePath": "^", "zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?", "alternativePath": "|"}
# A node without a name is a shape when it has a path, is nested in one, or is a member of a list and no list or path.
_NAMELESS_SHAPES = (
    re.compile(rf"\n(_:[^ ]+) {re.escape(_PATH)} "),
    re.compile(rf"<{re.escape(SH)}(?:node|property|not|qualifiedValueShape)> (_:[^ ]+) \.\n"),
    re.compile(rf"{re.escape(FIRST)} (_:[^ ]+) \.\n"),
)
_LIST_OR_PATH = re.compile(rf"\n(_:[^ ]+) (?:{re.escape(FIRST)}|<{re.escape(SH)}(?:{'|'.join(_PATHS)})>) ")
_BLANK = re.compile(r'_:(?:(?<=\n_:)|(?=[^ "]+ \.\n)(?<=> _:))[^ "]+')
_TARGET = re.compile(
    rf"^\S+ (?:<{re.escape(SH)}target\w*> .*|<{re.escape(RDF)}type> <[^>]*(?:rdf-schema|owl)#Class>) \.\n", re.MULTILINE
)
_VARIABLE = re.compile(r"\{[?$]\w+\}")


class ShapesGraph:
    """The statements of a shapes graph given as N-Triples; `text` is what the engines read."""

    def __init__(self, ntriples: str) -> None:
        self.text = _named(ntriples) if "_:" in ntriples else ntriples

    @cached_property
    def blank_nodes(self) -> int:
        """How many blank nodes it has: those of its lists and paths."""
        return len({term for line in self._lines for term in triple(line) if term.startswith("_:")})

    @property
    def untargeted(self) -> str:
        """The same shapes, none of which looks for its focus nodes."""
        return _TARGET.sub("", self.text)

    @cached_property
    def statements(self) -> dict[str, dict[str, list[str]]]:
        """The values of each property of each node."""
        return statements(self._lines)

    def values(self, node: str | None, name: str) -> list[str]:
        """The values of a property of SHACL: `values(shape, "class")`."""
        return self.statements.get(node or "", {}).get(f"<{SH}{name}>", [])

    def value(self, node: str | None, name: str) -> str | None:
        """The first of them."""
        return next(iter(self.values(node, name)), None)

    def items(self, head: str | None) -> list[str]:
        """The members of a list."""
        found: list[str] = []
        seen = {NIL}
        while head is not None and head not in seen:
            seen.add(head)
            cell = self.statements.get(head, {})
            found += cell.get(FIRST, [])[:1]
            head = next(iter(cell.get(REST, [])), None)
        return found

    def lists(self, node: str | None, name: str) -> Iterator[list[str]]:
        """The members of each list that is a value of a property of SHACL."""
        return (self.items(head) for head in self.values(node, name))

    def named(self, shape: str | None) -> str | None:
        """The shape itself, else the nearest around it that has a name."""
        seen: set[str] = set()
        while shape is not None and shape.startswith((_NAMELESS, "_:")) and shape not in seen:
            seen.add(shape)
            shape = self._around.get(shape)
        return shape if shape is not None and shape.startswith("<") and not shape.startswith(_NAMELESS) else None

    def within(self, shape: str) -> set[str]:
        """The shape and the property shapes that report for it, however deep."""
        found: set[str] = set()
        waiting = [shape]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.values(one, "property")
        return found

    def path(self, shape: str | None) -> Path | None:
        """The path of a property shape."""
        node = self.value(shape, "path")
        return None if node is None else self._path(node)

    @cached_property
    def properties(self) -> set[str]:
        """Every property that is the path of some shape."""
        return {path for said in self.statements.values() for path in said.get(_PATH, ()) if path.startswith("<")}

    def wordings(self, shape: str | None) -> dict[str, str]:
        """The messages of a shape, by language."""
        return {language(term): plain(term) for term in sorted(self.values(shape, "message"))}

    def spoken(self, texts: Iterable[str]) -> dict[str, str]:
        """Messages of a query or a component by language, which an engine drops where it fills them in."""
        return {self._language(text): text for text in sorted(texts)}

    def _language(self, text: str) -> str:
        known = self._messages.get(text)
        if known is None:
            known = next((tag for template, tag in self._templates if template.fullmatch(text)), "")
        return known

    def _path(self, node: str) -> Path:
        if node.startswith("<"):
            return node
        if steps := self.items(node):
            return ("/", *map(self._path, steps))
        for name, operator in _PATHS.items():
            inner = self.value(node, name)
            if inner is not None:
                steps = self.items(inner) if operator == "|" else [inner]
                return (operator, *map(self._path, steps))
        return node

    @property
    def _lines(self) -> list[str]:
        return self.text.split("\n")[:-1]

    @cached_property
    def _around(self) -> dict[str, str]:
        triples = map(triple, self._lines)
        return {value: subject for subject, _, value in triples if value.startswith((_NAMELESS, "_:"))}

    @cached_property
    def _messages(self) -> dict[str, str]:
        nodes = self.statements.values()
        return {plain(m): language(m) for node in nodes for m in node.get(f"<{SH}message>", ())}

    @cached_property
    def _templates(self) -> list[tuple[re.Pattern[str], str]]:
        filled = ((_VARIABLE.split(text), tag) for text, tag in self._messages.items() if _VARIABLE.search(text))
        return [(re.compile(".*".join(map(re.escape, parts)), re.DOTALL), tag) for parts, tag in filled]


def _named(ntriples: str) -> str:
    """The same graph, its nameless shapes with a name."""
    lines = "\n" + ntriples
    nameless = {node for pattern in _NAMELESS_SHAPES for node in pattern.findall(lines)}
    nameless -= set(_LIST_OR_PATH.findall(lines)) if nameless else set()
    if not nameless:
        return ntriples
    return _BLANK.sub(lambda found: f"{_NAMELESS}{found[0][2:]}>" if found[0] in nameless else found[0], lines)[1:]
