"""A snapshot that was put in force by hand is a change too: the server that notices has the chain tell of it."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING

from ..errors import SnapshotError
from ..feeds.changes import chain_of

if TYPE_CHECKING:
    from ..config import Limits
    from ..snapshot.reader import Snapshot

_LOG = logging.getLogger(__name__)


async def record(snapshot: Snapshot, limits: Limits) -> None:
    """Give a snapshot that came into force its entry, if no build did and no other server; tell when that fails.

    A chain that is damaged, or is not there, begins with the next build.
    """
    chain = chain_of(snapshot)
    if chain is None:
        return
    try:
        entries = await asyncio.to_thread(chain.entries)
    except SnapshotError as error:
        _LOG.error("%s", error)
        return
    if not entries or entries[-1].snapshot == snapshot.id:
        return
    arguments = ("record", str(chain.folder.parent), snapshot.id, str(limits.changes_kept))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "graph.feeds", *arguments, stderr=asyncio.subprocess.PIPE
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    if process.returncode:
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        _LOG.error("%s", SnapshotError("not-recorded", path=chain.folder, id=snapshot.id, reason=last))
