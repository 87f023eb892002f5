"""PAS305: no prefix is declared in vain."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import NOT_SHAPES, DocumentRule, Finding, Look

_COMMENT = re.compile(rb"# [^\r\n]*+")
_TWICE = 2  # its declaration, and a name


class Prefixes(DocumentRule):
    """A prefix that no name of the file uses; taking its declaration away changes no triple."""

    code, name, policy = "PAS305", "prefixes", True
    roles = NOT_SHAPES

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """A declaration repeated, a name that nothing says again, or that only a comment may say.

        A name that only a literal says passes for one: to read every literal would cost more than it finds.
        """
        text, prefixes = look.text, look.facts.prefixes
        if look.declarations > len(prefixes):
            return True
        comments = b"".join(_COMMENT.findall(text)) if b"# " in text else b""
        for prefix, namespace in prefixes.items():
            name = prefix.encode() + b":"
            spaced = b" " + name
            if text.find(spaced, text.find(spaced) + 1) < 0 and b"^^" + name not in text:
                if text.count(name) < _TWICE or b"<" + namespace.encode() not in look.ntriples:
                    return True
            elif comments and name in comments:
                return True
        return False

    def check(self, page: Page, context: Context) -> Iterator[Finding]:  # noqa: ARG002 - one signature
        """Each declaration of a prefix that names nothing."""
        directives = [directive for directive in page.document.directives if directive.prefix is not None]
        starts = {directive.start: directive.end for directive in directives}
        used, end = set(), -1
        for token in page.tokens:
            end = starts.get(token.start, end)
            if token.kind == "name" and token.start > end:
                used.add(token.text.partition(":")[0])
        for directive in directives:
            if directive.prefix not in used:
                about = {"prefix": directive.prefix, "namespace": directive.iri}
                edit = (*page.line(directive.start, directive.end), "")
                yield Finding("unused-prefix", directive.start, directive.end, about, (edit,))
