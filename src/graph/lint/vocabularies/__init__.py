"""Lists of terms, pinned: each vocabulary is one TOML file beside this module, read when one of its terms is met.

`namespace`, `source` (which publication), `terms`, `deprecated` (a term, and the one that means the same) and `see` (a
term, and the one that is used today, of a slightly different meaning).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ...namespaces import STANDARD

#: The file of each namespace, known without opening any.
NAMESPACES: Mapping[str, str] = {space: name for name, space in STANDARD.items()}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms of a namespace, by their local names."""

    namespace: str
    source: str
    terms: frozenset[str]
    deprecated: Mapping[str, str]
    see: Mapping[str, str]


def vocabulary(namespace: str) -> Vocabulary | None:
    """The vocabulary of a namespace; None for one that is not pinned."""
    name = NAMESPACES.get(namespace)
    return _vocabulary(name) if name else None


@cache
def _vocabulary(name: str) -> Vocabulary:
    said = _read(name)
    terms = frozenset(said["terms"].split())
    return Vocabulary(said["namespace"], said["source"], terms, said.get("deprecated", {}), said.get("see", {}))


@cache
def licences() -> Vocabulary:
    """The SPDX licence list; a deprecated identifier has no one replacement, so it stands for itself."""
    said = _read("spdx-licences")
    old = said["deprecated-terms"].split()
    terms = frozenset((*said["terms"].split(), *old))
    return Vocabulary(said["namespace"], said["source"], terms, dict.fromkeys(old, ""), {})


@cache
def languages() -> tuple[frozenset[str], Mapping[str, str]]:
    """The two-letter codes of languages, and what is often written in their place."""
    said = _read("languages")
    return frozenset(said["codes"].split()), said["written"]


@cache
def first_names() -> frozenset[str]:
    """Common first names, as an e-mail address writes them."""
    return frozenset(_read("first-names")["names"].split())


def split(iri: str) -> tuple[str, str]:
    """The namespace of an IRI, with the `#` or `/` that ends it, and the name after it."""
    at = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:at], iri[at:]


def _read(name: str) -> dict:
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@cache
def placeholders() -> tuple[tuple[bytes, ...], re.Pattern[bytes], re.Pattern[bytes]]:
    """What stands anywhere in a text that is to be written (its signs, then itself), what such a text is as a whole."""
    said = _read("placeholders")
    inside, whole = re.compile(said["inside"].encode()), re.compile(said["whole"].encode(), re.IGNORECASE)
    return tuple(sign.encode() for sign in said["signs"]), inside, whole
