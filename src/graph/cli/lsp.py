"""`passerelles lsp`: the language server, for an editor to start."""

from __future__ import annotations

import sys

import typer

from .context import Options


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("lsp", help="cli.lsp")(lsp)


def lsp() -> None:
    """Serve one editor on standard input and output."""
    from ..errors import ConfigurationError

    shared = Options.shared
    try:
        from ..lsp.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise ConfigurationError("lsp-missing", extra="passerelles[lsp]") from error
    if shared.repo is not None:
        shared.settings()  # a repository named and wrong is told now, not in the editor
    sys.exit(serve(shared.repo, shared.lang))
