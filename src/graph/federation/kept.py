"""What is kept of other servers: the last used answers, within a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Entry = TypeVar("Entry")


class Kept(Generic[Key, Entry]):
    """Entries by key, the last used ones, of at most so many bytes together. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._entries: OrderedDict[Key, tuple[Entry, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Entry | None:
        """The entry of a key."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def keep(self, key: Key, entry: Entry, size: int) -> None:
        """Keep an entry, in place of the one before; not one that is too large by itself."""
        with self._lock:
            self._drop(key)
            if size <= self._most:
                self._entries[key] = entry, size
                self._size += size
            while self._size > self._most:
                self._drop(next(iter(self._entries)))

    def drop(self, key: Key) -> None:
        """Keep it no more."""
        with self._lock:
            self._drop(key)

    def _drop(self, key: Key) -> None:
        self._size -= self._entries.pop(key, (None, 0))[1]
