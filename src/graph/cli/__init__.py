"""The command line: one module per group of commands, and the only place with exit codes."""

from __future__ import annotations


def main() -> None:
    """Run `passerelles`."""
    from .express import run

    run()
