"""A snapshot that was put in force by hand is a change too: the server that notices has the chain tell of it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from ..errors import SnapshotError
from ..feeds.changes import chain_of
from .machines.apart import run_apart

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
    reason = await run_apart("record", str(chain.folder.parent), snapshot.id, str(limits.changes_kept))
    if reason is not None:
        _LOG.error("%s", SnapshotError("not-recorded", path=chain.folder, id=snapshot.id, reason=reason))
