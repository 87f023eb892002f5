"""The server of one client: what it holds, what it runs aside, and what it says when something goes wrong."""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcMethodNotFound
from pygls.lsp.server import LanguageServer

from .. import __version__
from ..errors import PasserellesError
from ..texts import say
from .checks import Checks
from .handlers import HANDLERS, Handler
from .reading import Readers
from .workspace import Page, Repository, Workspace

_OWN = (lsp.TEXT_DOCUMENT_DID_OPEN, lsp.TEXT_DOCUMENT_DID_CHANGE, lsp.TEXT_DOCUMENT_DID_CLOSE)
_TURN_SECONDS = 0.0005  # what reads files gives way ten times sooner than by default: the editor is answered first


def serve(repo: Path | None, language: str) -> int:
    """Serve one client on standard input and output until it leaves; the exit status it is owed."""
    server = Server(repo, language)
    sys.setswitchinterval(_TURN_SECONDS)
    server.start_io()
    server.stop()
    return 0 if server.asked_to_stop else 1


class Server(LanguageServer):
    """The server of one client. Texts are kept by us: those of pygls end lines where LSP does not."""

    def __init__(self, repo: Path | None, language: str) -> None:
        super().__init__("passerelles", __version__)
        logging.getLogger("pygls").addHandler(logging.NullHandler())  # failures are told by `failed`, in a sentence
        self.language = language
        self.asked_to_stop = False
        self.work = Workspace(repo)
        self.pool = ThreadPoolExecutor(2, "passerelles")
        self.readers = Readers(self.pool, self.failed)
        self.checks = Checks(self.work, self.pool, self.publish, self.failed)
        self._tasks: set[asyncio.Task[None]] = set()
        for method in _OWN:
            del self.protocol.fm.builtin_features[method]
        for method, (handler, options) in HANDLERS.items():
            self.feature(method, options)(self._guarded(handler))

    def page(self, uri: str) -> Page | None:
        """An open page, read if it can be; None where nothing can be asked of it."""
        page = self.work.pages.get(uri)
        return page if page is not None and page.turtle is not None else None

    def show(self, page: Page) -> None:
        """Check a page that was opened or changed; read its repository the first time."""
        self.index(page.repository)
        self.checks.changed(page)

    def index(self, repository: Repository) -> None:
        """Read a repository, once."""
        if not repository.indexed:
            repository.indexed = True
            self.aside(self._index(repository))

    def aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine without waiting for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def failed(self, error: Exception) -> None:
        """Say in a sentence what went wrong, to the client and on standard error, and go on."""
        if isinstance(error, PasserellesError):
            sentence = error.message(self.language)
        else:
            last = traceback.extract_tb(error.__traceback__)[-1:]
            where = "".join(f" ({Path(frame.filename).name}:{frame.lineno})" for frame in last)
            reason = f"{type(error).__name__}: {error}{where}"
            sentence = say(self.language, "lsp.failed", reason=reason)
        sentence = " ".join(sentence.split())
        sys.stderr.write(sentence + "\n")
        with suppress(BrokenPipeError):
            self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Error, sentence))

    def publish(self, told: lsp.PublishDiagnosticsParams) -> None:
        """Tell the client what is wrong with a text; it may have left, which the end of its requests will say."""
        with suppress(BrokenPipeError):
            self.text_document_publish_diagnostics(told)

    def report_server_error(self, error: Exception, source: object) -> None:  # noqa: ARG002  the signature of pygls
        """What pygls could not do: told like the rest, but for what the client asks that no one offered."""
        if not isinstance(error, JsonRpcMethodNotFound):
            self.failed(error)

    def stop(self) -> None:
        """Give up everything that runs."""
        self.checks.stop()
        self.readers.stop()
        self.pool.shutdown(wait=True, cancel_futures=True)

    async def _index(self, repository: Repository) -> None:
        await self.readers.whole(repository)
        self.renew(repository)

    def renew(self, repository: Repository) -> None:
        """Look at the open pages of a repository again: its index knows more than before."""
        for page in [page for page in self.work.pages.values() if page.repository is repository]:
            self.work.pages[page.uri] = fresh = page.edited(page.version, page.text)
            self.checks.changed(fresh)

    def _guarded(self, handler: Handler) -> Callable[[Any], Any]:
        def guarded(params: Any) -> Any:
            try:
                return handler(self, params)
            except Exception as error:  # noqa: BLE001  a text must never end the server, whatever it holds
                self.failed(error)
                return None

        return guarded
