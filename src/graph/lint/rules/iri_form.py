"""PAS322: an IRI is well written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import NOT_SHAPES, DocumentRule, Finding

_WEB = re.compile(r"([A-Za-z]+)://([^/?#]*)([^?#]*)([?#].*)?\Z", re.DOTALL)
_PORTS = {"http": ":80", "https": ":443"}
_OWN = re.compile(r"[^?#%\s]*\Z")


class IriForm(DocumentRule):
    """An address is written the way that the standards call normal.

    Not in capitals for the scheme and the host; without the scheme's own port, two slashes in a row, an encoded space
    at an end; in an IRI of this graph, without a query, an encoded character or a slash at the end.

    Scheme, host and port are mended: the address stays the same (RFC 3986, section 6.2).
    """

    code, name = "PAS322", "iri-form"
    roles = NOT_SHAPES

    def doubts(self, iri: str, context: Context) -> bool:
        """Any of the faults."""
        return bool(_fault(iri, context))

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each place where such an IRI is written in full, and names under the graph's base."""
        for mention in page.iris:
            fault = _fault(mention.iri, context)
            if fault and (mention.token[0] == "<" or mention.iri.startswith(context.settings.graph.base)):
                right = _same(mention.iri)
                edits = ()
                if right != mention.iri and mention.token[0] == "<":
                    edits = ((mention.start, mention.end, f"<{right}>"),)
                about = {"iri": mention.iri, "expected": right}
                yield Finding(fault, mention.start, mention.end, about, edits, value=mention.iri)


def _fault(iri: str, context: Context) -> str:
    found = _WEB.match(iri)
    if found is None:
        return ""
    if _same(iri) != iri:
        return "iri-host"
    path = found[3]
    base = context.settings.graph.base
    if iri.startswith(base) and (not _OWN.match(iri) or (iri.endswith("/") and iri != base)):
        return "iri-own"
    if "//" in path and "://" not in path and ":/" not in path:  # an archive holds whole addresses
        return "iri-slashes"
    return "iri-space" if iri.endswith(("%20", "%0A", "%0a")) or path.startswith("/%20") else ""


def _same(iri: str) -> str:
    """The same address, its scheme and host in small letters, without a port it does not need."""
    found = _WEB.match(iri)
    if found is None or found[1].lower() not in _PORTS:
        return iri
    scheme, (user, at, host) = found[1].lower(), found[2].rpartition("@")
    return f"{scheme}://{user}{at}{host.lower().removesuffix(_PORTS[scheme])}{found[3]}{found[4] or ''}"
