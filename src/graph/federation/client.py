"""Ask SPARQL servers that the user named (<https://www.w3.org/TR/sparql11-protocol/>)."""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urljoin, urlsplit

from .. import __version__
from ..config import Limits, language
from ..errors import ConfigurationError, DeadlineExceeded, EvaluationFailed, LimitExceeded, MalformedQuery, Overloaded
from ..texts import Text
from .faults import fault, pause, unreached
from .kept import Kept
from .policy import shown

if TYPE_CHECKING:
    import httpx

_ADDRESS_BYTES = 4096  # a longer query goes in the body: not everything on the way takes long addresses
_REDIRECTS = 5
_KEPT_BYTES = 64 * 1024 * 1024
_FAILED = 400
_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Request:
    """Where to ask, with which parameters, for which media types; `in_body` sends the parameters by POST, as a form."""

    address: str
    parameters: tuple[tuple[str, str], ...]
    accept: str
    in_body: bool = False

    @property
    def shown(self) -> str:
        """The address without the password it may hold."""
        return shown(self.address)

    @property
    def whole_address(self) -> str:
        """The address with its parameters. Raises MalformedQuery for those that cannot be UTF-8."""
        try:
            encoded = urlencode(self.parameters)
        except UnicodeEncodeError:
            raise MalformedQuery("query-encoding") from None
        return f"{self.address}{'&' if '?' in self.address else '?'}{encoded}" if encoded else self.address


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. `url` is the permanent address the server gives it, `snapshot` what it was made from, or None."""

    media_type: str
    body: bytes
    url: str | None = None
    snapshot: str | None = None
    etag: str = ""
    immutable: bool = False

    @property
    def size(self) -> int:
        """What it takes in memory, about, in bytes."""
        return len(self.body) + _ADDRESS_BYTES


def sparql(endpoint: str, query: str, accept: str) -> Request:
    """What asks a query by the SPARQL Protocol: in the address while that is short enough for all there is on the way.

    Raises ConfigurationError for an address that is not http(s).
    """
    check(endpoint)
    request = Request(endpoint, (("query", query),), accept)
    return replace(request, in_body=len(request.whole_address) > _ADDRESS_BYTES)


class Session:
    """Requests to servers, over connections that are kept, with the answers that may be given again.

    `seconds` is what an answer may take, and `limits` say how large a whole one may be; a server that is too busy
    is asked again for `patience` seconds, when it says. Redirections lead nowhere but within the host asked.
    Threads may share a session; a forked process has its own connections.
    """

    def __init__(
        self,
        seconds: float,
        patience: float,
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._seconds, self._patience = seconds, patience
        self._most = (limits or Limits()).result_bytes
        self._headers = {
            "User-Agent": f"passerelles/{__version__}",
            "Accept-Language": language(),
            **(headers or {}),
        }
        self._kept: Kept[Request, Reply] = Kept(_KEPT_BYTES)
        self._client: httpx.Client | None = None
        self._end: Callable[[], object] = bool  # nothing to end
        self._process = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connections; the next request makes others. To drop the session does the same."""
        self._end()
        self._client = None

    def get(self, request: Request, seconds: float | None = None) -> Reply:
        """The whole answer, or the one kept from before where the server says that it holds.

        Raises DeadlineExceeded after `seconds`, LimitExceeded, and the QueryError that the server tells of.
        """
        kept = self._kept.get(request)
        if kept is not None and kept.immutable:
            return kept
        with self._answer(request, {} if kept is None else {"If-None-Match": kept.etag}, seconds) as (answer, until):
            if answer.status_code == _NOT_MODIFIED and kept is not None:
                return kept
            reply = _reply(answer, self._whole(self._parts(request, answer, until, seconds)))
        if (reply.etag or reply.immutable) and not request.in_body:  # it can be asked for again
            self._kept.keep(request, reply, reply.size)
        return reply

    @contextmanager
    def opened(self, request: Request, seconds: float | None = None) -> Iterator[tuple[Reply, Iterator[bytes]]]:
        """The answer without its body, and the parts of it; `seconds` is then what each part may take.

        A failure may come after some parts: they are then no answer.
        """
        with self._answer(request, {}, seconds) as (answer, _):
            yield _reply(answer, b""), self._parts(request, answer, float("inf"), seconds)

    def _whole(self, parts: Iterator[bytes]) -> bytes:
        body = bytearray()
        for part in parts:
            body += part
            if len(body) > self._most:
                name = "result_bytes"
                raise LimitExceeded("limit", limit=name, value=self._most, measured="+", sentence=Text(f"limit.{name}"))
        return bytes(body)

    def _parts(self, request: Request, answer: httpx.Response, until: float, seconds: float | None) -> Iterator[bytes]:
        import httpx

        try:
            for part in answer.iter_bytes():
                yield part
                if time.monotonic() > until:
                    raise self._late(request, seconds)
        except httpx.TimeoutException:
            raise self._late(request, seconds) from None
        except httpx.HTTPError as error:
            raise EvaluationFailed("answer-cut", endpoint=request.shown) from error

    @contextmanager
    def _answer(
        self, request: Request, headers: Mapping[str, str], seconds: float | None
    ) -> Iterator[tuple[httpx.Response, float]]:
        """The answer that is no failure, its body not read yet, and when it is late; a busy server is given time."""
        until, attempt = time.monotonic() + self._patience, 0
        while True:
            late = time.monotonic() + (seconds or self._seconds)
            answer = self._sent(request, headers, seconds)
            try:
                if answer.status_code < _FAILED:
                    yield answer, late
                    return
                failure = fault(request.shown, answer)
            finally:
                answer.close()
            wait, attempt = pause(answer, attempt), attempt + 1
            if not isinstance(failure, Overloaded) or time.monotonic() + wait > until:
                raise failure
            time.sleep(wait)

    def _sent(self, request: Request, headers: Mapping[str, str], seconds: float | None) -> httpx.Response:
        """What comes back first, redirections within the host followed."""
        import httpx

        client = self._connected()
        options: dict[str, Any] = {
            "headers": {"Accept": request.accept, **headers},
            "timeout": seconds or self._seconds,
        }
        try:
            if request.in_body:
                sent = client.build_request("POST", request.address, data=dict(request.parameters), **options)
            else:
                sent = client.build_request("GET", request.whole_address, **options)
            for _ in range(_REDIRECTS):
                answer = client.send(sent, stream=True)
                if answer.next_request is None:
                    return answer
                answer.close()
                if not _within(sent.url, answer.next_request.url):
                    break
                sent = answer.next_request
        except httpx.TimeoutException:
            raise self._late(request, seconds) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise EvaluationFailed("endpoint", endpoint=request.shown, reason=unreached(error)) from error
        raise EvaluationFailed("redirected", endpoint=request.shown, target=shown(str(answer.next_request.url)))

    def _connected(self) -> httpx.Client:
        if self._client is None or self._process != os.getpid():
            import httpx

            self._process = os.getpid()
            self._client = httpx.Client(headers=self._headers)
            self._end = weakref.finalize(self, _closed, self._client, self._process)
        return self._client

    def _late(self, request: Request, seconds: float | None) -> DeadlineExceeded:
        return DeadlineExceeded("no-answer", endpoint=request.shown, seconds=f"{seconds or self._seconds:g}")


def _closed(client: httpx.Client, process: int) -> None:
    """Close connections; in a fork, they are left to the process they are of."""
    if process == os.getpid():
        client.close()


def _reply(answer: httpx.Response, body: bytes) -> Reply:
    location = answer.headers.get("content-location")
    return Reply(
        media_type=answer.headers.get("content-type", "").partition(";")[0].strip().lower(),
        body=body,
        url=urljoin(str(answer.url), location) if location else None,
        snapshot=answer.headers.get("passerelles-snapshot"),
        etag=answer.headers.get("etag", ""),
        immutable="immutable" in answer.headers.get("cache-control", ""),
    )


def _within(asked: httpx.URL, other: httpx.URL) -> bool:
    """Whether a redirection stays where it was asked: the same host and port, or the same host secured."""
    if asked.host != other.host:
        return False
    return (asked.scheme, asked.port) == (other.scheme, other.port) or (asked.scheme, other.scheme) == ("http", "https")


def check(address: str) -> None:
    """Raise ConfigurationError for an address that is not http(s)."""
    try:
        parts = urlsplit(address)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets of no IPv6 address, or a port that is none
        right = False
    if not right:
        raise ConfigurationError("no-address", endpoint=shown(address))
