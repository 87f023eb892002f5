"""How a repository wants its Turtle written: its prefixes, and the order in which its shapes tell of properties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from .config import Settings
from .dataset import Role, model_sources, read_one
from .diagnostics import has_errors
from .errors import InvalidInput
from .namespaces import SH, PrefixMap
from .turtle.format import Style

_LAST = float("inf")


def _facts(name: str, value: str) -> re.Pattern[bytes]:
    return re.compile(rf"^(\S+) <{SH}{name}> {value} \.$".encode(), re.MULTILINE)


_PREFIX, _NAMESPACE = _facts("prefix", '"([^"]*)"'), _facts("namespace", r'"([^"]*)"\S*')
_BRACKET = re.compile(rf"^(<[^>]*>) <{SH}property> (_:\S+) \.$".encode(), re.MULTILINE)
_PATH, _ORDER = _facts("path", "<([^>]*)>"), _facts("order", r'"([0-9.]+)"\S*')


def style_of(settings: Settings) -> Style:
    """The prefixes that the ontology declares (`sh:declare`), and the order of the predicates in the shapes.

    A predicate comes where the first property shape with that `sh:path` does: by `sh:order`, then by file, by name, and
    in the brackets of a shape as they come.
    Raises UnreadableInput, and InvalidInput when one of these files has errors.
    """
    prefixes: dict[str, str] = {}
    shapes: list[bytes] = []
    for source in model_sources(settings):
        parsed = read_one(source, settings.limits.file_bytes)
        if has_errors(parsed.document.diagnostics):
            raise InvalidInput("style-source", path=source.name)
        if source.role is Role.SHAPES:
            shapes.append(parsed.document.ntriples)
        else:
            prefixes |= _declared(parsed.document.ntriples)
    return Style(PrefixMap(prefixes), _ranks(tuple(shapes)))


@lru_cache(maxsize=256)
def _declared(ntriples: bytes) -> Mapping[str, str]:
    namespaces = dict(_NAMESPACE.findall(ntriples))
    return {
        prefix.decode(): namespaces[subject].decode()
        for subject, prefix in _PREFIX.findall(ntriples)
        if subject in namespaces
    }


@lru_cache(maxsize=2)
def _ranks(shapes: tuple[bytes, ...]) -> Mapping[str, int]:
    """The rank of each predicate, which formatting the shapes does not change.

    Formatting sorts shapes by name; the brackets of one `sh:property` keep their order, and no others need to.
    """
    first: dict[bytes, tuple[float, int, bytes, int, bytes]] = {}
    for file, lines in enumerate(shapes):
        numbers = dict(_ORDER.findall(lines))
        places = {shape: (owner, place) for place, (owner, shape) in enumerate(_BRACKET.findall(lines))}
        for shape, path in _PATH.findall(lines):
            name = b"" if shape.startswith(b"_:") else shape
            key = (float(numbers.get(shape, _LAST)), file, *places.get(shape, (name, 0)), path)
            first[path] = min(first.get(path, key), key)
    return {path.decode(): rank for rank, path in enumerate(sorted(first, key=lambda path: first[path]))}
