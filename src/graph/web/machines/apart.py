"""What is made of a snapshot in a process of its own: it may take long, and is killed with who asked for it."""

from __future__ import annotations

import asyncio
import sys


async def run_apart(*arguments: str) -> str | None:
    """Run `python -m graph.feeds` with these; the last line of what it said when it failed, None when it did not."""
    command = (sys.executable, "-P", "-m", "graph.feeds", *arguments)
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    return said.decode(errors="replace").strip().rpartition("\n")[2] if process.returncode else None
