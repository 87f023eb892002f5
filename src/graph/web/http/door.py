"""The door: HTTP/1.1 on one connection, with limits on what a client may make it wait for or hold.

It is uvicorn's httptools protocol, told to count the bytes and the time of a head, to give up a reader that
reads no more, to send trailers, to break the framing of an answer that failed on its way (RFC 9112, section 8:
a chunked message without its last chunk is incomplete), and to give at once the answers it knows.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from email.utils import formatdate
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from ...errors import MalformedQuery
from ...texts import DEFAULT_LANGUAGE
from .errors import problem
from .known import DECISIVE, PERSONAL
from .middleware import COMMON

if TYPE_CHECKING:
    from ...config import Limits
    from .known import Known

_PLACES = {name: place for place, name in enumerate(DECISIVE)}
_HEADERS = 200
_PIPELINED = 16
_PACE = 16_384  # bytes a reader takes at least in `send_seconds`
_LONGEST_URL = 65_000  # bytes; the parser of addresses reads no longer one
_NOT_HTTP = b"".join(
    b"%s: %s\r\n" % header
    for header in (
        (b"content-type", b"application/problem+json"),
        (b"content-language", DEFAULT_LANGUAGE.encode()),
        (b"cache-control", b"no-store"),
        *COMMON,
    )
)
COMPLETE = b"0\r\npasserelles-status: complete\r\n\r\n"


class Cycle(RequestResponseCycle):
    """One request and its response, which may have a trailer (ASGI's `http.response.trailers`) or be broken off."""

    def respond(self, status: int, lines: bytes, body: bytes) -> bool:
        """Send a whole response, whose header lines are written already, in one piece; false when it has to wait."""
        if self.flow.write_paused:
            return False
        self.response_started = self.response_complete = True
        self.scope["state"].pop("respond")  # this very method: a cycle of references for the collector to undo
        self.message_event.set()
        if not self.disconnected and not self.transport.is_closing():
            closing = b"" if self.keep_alive else b"connection: close\r\n"
            self.transport.write(
                b"".join((STATUS_LINE[status], _date(self.default_headers), lines, closing, b"\r\n", body))
            )
            if not self.keep_alive:
                self.transport.close()
            self.on_response()
        return True

    async def send(self, message: Any) -> None:
        """Send one message (ASGI); a response that announces trailers ends with them."""
        kind = message["type"]
        if kind == "http.response.trailers":
            await self._trailer(complete=not message.get("broken"))
        elif kind == "http.response.body" and self.response_started and self.trailers:
            await super().send({**message, "more_body": True})
        else:
            self.trailers = kind == "http.response.start" and message.get("trailers", False)
            await super().send(message)

    trailers = False

    async def _trailer(self, *, complete: bool) -> None:
        if self.disconnected or self.response_complete:
            return
        if self.flow.write_paused:
            await self.flow.drain()
        if self.chunked_encoding and complete:
            self.transport.write(COMPLETE)  # else no last chunk at all, which many a client would take for the end
        self.response_complete = True
        self.message_event.set()
        if not (complete and self.keep_alive):
            self.transport.close()
        self.on_response()


class Door(HttpToolsProtocol):
    """One connection. `noted` is told the address, status and size of each answer given without the application."""

    def __init__(
        self, *args: Any, known: Known, limits: Limits, noted: Callable[[bytes, int, int], None], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.known = known
        self.noted = noted
        self.limits = limits
        self._at_work: Any = None
        self._in_head = True
        self._head_size = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._stalled_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A client is there (asyncio)."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections and not self._make_room():
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        self._head_timer = self.loop.call_later(self.limits.head_seconds, self._head_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client left (asyncio)."""
        self._forget_timers()
        for cycle in (self._at_work, *(cycle for cycle, _ in self.pipeline)):  # uvicorn tells the last one only
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came (asyncio)."""
        if self.transport.is_closing():
            return
        if self._in_head:
            self._head_size += len(data)
            if self._head_size > self.limits.head_bytes:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return
        super().data_received(data)
        if self._in_head and self._head_size and self._head_timer is None and not self.transport.is_closing():
            self._head_timer = self.loop.call_later(self.limits.head_seconds, self._head_late)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """A request is known: answer at once, or let the application do."""
        self._in_head, self._head_size = False, 0
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        if self.transport.is_closing():  # what was refused before it may have been followed by this
            return
        if len(self.headers) > _HEADERS:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return
        version = self.parser.get_http_version()
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (hosts == 0 and version != "1.0") or version not in ("1.0", "1.1"):
            self.send_400_response("")  # RFC 9112, section 3.2
            return
        if len(self.url) > _LONGEST_URL:
            self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG)
            return
        idle = self.cycle is None or self.cycle.response_complete
        key = self._key() if self.parser.get_method() == b"GET" else None
        keeps = version == "1.1" and self.parser.should_keep_alive()
        if key is not None and idle and keeps and not self.flow.write_paused:
            answer = self.known.get(key)
            if answer is not None:
                status, head, body = answer
                lines = (STATUS_LINE[status], _date(self.server_state.default_headers), head, b"\r\n", body)
                self.transport.write(b"".join(lines))
                self.noted(self.url, status, len(body))
                self._rest()
                return
        self.scope["state"]["request_key"] = key
        super().on_headers_complete()
        if len(self.pipeline) <= _PIPELINED:  # a client that leaves is noticed only while it is read
            self.flow.resume_reading()
        if self.cycle is not None and type(self.cycle) is RequestResponseCycle:
            self.cycle.__class__ = Cycle  # before its task has begun: uvicorn leaves no other way to choose it
            self.scope["state"]["respond"] = self.cycle.respond

    def on_header(self, name: bytes, value: bytes) -> None:
        """A line of the head; those of a trailer are of no use to anyone, and may be any number."""
        if self._in_head:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """A part of a body came; that of a request answered at the door is not read."""
        if not self._answered():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is whole."""
        self._in_head = True
        if not self._answered():
            super().on_message_complete()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._at_work = cycle
        super()._start_asgi_task(cycle, app)

    def pause_writing(self) -> None:
        """The client reads slowly (asyncio)."""
        super().pause_writing()
        self._watch_reader()

    def _watch_reader(self, before: int | None = None) -> None:
        """Give up a reader to whom next to nothing went out since the last look."""
        waiting = self.transport.get_write_buffer_size()
        if before is not None and before - waiting < _PACE:
            self.transport.abort()
        else:
            self._stalled_timer = self.loop.call_later(self.limits.send_seconds, self._watch_reader, waiting)

    def resume_writing(self) -> None:
        """The client reads again (asyncio)."""
        if self._stalled_timer is not None:
            self._stalled_timer.cancel()
            self._stalled_timer = None
        super().resume_writing()

    def _make_room(self) -> bool:
        """Close a connection that waits, of the address that has the most of them; false when that is this one."""
        addresses = Counter(each.client[0] for each in self.connections if each.client)
        most = max(addresses, key=addresses.__getitem__, default="")
        for each in self.connections:
            idle = each.cycle is None or each.cycle.response_complete
            if idle and each.client and each.client[0] == most and (not self.client or self.client[0] != most):
                each.transport.close()
                return True
        return False

    def _key(self) -> tuple[bytes, ...] | None:
        """What decides the answer to this request; None when more than that does."""
        values = [self.url, *(b"" for _ in DECISIVE)]
        seen = set()
        for name, value in self.headers:
            if name in PERSONAL or name in (b"content-length", b"transfer-encoding"):
                return None
            place = _PLACES.get(name)
            if place is not None:
                if name in seen:  # said twice, even as nothing: who reads the first and who reads the last differ
                    return None
                seen.add(name)
                values[place + 1] = value
        return tuple(values)

    def _answered(self) -> bool:
        return self.cycle is None or self.cycle.scope is not self.scope

    def _rest(self) -> None:
        """Wait for the next request, for as long as uvicorn would."""
        self.server_state.total_requests += 1
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - which is in English
        """What came is no HTTP (uvicorn)."""
        self._refuse(HTTPStatus.BAD_REQUEST, _NOT_HTTP, _not_http())

    def _refuse(self, status: HTTPStatus, lines: bytes = b"", body: bytes = b"") -> None:
        """Say why, if anyone listens, and close."""
        if not self.transport.is_closing():
            retry = b"retry-after: 2\r\n" if status is HTTPStatus.SERVICE_UNAVAILABLE else b""
            length = b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body)
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(b"".join((STATUS_LINE[status], retry, lines, length, body)))
            self.transport.close()

    def _head_late(self) -> None:
        self._head_timer = None
        if self._head_size:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()

    def _forget_timers(self) -> None:
        for timer in (self._head_timer, self._stalled_timer):
            if timer is not None:
                timer.cancel()
        self._head_timer = self._stalled_timer = None


@cache
def _not_http() -> bytes:
    """The problem document of what is no HTTP; in whose language, it does not say."""
    return json.dumps(problem(MalformedQuery("not-http"), DEFAULT_LANGUAGE), ensure_ascii=False).encode()


def _date(headers: list[tuple[bytes, bytes]]) -> bytes:
    """The Date header uvicorn keeps current."""
    for name, value in headers:
        if name == b"date":
            return b"date: %s\r\n" % value
    return b"date: %s\r\n" % formatdate(usegmt=True).encode()
