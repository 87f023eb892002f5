"""What a writer meant by a prefix nothing declares: a known one, a near one, or the scheme of an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

_NEAR_AMONG = 1_000  # with more prefixes than these, none is suggested
_SURE, _LIKELY = 0.85, 0.5  # how near one known must be, and one that the file declares
_BARE_IRI = re.compile(r"//[^\s<>\"]*+")
_REACH = 4096
_SCHEMES = ("http", "https", "ftp", "file")


def undeclared(prefix: str, declared: Mapping[str, str], known: Mapping[str, str]) -> tuple[str, dict[str, object]]:
    """What to say of a prefix nothing declares: the line to add where it is known, else the nearest there is."""
    parameters: dict[str, object] = {"prefix": prefix}
    if prefix in known:
        return "undeclared-prefix-known", parameters | {"declaration": f"@prefix {prefix}: <{known[prefix]}> ."}
    if len(declared) <= _NEAR_AMONG:
        either = [*declared, *(one for one in known if one not in declared)]
        near = get_close_matches(prefix, either, n=1, cutoff=_SURE) or get_close_matches(
            prefix, declared, n=1, cutoff=_LIKELY
        )
        if near and near[0] in declared:
            return "undeclared-prefix-near", parameters | {"near": near[0]}
        if near:
            declaration = f"@prefix {near[0]}: <{known[near[0]]}> ."
            return "undeclared-prefix-near-known", parameters | {"near": near[0], "declaration": declaration}
    return "undeclared-prefix", parameters | {"declaration": f"@prefix {prefix}: <…> ."}


def bare_iri(text: str, at: int, piece: str) -> int | None:
    """Where an address written without angle brackets ends, when the name at `at` is its scheme; else None."""
    if not piece.endswith(":") or piece[:-1].lower() not in _SCHEMES:
        return None
    found = _BARE_IRI.match(text, at + len(piece), at + _REACH)
    if found is None:
        return None
    end = found.end()
    while text[end - 1] in ".;,)]" and end > at + len(piece):
        end -= 1
    return end
