"""Keys: the values that tell things apart, written one way whatever the spelling, so that equal means the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice, product
from sys import intern
from typing import NamedTuple

from ..namespaces import RDF, SKOS
from .axioms import Axioms
from .statements import bare, said

_WEB = re.compile(
    r"(?:(?:git\+)?(?:https?|git|ssh)://(?:[^/@]*@)?(?:www\.)?|git@)([^/:?#]+)(?::(?:80|443)(?![0-9])|:(?=/))?[:/]?(.*)",
    re.IGNORECASE,
)
_SPACING = re.compile(r"[\W_]+")
_COMBINATIONS = 64  # of the values of one thing, more tell nothing more
_TYPE, _NOTATION, _AGENCY = (
    name.encode() for name in (RDF + "type", SKOS + "notation", "http://www.w3.org/ns/adms#schemeAgency")
)


class Keyed(NamedTuple):
    """A thing and what tells it apart: `value` is comparable; `object` is the N-Triples of the first property's."""

    subject: str
    properties: tuple[str, ...]
    value: str
    object: str


#: Of each subject, its values of one property: as they compare, and as they are written.
Column = dict[bytes, list[tuple[str, str]]]


def keyed(
    ntriples: bytes, found: AbstractSet[bytes], axioms: Axioms, types: Mapping[bytes, Sequence[str]]
) -> Iterator[Keyed]:
    """What each key says of the things of one file; `found` are the predicates it may hold, `types` their classes.

    A statement told as a record (subject, property, object) is the same the other way round where its property is
    symmetric.
    """
    asked = [(key, names) for key, names in axioms.asked if found.issuperset(names)]
    met = {name for names in types.values() for name in names} if asked else set()
    asked = [(key, names) for key, names in asked if not key.classes or not key.classes.isdisjoint(met)]
    if not asked:
        return
    notations = _notations(ntriples) if _NOTATION in found else {}
    columns = {name: _column(ntriples, name, notations) for name in {name for _, names in asked for name in names}}
    for key, names in asked:
        first, *others = (columns[name] for name in names)
        for subject, values in first.items():
            if not subject.startswith(b"<") or (key.classes and key.classes.isdisjoint(types.get(subject, ()))):
                continue
            name, rest = bare(subject), [column.get(subject, ()) for column in others]
            for terms in islice(product(values, *rest), _COMBINATIONS):
                compared = [value for value, _ in terms]
                if any(term[1:-1] in axioms.symmetric for _, term in terms):
                    compared.sort()
                yield Keyed(name, key.properties, "\n".join(compared), terms[0][1])


def _column(ntriples: bytes, name: bytes, notations: dict[bytes, list[str]]) -> Column:
    column: Column = {}
    for subject, term in said(ntriples, name):
        values = column.setdefault(subject, [])
        written = term.decode()
        values += [(value, written) for value in notations.get(term) or (normalised(bare(term)),)]
    return column


def _notations(ntriples: bytes) -> dict[bytes, list[str]]:
    """Of what has a notation, each with the agency that gave it: two identifiers that agree on both are one."""
    agencies: dict[bytes, str] = {}
    for subject, term in said(ntriples, _AGENCY):
        agencies[subject] = agencies.get(subject, "") + normalised(bare(term))
    notations: dict[bytes, list[str]] = {}
    for subject, term in said(ntriples, _NOTATION):
        notations.setdefault(subject, []).append(normalised(bare(term)) + agencies.get(subject, ""))
    return notations


def classes(ntriples: bytes) -> dict[bytes, tuple[str, ...]]:
    """The classes of each subject that has any, in order."""
    types: dict[bytes, tuple[str, ...]] = {}
    for subject, term in said(ntriples, _TYPE):
        types[subject] = (*types.get(subject, ()), intern(bare(term)))
    return types


def normalised(term: str) -> str:
    """An IRI or a literal of N-Triples as it compares: an address by where it leads, a text by its letters and digits.

    `https://www.Example.org/app.git/` and `http://example.org/app` are one address; `L’Agence` and `l'agence` one text.
    """
    literal = term.startswith('"')
    text = _unescaped(term[1 : term.rindex('"')]) if literal else term
    address = _WEB.match(text) if "://" in text or "@" in text else None
    if address is not None:
        path = address[2].removesuffix("#").rstrip("/").removesuffix(".git")
        return f"{address[1].casefold()}/{path}"
    if not literal:
        return text
    folded = text.casefold()
    return _SPACING.sub("", folded if folded.isascii() else unicodedata.normalize("NFKD", folded)) or text


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", re.sub(r"\\[tnr]", " ", text)) if "\\" in text else text
