"""The command line: one module per group of commands, and the only place with exit codes."""

from __future__ import annotations

import sys

INTERRUPTED, TERMINATED = 130, 143  # 128 and the number of the signal, as a shell tells them


def main() -> None:
    """Run `passerelles`; a signal ends it in silence and in order, from before the first import that takes time."""
    try:
        import signal

        signal.signal(signal.SIGTERM, _terminated)
        from .express import run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _terminated(_signal: int, _frame: object) -> None:
    """Leave as any error does: what is temporary is removed on the way."""
    sys.exit(TERMINATED)
