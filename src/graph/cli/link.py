"""`passerelles link`: links between productions, proposed, decided, counted."""

from __future__ import annotations

import typer

from . import link_propose, link_review, link_stats


def register(app: typer.Typer) -> None:
    """Add the group of commands to the tree."""
    group = typer.Typer(help="cli.link", no_args_is_help=True, rich_markup_mode=None)
    link_propose.register(group)
    link_review.register(group)
    link_stats.register(group)
    app.add_typer(group, name="link")
