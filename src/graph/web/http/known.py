"""Answers the door may give at once: the bytes of a response, by the bytes of a request that ask for it."""

from __future__ import annotations

from collections import OrderedDict

#: Headers that may change an answer, in this order; a request with any of `PERSONAL` is never answered at the door.
DECISIVE = (b"host", b"accept", b"accept-language", b"accept-encoding", b"if-none-match", b"if-modified-since")
PERSONAL = frozenset({b"passerelles-query", b"authorization", b"accept-datetime", b"expect", b"range", b"upgrade"})
_LONGEST = 8_192  # bytes of a request worth remembering
_SHARE = 64  # no answer may take more than this part of the memory


class Known:
    """Heads and bodies by request, of the snapshot in force alone, the least recently used ones dropped first."""

    def __init__(self, limit: int) -> None:
        self.size = 0
        self._limit = limit
        self._snapshot = ""
        self._answers: OrderedDict[tuple[bytes, ...], tuple[int, bytes, bytes]] = OrderedDict()

    def get(self, request: tuple[bytes, ...]) -> tuple[int, bytes, bytes] | None:
        """The status, head and body of the answer to a request, or None; the head lacks its date."""
        found = self._answers.get(request)
        if found is not None:
            self._answers.move_to_end(request)
        return found

    def put(self, request: tuple[bytes, ...], snapshot: str, answer: tuple[int, bytes, bytes]) -> None:
        """Keep an answer that a snapshot gave, when it is still in force."""
        asked = sum(map(len, request))
        size = asked + len(answer[1]) + len(answer[2])
        if asked > _LONGEST or snapshot != self._snapshot or size > self._limit // _SHARE or request in self._answers:
            return
        self._answers[request] = answer
        self.size += size
        while self.size > self._limit:
            dropped, (_, head, body) = self._answers.popitem(last=False)
            self.size -= sum(map(len, dropped)) + len(head) + len(body)

    def clear(self, snapshot: str) -> None:
        """Forget everything: another snapshot is in force."""
        self._answers.clear()
        self.size, self._snapshot = 0, snapshot
