"""What is asked, as an IRI; and the other ways a web address is written, for one not known as it was given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

from ..namespaces import PrefixMap

_ADDRESS = re.compile(r"(https?://)([^/?#]*)(.*)\Z", re.IGNORECASE | re.DOTALL)
_SCHEMES = ("https://", "http://")
_ENDS = ("", "/", ".git")
#: Addresses that two forms have, of hosts that give both.
_FORMS = (
    (re.compile(r"(www\.wikidata\.org)/wiki/(Q\d+)\Z"), r"\1/entity/\2"),
    (re.compile(r"(www\.wikidata\.org)/entity/(Q\d+)\Z"), r"\1/wiki/\2"),
    (re.compile(r"(www\.data\.gouv\.fr)/(?:fr|en|es)/(.+)\Z", re.DOTALL), r"\1/\2"),
    (re.compile(r"(www\.data\.gouv\.fr)/((?!(?:fr|en|es)/).+)\Z", re.DOTALL), r"\1/fr/\2"),
)


def expanded(text: str, base: str, prefixes: Mapping[str, str]) -> str:
    """The IRI of a prefixed name, where `id:` is `base` unless the graph says otherwise; any other text as it is."""
    named = None if "://" in text else PrefixMap({"id": base, **prefixes}).expand(text)
    return text if named is None else named


def spellings(iri: str) -> Iterator[str]:
    """The address as it is given, then its other spellings, those that differ least first.

    Its host in lower case; http for https and back; with a final slash, without; with `.git`, without, but for a host,
    which would be another; the other form that an address has at Wikidata and data.gouv.fr. Anything but a web address
    is itself.
    """
    yield iri
    found = _ADDRESS.match(iri)
    if found is None or not found[2]:
        return
    scheme, written = found[1], found[2].lower() + found[3]
    others = (form.expand(to) for pattern, to in _FORMS if (form := pattern.match(written.rstrip("/"))))
    ways = dict.fromkeys((*_ways(scheme, written), *(way for other in others for way in _ways(scheme, other))))
    yield from (way for way in ways if way != iri)


def _ways(scheme: str, written: str) -> Iterator[str]:
    """An address and its other schemes and ends."""
    ends = _ENDS if "/" in written.rstrip("/") else _ENDS[:2]
    end = next((each for each in ends[1:] if written.endswith(each)), "")
    stem = written.removesuffix(end)
    pairs = sorted(product(_SCHEMES, ends), key=lambda pair: ((pair[0] != scheme) + (pair[1] != end), pair[1] != end))
    return (each + stem + last for each, last in pairs)
