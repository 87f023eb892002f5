"""What is read once for each site, which never changes: by the first who asks; whoever asks meanwhile waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from fastapi import Request

    from .site import Site

Result = TypeVar("Result")


class Once(Generic[Result]):
    """What `read` makes of a site, kept as long as the site is; a reading that failed is begun again."""

    def __init__(self, read: Callable[[Request, Site], Coroutine[Any, Any, Result]]) -> None:
        self._read = read
        self._of: WeakKeyDictionary[Site, asyncio.Task[Result]] = WeakKeyDictionary()

    async def of(self, request: Request, site: Site) -> Result:
        """That of a site. Raises what reading it raises."""
        task = self._of.get(site)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._of[site] = asyncio.create_task(self._read(request, site))
        return await asyncio.shield(task)  # others wait for it too
