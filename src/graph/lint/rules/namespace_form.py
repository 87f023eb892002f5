"""PAS313: a known namespace is written as its authors write it."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context, unadorned
from ..page import Page
from ..rule import NOT_SHAPES, DocumentRule, Finding
from ..vocabularies import split, vocabulary


class NamespaceForm(DocumentRule):
    """`http` for `https` or the reverse, `www.` more, `/` for `#`: another IRI, so another term, that nothing defines.

    schema.org is the one most often met: the repository's prefixes say which form is its own.
    """

    code, name = "PAS313", "namespace-form"
    level = "error"
    roles = NOT_SHAPES

    def doubts_prefix(self, prefix: str, namespace: str, context: Context) -> bool:  # noqa: ARG002 - one signature
        """A namespace that is known in another form."""
        return _meant(namespace, context) is not None

    def doubts(self, iri: str, context: Context) -> bool:
        """A term whose namespace is known in another form."""
        namespace, name = split(iri)
        return bool(name) and _meant(namespace, context, name) is not None

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """The declaration of a prefix, for all names under it, and each IRI written in full."""
        for directive in page.document.directives:
            meant = _meant(directive.iri, context)
            if meant is not None:
                end = page.token(directive.iri_at).end
                about = {"namespace": directive.iri, "expected": meant}
                yield Finding("namespace-form", directive.iri_at, end, about, ((directive.iri_at, end, f"<{meant}>"),))
        for mention in page.iris:
            namespace, name = split(mention.iri)
            meant = _meant(namespace, context, name)
            if meant is not None and name and mention.token[0] == "<":
                about = {"namespace": namespace, "expected": meant}
                edit = (mention.start, mention.end, f"<{meant}{name}>")
                yield Finding("namespace-form", mention.start, mention.end, about, (edit,), value=mention.iri)


def _meant(namespace: str, context: Context, name: str = "") -> str | None:
    """The known form of a namespace that is written in another.

    Where the end differs, `…/ns/` may be a place beside `…/ns#`: the name has to be one of the vocabulary's.
    """
    meant = context.variants.get(unadorned(namespace))
    if meant is None or meant == namespace:
        return None
    known = vocabulary(meant)
    sure = meant[-1] == namespace[-1] or not name or (known is not None and name in known.terms)
    return meant if sure else None
