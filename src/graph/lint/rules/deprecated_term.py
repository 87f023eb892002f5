"""PAS312: a term of a known vocabulary that its authors replaced."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import NOT_SHAPES, DocumentRule, Finding
from ..vocabularies import split, vocabulary


class DeprecatedTerm(DocumentRule):
    """A term whose vocabulary says what to write instead; what the repository deprecates itself is PAS207's.

    Mended where both mean the same whatever the value (`deprecated` in the list); a term of `see` asks for thought:
    `dc:creator` may hold a name, `dct:creator` holds an agent.
    """

    code, name = "PAS312", "deprecated-term"
    echoes = True
    roles = NOT_SHAPES

    def doubts(self, iri: str, context: Context) -> bool:  # noqa: ARG002 - one signature
        """A name its list says is replaced."""
        return bool(_replacement(iri)[0])

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each place where it is written."""
        for mention in page.iris:
            instead, same = _replacement(mention.iri)
            if instead:
                about = {"term": context.short(mention.iri), "instead": context.short(instead)}
                namespace, name = split(instead)
                prefix = page.prefix(namespace, mention.start)
                written = mention.written(instead, split(mention.iri)[0])
                if written[0] == "<" and mention.token[0] != "<" and prefix is not None:
                    written = f"{prefix}:{name}"
                edits = ((mention.start, mention.end, written),) if same else ()
                yield Finding("deprecated-term", mention.start, mention.end, about, edits, value=mention.iri)


def _replacement(iri: str) -> tuple[str, bool]:
    """What is written today, nothing when the term is in use; whether it means the same."""
    namespace, name = split(iri)
    known = vocabulary(namespace)
    if known is None:
        return "", False
    return known.deprecated.get(name) or known.see.get(name, ""), name in known.deprecated
