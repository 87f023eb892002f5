"""Where a term or a thing is described, where it is mentioned, what a page and a repository hold."""

from __future__ import annotations

import os
from collections.abc import Iterator

from lsprotocol import types as lsp

from ..turtle.document import read_about
from ..turtle.lexer import TOKEN
from .index import TYPE
from .workspace import Page, Repository, Workspace, address

MOST_FILES = 1000
MOST_SYMBOLS = 200


def described(workspace: Workspace, repository: Repository, iri: str) -> list[lsp.Location]:
    """Where files describe an IRI: its token as a subject, first in the files that say what type it has."""
    found = sorted(
        repository.index.described.get(iri, ()), key=lambda one: all(predicate != TYPE for predicate, _ in one.facts)
    )
    places = []
    for one in found:
        page = workspace.reading(repository, os.path.realpath(one.source.path))
        if page is None:
            continue
        text, subject = page.text.text, f"<{iri}>"
        document = read_about(text, {subject}, path=one.source.name, base=one.source.graph)
        places += [_location(page, row.subject_at) for row in document.find(subject)[:1]]
    return places


def mentioning(workspace: Workspace, repository: Repository, iri: str, *, described_too: bool) -> list[str]:
    """The real paths of the files that mention an IRI, as a predicate or an object; as a subject too when asked."""
    index = repository.index
    files = set(index.mentions.get(iri, ()))
    if described_too:
        files |= {os.path.realpath(one.source.path) for one in index.described.get(iri, ())}
    return sorted(files | {str(page.path) for page in workspace.of(repository) if _names(page, iri)})


def mentioned(page: Page, iri: str, *, described_too: bool) -> Iterator[lsp.Location]:
    """Where a page mentions an IRI."""
    return (_location(page, at) for at in _offsets(page, iri, described_too=described_too))


def symbols(page: Page, language: str) -> list[lsp.DocumentSymbol]:
    """The subjects of a page, each over its statement."""
    found = []
    for statement in page.turtle.statements if page.turtle else ():
        rows = page.turtle.rows[statement.first : statement.last]
        about = next((row for row in rows if row[3] == statement.start), None)
        if about is None:
            continue
        subject = about[0].strip("<>")
        types = [row[2][1:-1] for row in rows if row[3] == statement.start and row[1] == f"<{TYPE}>"]
        token = _location(page, statement.start).range
        found.append(
            lsp.DocumentSymbol(
                name=page.written(subject)[0] if about[0][0] == "<" else _shown(page, statement.start),
                detail=", ".join(page.index.label(name, language) or page.written(name)[0] for name in types),
                kind=_kind(page.repository, subject),
                range=page.text.range(statement.start, statement.end),
                selection_range=token,
            )
        )
    return found


def sought(workspace: Workspace, words: str, language: str) -> Iterator[lsp.WorkspaceSymbol]:
    """What the open repositories describe under some words."""
    for repository in workspace.repositories.values():
        for iri in repository.index.search(words, MOST_SYMBOLS, lambda _: True):
            one = repository.index.described[iri][0]
            yield lsp.WorkspaceSymbol(
                name=repository.index.label(iri, language) or iri,
                kind=_kind(repository, iri),
                location=lsp.LocationUriOnly(address(os.path.realpath(one.source.path))),
                container_name=one.source.name,
            )


def _kind(repository: Repository, iri: str) -> lsp.SymbolKind:
    if repository.index.is_class(iri):
        return lsp.SymbolKind.Class
    return lsp.SymbolKind.Property if repository.index.is_property(iri) else lsp.SymbolKind.Object


def _names(page: Page, iri: str) -> bool:
    return page.turtle is not None and any(f"<{iri}>" in row[:3] for row in page.turtle.rows)


def _offsets(page: Page, iri: str, *, described_too: bool) -> list[int]:
    term = f"<{iri}>"
    found: set[int] = set()
    for row in page.turtle.rows if page.turtle else ():
        found.update(at for value, at in zip(row[1:3], row[4:], strict=True) if value == term)
        if described_too and row[0] == term:
            found.add(row[3])
    return sorted(found)


def _shown(page: Page, at: int) -> str:
    """A blank node as it is written: its label, or the brackets it opens."""
    token = TOKEN.match(page.text.text, at)
    return {"[": "[]", "(": "()"}.get(token[1], token[1]) if token else ""


def _location(page: Page, at: int) -> lsp.Location:
    token = TOKEN.match(page.text.text, at)
    return lsp.Location(page.uri, page.text.range(at, token.end() if token else at))
