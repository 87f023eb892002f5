"""What a term or a thing is, in the reader's language, as Markdown."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ..texts import say
from .index import DOMAIN, RANGE, SUPER, TYPE
from .workspace import Page, address

_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#+!|~-]")
_SHOWN = 5  # of the classes or files that a line names


def about(page: Page, iri: str, language: str) -> str | None:
    """The label, the definition, what it is, where it is described; None when nothing is known of it."""
    index = page.index
    if iri not in index.described and not index.predicates[iri]:
        return None
    label = index.label(iri, language)
    name = page.written(iri)[0]
    head = f"**{_escaped(label)}** · `{name}`" if label else f"`{name}`"
    definition = index.definition(iri, language)
    lines = list(_lines(page, iri, language))
    return "\n\n".join(part for part in (head, _escaped(definition or ""), "\n".join(lines)) if part)


def _lines(page: Page, iri: str, language: str) -> Iterator[str]:
    """A line for its types, the classes above, its domain, its range, and the files that describe it."""
    for key, predicate in _RELATIONS.items():
        found = page.index.linked(iri, predicate)[:_SHOWN]
        if found:
            named = ", ".join(_named(page, one, language) for one in found)
            yield f"- {say(language, key)} {named}"
    files = {one.source.name: one.source for one in page.index.described.get(iri, ())}
    links = [f"[{_escaped(name)}]({address(os.path.realpath(source.path))})" for name, source in sorted(files.items())]
    if links:
        yield f"- {say(language, 'lsp.described-in')} {', '.join(links[:_SHOWN])}"


def _named(page: Page, iri: str, language: str) -> str:
    label = page.index.label(iri, language)
    name = page.written(iri)[0]
    return f"{_escaped(label)} (`{name}`)" if label else f"`{name}`"


def _escaped(text: str) -> str:
    """A text as text: what the files say is never markup."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))


_RELATIONS = {"lsp.type": TYPE, "lsp.below": SUPER, "lsp.domain": DOMAIN, "lsp.range": RANGE}
