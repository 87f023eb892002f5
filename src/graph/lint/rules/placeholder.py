"""PAS324: nothing is left to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import DATA, DocumentRule, Finding, Look, Test
from ..vocabularies import placeholders

_HOST = re.compile(r"(?:.*\.)?(?:example\.(?:com|net|org|edu)|example|invalid|localhost)\Z")


class Placeholder(DocumentRule):
    """`TODO`, *lorem ipsum*, a text that says only that it is to be written, an IRI of `example.org` (RFC 2606).

    The words are in `lint/vocabularies/placeholders.toml`. A graph whose own base is an example may name examples.
    """

    code, name = "PAS324", "placeholder"
    roles = DATA

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """One of the words, in a literal or not."""
        signs, inside, _ = placeholders()
        return any(sign in look.text for sign in signs) and inside.search(look.ntriples) is not None

    def test(self, prop: str, suffix: str, context: Context) -> Test | None:  # noqa: ARG002 - one signature
        """Nothing but one of the words."""
        return None if suffix.startswith("http") else placeholders()[2].match

    def doubts(self, iri: str, context: Context) -> bool:
        """A host that is reserved for examples."""
        return _example(iri, context)

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Literals, then IRIs."""
        _, inside, whole = placeholders()
        for literal in page.literals:
            lexical = literal.value.encode()
            found = whole.match(lexical) or inside.search(lexical)
            if found:
                yield page.about(literal, "placeholder", {"found": found[0].decode().strip()})
        for mention in page.iris:
            if _example(mention.iri, context):
                yield Finding("placeholder-iri", mention.start, mention.end, {"iri": mention.iri}, value=mention.iri)


def _example(iri: str, context: Context) -> bool:
    if "example" not in iri and "invalid" not in iri and "localhost" not in iri:
        return False
    from urllib.parse import urlsplit

    own = context.settings.graph
    try:
        host = urlsplit(iri).hostname or ""
        ours = {urlsplit(base).hostname for base in (own.base, own.graph_base)}
    except ValueError:
        return False
    return _HOST.match(host) is not None and host not in ours
