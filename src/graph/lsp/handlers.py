"""What the client tells and asks (LSP 3.17), and who answers it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from ..config import FILE_NAME
from ..style import style_of
from ..texts import LANGUAGES, say
from ..turtle.format import format_turtle
from . import completion, fixes, places
from .hover import about
from .text import Text
from .workspace import Page, Repository, real_path

if TYPE_CHECKING:
    from .server import Server

Handler = Callable[["Server", Any], Any]
#: Who answers each method, and what is told of it at the beginning.
HANDLERS: dict[str, tuple[Handler, object]] = {}


def _handles(method: str, options: object = None) -> Callable[[Handler], Handler]:
    """Have a function answer a method of the protocol."""

    def register(handler: Handler) -> Handler:
        HANDLERS[method] = handler, options
        return handler

    return register


# --- the life of the server


@_handles(lsp.INITIALIZE)
def _initialize(server: Server, asked: lsp.InitializeParams) -> None:
    locale = (asked.locale or "")[:2].lower()
    server.language = server.checks.language = locale if locale in LANGUAGES else server.language
    server.work.encoding = server.workspace.position_encoding


@_handles(lsp.INITIALIZED)
def _initialized(server: Server, _: lsp.InitializedParams) -> None:
    folders = [real_path(folder.uri) for folder in server.workspace.folders.values()]
    folders = folders or [Path(server.workspace.root_path) if server.workspace.root_path else None]
    for folder in folders:
        server.index(server.work.repository(folder / FILE_NAME if folder else None))
    workspace = server.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace else None
    if watched is not None and watched.dynamic_registration:
        watchers = [lsp.FileSystemWatcher(f"**/{pattern}") for pattern in ("*.ttl", FILE_NAME)]
        options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
        registered = lsp.Registration("files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        server.client_register_capability(lsp.RegistrationParams([registered]))


@_handles(lsp.SHUTDOWN)
def _shutdown(server: Server, _: object) -> None:
    server.asked_to_stop = True
    server.checks.stop()
    server.readers.stop()


# --- texts and files


@_handles(lsp.TEXT_DOCUMENT_DID_OPEN)
def _opened(server: Server, told: lsp.DidOpenTextDocumentParams) -> None:
    document = told.text_document
    if document.language_id == "turtle" or document.uri.endswith(".ttl"):
        text = Text(document.text, server.work.encoding)
        server.show(server.work.open(document.uri, document.version, text))


@_handles(lsp.TEXT_DOCUMENT_DID_CHANGE)
def _changed(server: Server, told: lsp.DidChangeTextDocumentParams) -> None:
    page = server.work.pages.get(told.text_document.uri)
    if page is None:
        return
    text = page.text
    for change in told.content_changes:
        text = text.edited(getattr(change, "range", None), change.text)
    server.work.pages[page.uri] = page = page.edited(told.text_document.version, text)
    server.show(page)


@_handles(lsp.TEXT_DOCUMENT_DID_CLOSE)
def _closed(server: Server, told: lsp.DidCloseTextDocumentParams) -> None:
    if server.work.pages.pop(told.text_document.uri, None) is not None:
        server.checks.closed(told.text_document.uri)


@_handles(lsp.TEXT_DOCUMENT_DID_SAVE)
def _saved(server: Server, told: lsp.DidSaveTextDocumentParams) -> None:
    path = real_path(told.text_document.uri)
    if path is not None:
        _reread(server, [path])


@_handles(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
def _files_changed(server: Server, told: lsp.DidChangeWatchedFilesParams) -> None:
    paths = [path for change in told.changes if (path := real_path(change.uri)) is not None]
    _reread(server, paths)


def _reread(server: Server, paths: list[Path]) -> None:
    """Read files again, in each repository; where settings changed, came or went, each page looks for its own anew."""
    configured = {path.parent for path in paths if path.name == FILE_NAME}
    for folder in configured:
        server.work.repositories.pop(folder, None)
    for page in list(server.work.pages.values()) if configured else ():
        server.show(server.work.open(page.uri, page.version, page.text))

    async def read(repository: Repository) -> None:
        await server.readers.some(repository, paths)
        server.renew(repository)

    for repository in server.work.repositories.values():
        server.aside(read(repository))


# --- questions about a text


def _pointed(
    server: Server, asked: lsp.TextDocumentPositionParams
) -> tuple[Page, str, lsp.Range] | tuple[None, None, None]:
    """The page, the IRI that is named at the position in it, and where."""
    page = server.page(asked.text_document.uri)
    found = page.named(page.text.offset(asked.position)) if page else None
    return (page, *found) if page and found else (None, None, None)


@_handles(lsp.TEXT_DOCUMENT_HOVER)
def _hover(server: Server, asked: lsp.HoverParams) -> lsp.Hover | None:
    page, iri, where = _pointed(server, asked)
    said = about(page, iri, server.language) if page else None
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, said), where) if said else None


@_handles(
    lsp.TEXT_DOCUMENT_COMPLETION,
    lsp.CompletionOptions(trigger_characters=list(completion.TRIGGERS), resolve_provider=True),
)
def _complete(server: Server, asked: lsp.CompletionParams) -> lsp.CompletionList | None:
    page = server.page(asked.text_document.uri)
    return completion.complete(page, page.text.offset(asked.position), server.language) if page else None


@_handles(lsp.COMPLETION_ITEM_RESOLVE)
def _resolve(server: Server, item: lsp.CompletionItem) -> lsp.CompletionItem:
    data = item.data if isinstance(item.data, dict) else {}
    page = server.page(data.get("uri", ""))
    said = about(page, data["iri"], server.language) if page else None
    if said:
        item.documentation = lsp.MarkupContent(lsp.MarkupKind.Markdown, said)
    return item


@_handles(
    lsp.TEXT_DOCUMENT_CODE_ACTION,
    lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.SourceFixAll]),
)
def _actions(server: Server, asked: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
    page = server.page(asked.text_document.uri)
    return list(fixes.actions(page, server.checks.shown(page), asked, server.language)) if page else None


@_handles(lsp.TEXT_DOCUMENT_FORMATTING)
def _format(server: Server, asked: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
    page = server.page(asked.text_document.uri)
    if page is None or page.turtle is None or page.turtle.diagnostics:
        return None
    style = style_of(page.repository.settings)
    return page.text.becoming(format_turtle(page.text.text, style, path=page.source.name, base=page.source.graph))


@_handles(lsp.TEXT_DOCUMENT_DEFINITION)
def _definition(server: Server, asked: lsp.DefinitionParams) -> list[lsp.Location] | None:
    page, iri, _ = _pointed(server, asked)
    return places.described(server.work, page.repository, iri) if page else None


@_handles(lsp.TEXT_DOCUMENT_REFERENCES)
def _references(server: Server, asked: lsp.ReferenceParams) -> list[lsp.Location] | None:
    page, iri, _ = _pointed(server, asked)
    if page is None:
        return None
    described_too = asked.context.include_declaration
    files = places.mentioning(server.work, page.repository, iri, described_too=described_too)
    if len(files) > places.MOST_FILES:
        sentence = say(server.language, "lsp.many-mentions", count=len(files), limit=places.MOST_FILES)
        server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, sentence))
    pages = (server.work.reading(page.repository, path) for path in files[: places.MOST_FILES])
    return [place for one in pages if one for place in places.mentioned(one, iri, described_too=described_too)]


@_handles(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
def _symbols(server: Server, asked: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol] | None:
    page = server.page(asked.text_document.uri)
    return places.symbols(page, server.language) if page else None


@_handles(lsp.WORKSPACE_SYMBOL)
def _sought(server: Server, asked: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol]:
    return list(places.sought(server.work, asked.query, server.language))
