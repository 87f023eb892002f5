"""PAS335: an IRI names, or leads to a page; it runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...namespaces import DCAT, DCT, FOAF, STANDARD
from ..context import Context
from ..page import Mention, Page
from ..rule import NOT_SHAPES, DocumentRule, Finding

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_WEB = ("http", "https")
#: What a browser runs or takes for content in the place of an address, and what is on one machine alone.
_ACTING = frozenset({"about", "blob", "chrome", "data", "file", "filesystem", "javascript", "vbscript", "view-source"})
_PAGES = frozenset(
    f"<{iri}>"
    for iri in (
        *(FOAF + name for name in ("page", "homepage", "isPrimaryTopicOf")),
        *(DCAT + name for name in ("landingPage", "accessURL", "downloadURL", "endpointURL")),
        *(STANDARD["schema"] + name for name in ("url", "sameAs", "codeRepository", "contentUrl", "discussionUrl")),
    )
)
_SOURCE, _NAMES = f"<{DCT}source>", (*_WEB, "urn")


class IriScheme(DocumentRule):
    """`javascript:`, `data:`, `file:` and their like: who follows such a link runs it, or finds nothing.

    Where a page is meant (`foaf:page`, `dcat:landingPage`, `schema:url`…), only `http:` and `https:`; for `dct:source`,
    `urn:` too, which names what is nowhere on the web. Elsewhere any other scheme may stay: `mailto:`, `tel:`, `urn:`.
    """

    code, name = "PAS335", "iri-scheme"
    level = "error"
    roles = NOT_SHAPES

    def doubts(self, iri: str, context: Context) -> bool:  # noqa: ARG002 - one signature
        """Any scheme but those of the web: what it is given to decides."""
        return _scheme(iri) not in _WEB

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each place where such an IRI is written."""
        for mention in page.iris:
            scheme = _scheme(mention.iri)
            expected = _expected(mention)
            if scheme in _ACTING or (expected and scheme not in expected):
                about = {"iri": mention.iri[:200], "property": context.short(mention.triple.predicate[1:-1])}
                key = "iri-scheme-page" if expected else "iri-scheme"
                triple = mention.triple
                yield Finding(
                    key,
                    mention.start,
                    mention.end,
                    about,
                    focus=triple.subject.strip("<>"),
                    property=triple.predicate[1:-1],
                    value=mention.iri,
                )


def _scheme(iri: str) -> str:
    found = _SCHEME.match(iri)
    return found[1].lower() if found else ""


def _expected(mention: Mention) -> tuple[str, ...]:
    """The schemes that an object may have where its property leads to a page; none where it may have any."""
    triple = mention.triple
    if triple.object != f"<{mention.iri}>":
        return ()
    return _WEB if triple.predicate in _PAGES else _NAMES if triple.predicate == _SOURCE else ()
