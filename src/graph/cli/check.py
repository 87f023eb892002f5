"""`passerelles check`: the gate, from the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from ..report import WRITERS
from . import checking


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("check", help="cli.check")(check)


def check(  # noqa: PLR0913, PLR0917 - an option each
    paths: Annotated[list[str] | None, typer.Argument(help="cli.check-paths", show_default=False)] = None,
    format: Annotated[str, typer.Option("--format", help="cli.check-format", metavar="|".join(WRITERS))] = "text",  # noqa: A002 - the option's name
    engine: Annotated[str, typer.Option("--engine", help="cli.check-engine", metavar="shacl|pyshacl")] = "shacl",
    strict: Annotated[bool, typer.Option("--strict", help="cli.check-strict")] = False,  # noqa: FBT002 - an option
    changed: Annotated[bool, typer.Option("--changed", help="cli.check-changed")] = False,  # noqa: FBT002 - an option
    stdin_path: Annotated[str, typer.Option("--stdin-path", help="cli.check-stdin-path", metavar="PATH")] = "",
    show_source: Annotated[bool, typer.Option("--show-source", help="cli.check-show-source")] = False,  # noqa: FBT002 - an option
) -> None:
    """Check files, or the whole repository."""
    checking.check(
        paths or (),
        format=format,
        engine=engine,
        strict=strict,
        changed=changed,
        stdin_path=stdin_path,
        show_source=show_source,
    )
