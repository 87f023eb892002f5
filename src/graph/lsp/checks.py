"""What the client is told is wrong: the syntax at each change, what the gate says when the typing pauses."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Executor

from lsprotocol import types as lsp

from ..contribution.check import check
from ..diagnostics import Diagnostic, Severity, said
from ..gate import GateReport
from .fixes import Shown
from .workspace import Page, Repository, Workspace

PAUSE_SECONDS = 0.3
_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFO: lsp.DiagnosticSeverity.Information,
}


class _Stale(Exception):
    """The text has changed since: what the gate would say is of no use."""


class Checks:
    """Checks the open pages: one run of the gate at a time, given up when a page of its repository changes."""

    def __init__(
        self,
        workspace: Workspace,
        pool: Executor,
        publish: Callable[[lsp.PublishDiagnosticsParams], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.language = "fr"
        self._workspace, self._pool, self._publish, self._failed = workspace, pool, publish, failed
        self._shown: dict[str, tuple[Page, list[Shown]]] = {}
        self._pauses: dict[Repository, asyncio.TimerHandle] = {}
        self._due: dict[Repository, None] = {}
        self._running: asyncio.Task[None] | None = None
        self._current: tuple[Repository, threading.Event] | None = None

    def changed(self, page: Page) -> None:
        """Tell the syntax faults of a page at once, and have its repository checked soon."""
        faults = page.turtle.diagnostics if page.turtle else ()
        before = self._shown.get(page.uri)
        if faults or (before is not None and before[0].turtle is not None and before[0].turtle.diagnostics):
            self._tell(page, faults)
        self.soon(page.repository)

    def soon(self, repository: Repository) -> None:
        """Check the open pages of a repository when nothing has changed there for a moment."""
        if self._current is not None and self._current[0] is repository:
            self._current[1].set()
        waiting = self._pauses.pop(repository, None)
        if waiting is not None:
            waiting.cancel()
        loop = asyncio.get_running_loop()
        self._pauses[repository] = loop.call_later(PAUSE_SECONDS, self._start, repository)

    def shown(self, page: Page) -> list[Shown]:
        """What was told of a page, when it still is about this version."""
        about, shown = self._shown.get(page.uri, (None, []))
        return shown if about is page else []

    def closed(self, uri: str) -> None:
        """Forget a page, and what was told of it."""
        self._shown.pop(uri, None)
        self._publish(lsp.PublishDiagnosticsParams(uri, []))

    def stop(self) -> None:
        """Give up what runs and what waits."""
        for waiting in self._pauses.values():
            waiting.cancel()
        self._due.clear()
        if self._current is not None:
            self._current[1].set()

    def _start(self, repository: Repository) -> None:
        self._pauses.pop(repository, None)
        self._due[repository] = None
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._due:
                repository, _ = self._due.popitem()
                await self._check(repository)
        finally:
            self._running = None

    async def _check(self, repository: Repository) -> None:
        pages = self._workspace.of(repository)
        if not pages:
            return
        stale = threading.Event()
        self._current = repository, stale
        try:
            report = await asyncio.get_running_loop().run_in_executor(self._pool, _gate, repository, pages, stale)
        except _Stale:
            return
        except Exception as error:  # noqa: BLE001  whatever a text does to the gate, the editor goes on
            self._failed(error)
            return
        finally:
            self._current = None
        for page in pages:
            if self._workspace.pages.get(page.uri) is page:
                self._tell(page, _about(page, report))

    def _tell(self, page: Page, diagnostics: Iterable[Diagnostic]) -> None:
        shown = [(one, _told(page, one, self.language)) for one in diagnostics]
        self._shown[page.uri] = page, shown
        self._publish(lsp.PublishDiagnosticsParams(page.uri, [told for _, told in shown], page.version))


def _gate(repository: Repository, pages: list[Page], stale: threading.Event) -> GateReport:
    """What the gate says of some pages as they are, in the context of their repository."""

    def progress(_stage: str, _done: int, _total: int) -> None:
        if stale.is_set():
            raise _Stale

    if repository.wrong is not None:
        raise repository.wrong
    overlay = {page.path: page.text.bytes() for page in pages if page.path}
    return check(repository.settings, [str(path) for path in overlay], overlay=overlay, progress=progress)


def _about(page: Page, report: GateReport) -> list[Diagnostic]:
    """What a report says of a page; of its syntax, what the page itself says, which knows more prefixes."""
    found = [one for one in report.diagnostics if one.location.path == page.source.name]
    if page.turtle is not None and page.turtle.diagnostics:
        return [*page.turtle.diagnostics, *(one for one in found if not one.code.startswith("PAS0"))]
    return found


def _told(page: Page, diagnostic: Diagnostic, language: str) -> lsp.Diagnostic:
    return lsp.Diagnostic(
        range=page.text.located(diagnostic.location),
        message=said(diagnostic.message, language),
        severity=_SEVERITIES[diagnostic.severity],
        code=diagnostic.code,
        code_description=lsp.CodeDescription(diagnostic.help) if diagnostic.help else None,
        source="passerelles",
    )
