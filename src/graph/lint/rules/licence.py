"""PAS326: a licence is one of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...licenses.addresses import identifier
from ...namespaces import STANDARD
from ..context import Context
from ..page import Mention, Page
from ..rule import DATA, DocumentRule, Finding, Look
from ..vocabularies import licences

_PROPERTIES = {STANDARD[prefix] + "license" for prefix in ("dct", "cc", "schema", "doap")}
_VALUE = re.compile(rb"license> <([^>]*)> \.\n")
_LENGTH = 60  # of an identifier that is worth looking for
_EUROPE = "http://publications.europa.eu/resource/authority/licence/"


class Licence(DocumentRule):
    """A licence is named by the IRI of one the graph describes, else `http://spdx.org/licenses/` and its identifier.

    The list of SPDX is pinned (`lint/vocabularies/spdx-licences.toml`). Other spellings of an SPDX address are mended;
    an address that a licence of the graph gives as its own leads to that licence.
    """

    code, name = "PAS326", "licence"
    roles = DATA

    def suspects(self, look: Look, context: Context) -> bool:
        """A licence that is neither of the graph nor of the list."""
        if b"icense" not in look.text:
            return False
        return any(_wrong(iri.decode(), context) for iri in _VALUE.findall(look.ntriples))

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each such object."""
        for mention in page.iris:
            if mention.triple.predicate[1:-1] in _PROPERTIES and mention.start == page.object_start(mention.triple):
                finding = _finding(mention, context)
                if finding is not None:
                    yield finding


def _wrong(iri: str, context: Context) -> bool:
    known = licences()
    name = iri.removeprefix(known.namespace)
    in_list = name != iri and name in known.terms and name not in known.deprecated
    return not (in_list or iri.startswith((context.settings.graph.base, _EUROPE)))


def _finding(mention: Mention, context: Context) -> Finding | None:
    from difflib import get_close_matches

    iri, known = mention.iri, licences()
    if not _wrong(iri, context) or iri in context.licences.values():
        return None
    place, about = (mention.start, mention.end), {"iri": iri}
    asked = identifier(iri)
    name = next((term for term in known.terms if term.lower() == asked.lower()), "")
    ours = context.licences.get(iri) or context.licences.get(known.namespace + name)
    if ours:
        return Finding("licence-ours", *place, about | {"near": ours}, ((*place, f"<{ours}>"),), value=iri)
    if name in known.deprecated:
        later = name.endswith("+")
        now = (f"{name.removesuffix('+')}-or-later",) if later else (f"{name}-only", f"{name}-or-later")
        near = ", ".join(term for term in now if term in known.terms)
        return Finding("licence-deprecated", *place, about | {"near": near or "https://spdx.org/licenses/"}, value=iri)
    if name:
        right = known.namespace + name
        return Finding("licence-form", *place, about | {"expected": right}, ((*place, f"<{right}>"),), value=iri)
    near = (
        get_close_matches(asked, sorted(known.terms - known.deprecated.keys()), n=1, cutoff=0.6)
        if 0 < len(asked) < _LENGTH
        else []
    )
    if near:
        return Finding("licence-near", *place, about | {"near": known.namespace + near[0]}, value=iri)
    return Finding("licence", *place, about, value=iri)
