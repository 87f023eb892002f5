"""The one way out for what nobody typed: each request is checked, resolved once, and sent to the address checked.

A name is never resolved twice: the connection is made to the address that was checked, with the name kept for TLS and
`Host`, so that a name that changes its mind in between (DNS rebinding) changes nothing.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import zlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .. import __version__
from ..errors import OutboundError, OutboundLate, OutboundRefused
from ..texts import Text
from .faults import unreached
from .policy import PORTS, Policy, shown

if TYPE_CHECKING:
    import httpx

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

_HOSTS_KEPT = 64
_PART_BYTES = 65_536
_FAILED = 400
_FAILURE_BYTES = 65_536  # of what a failure says, the rest is left
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GZIP = 32 + zlib.MAX_WBITS  # or zlib: the header says


class Writable(Protocol):
    """What parts of a body may be written to."""

    def write(self, part: bytes, /) -> object:
        """Take a part."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one answer may cost: `size` bytes once decoded, `seconds` in all, and `silence` seconds between two parts.

    `limit` is the name, in `config.Limits`, of the number of bytes.
    """

    size: int
    seconds: float
    silence: float
    limit: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: of any status, its names of headers in lower case, its body decoded. `url` is where it came from."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    size: int = 0

    @property
    def ok(self) -> bool:
        """True for a success."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the numbers say themselves

    @property
    def unchanged(self) -> bool:
        """True when the server says that what the validators name still holds."""
        return self.status == 304  # noqa: PLR2004 - the number says itself

    @property
    def elsewhere(self) -> bool:
        """True for a redirection, which was not followed."""
        return self.status in _REDIRECTS

    @property
    def media_type(self) -> str:
        """What the body is said to be, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def validators(self) -> dict[str, str]:
        """The headers of a request that asks whether this still holds; none when the server gave no validator."""
        given = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
        return {asks: self.headers[name] for asks, name in given if self.headers.get(name)}


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system says them. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address) for address in dict.fromkeys(each[4][0] for each in found)]


class Outbound:
    """Requests to other servers, within a policy, over at most `per_host` connections to each.

    It belongs to one event loop; `close` ends its connections. No proxy of the environment is used, no cookie kept.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        resolver: Resolver = resolve,
        per_host: int = 1,
        headers: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._policy = policy
        self._resolver = resolver
        self._per_host = per_host
        self._headers = {"user-agent": f"passerelles/{__version__}", **_lower(headers)}
        self._tls = tls
        self._hosts: OrderedDict[tuple[str, str, int], _Host] = OrderedDict()

    async def close(self) -> None:
        """End the connections."""
        hosts, self._hosts = self._hosts, OrderedDict()
        for host in hosts.values():
            await host.transport.aclose()

    async def fetch(  # noqa: PLR0913 - what an HTTP request is made of
        self,
        address: str,
        bounds: Bounds,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        redirects: int = 0,
        into: Writable | None = None,
    ) -> Fetched:
        """The answer of a server, whatever its status; the body of a success goes `into` a file where one is given.

        At most that many `redirects` of a GET are followed, each checked as the first address is; beyond, or where
        none is wanted, the redirection itself is the answer. Raises OutboundRefused by policy, OutboundLate, and
        OutboundError for what cannot be reached, is cut, too large or coded in an unknown way.
        """
        given = {**self._headers, **_lower(headers), "accept-encoding": "gzip"}
        try:
            async with asyncio.timeout(bounds.seconds):
                while True:
                    async with self._opened(address, bounds, method, given, content) as (url, answer):
                        target = answer.headers.get("location")
                        if answer.status_code not in _REDIRECTS or not target or not redirects or method != "GET":
                            return await _read(str(url), answer, bounds, into)
                        address, given = _next(url, target, given)
                        redirects -= 1
        except TimeoutError:
            raise OutboundLate("outbound-late", url=address, seconds=f"{bounds.seconds:g}") from None

    @asynccontextmanager
    async def _opened(
        self, address: str, bounds: Bounds, method: str, headers: Mapping[str, str], content: bytes
    ) -> AsyncIterator[tuple[httpx.URL, httpx.Response]]:
        """The answer to one request, its body not read yet."""
        import httpx

        url = _parsed(address)
        scheme, name = url.scheme, url.raw_host.decode("ascii")
        port = url.port or PORTS.get(scheme, 0)
        self._policy.check(address, scheme, name, port, userinfo=bool(url.userinfo))
        addresses = await self._resolved(address, name, port)
        waits = {"connect": bounds.silence, "read": bounds.silence, "write": bounds.silence, "pool": bounds.seconds}
        host = self._host(scheme, name, port)
        host.users += 1
        try:
            answer = None
            for number, pinned in enumerate(addresses, 1):
                request = httpx.Request(
                    method,
                    url.copy_with(host=pinned),
                    headers={**headers, "host": url.netloc.decode("ascii")},
                    content=content or None,
                    extensions={"sni_hostname": name, "timeout": waits},
                )
                try:
                    answer = await host.transport.handle_async_request(request)
                    break
                except (httpx.ConnectError, httpx.ConnectTimeout):
                    if number == len(addresses):
                        raise
            assert answer is not None  # noqa: S101 - a name has an address, or was not resolved
            try:
                yield url, answer
            finally:
                await answer.aclose()
        except httpx.TimeoutException:
            raise OutboundLate("outbound-late", url=address, seconds=f"{bounds.silence:g}") from None
        except httpx.HTTPError as error:
            raise OutboundError("outbound-failed", url=address, reason=unreached(error)) from error
        finally:
            host.users -= 1

    async def _resolved(self, address: str, host: str, port: int) -> Sequence[str]:
        try:
            found = await self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise OutboundError("outbound-failed", url=address, reason=unreached(error)) from error
        if not found:
            raise OutboundError("outbound-failed", url=address, reason=Text("reach.name", {"said": host}))
        self._policy.check_addresses(address, host, port, found)
        return found

    def _host(self, scheme: str, name: str, port: int) -> _Host:
        """The connections to one server, of one name: what was proved by TLS to one is not lent to another."""
        import httpx

        key = (scheme, name, port)
        if key not in self._hosts:
            verify: ssl.SSLContext | bool = False  # of what has no certificate
            if scheme == "https":
                verify = self._tls = self._tls or httpx.create_ssl_context(trust_env=False)
            most = httpx.Limits(max_connections=self._per_host, max_keepalive_connections=self._per_host)
            self._hosts[key] = _Host(httpx.AsyncHTTPTransport(verify=verify, trust_env=False, limits=most))
            self._forget()
        self._hosts.move_to_end(key)
        return self._hosts[key]

    def _forget(self) -> None:
        """Let go of the servers that were not asked for longest."""
        for key, host in tuple(self._hosts.items())[:-_HOSTS_KEPT]:
            if not host.users:
                del self._hosts[key]
                host.closing = asyncio.get_running_loop().create_task(host.transport.aclose())


@contextmanager
def waited_for(outbound: Outbound) -> Iterator[Callable[..., Fetched]]:
    """`outbound.fetch` for whoever has no event loop: the function yielded waits for the answer."""
    with asyncio.Runner() as runner:
        try:
            yield lambda *arguments, **options: runner.run(outbound.fetch(*arguments, **options))
        finally:
            runner.run(outbound.close())


@dataclass(slots=True, eq=False)
class _Host:
    transport: httpx.AsyncHTTPTransport
    users: int = 0
    closing: Any = field(default=None)


def _parsed(address: str) -> httpx.URL:
    import httpx

    try:
        return httpx.URL(address)
    except httpx.InvalidURL as error:
        raise _unwritten(address, error) from None


def _unwritten(address: str, error: Exception) -> OutboundRefused:
    """What is wrong with an address; not with one that may hold a password, which might be told."""
    reason = Text("reach.address") if "@" in address else error
    return OutboundRefused("outbound-address", url=shown(address), reason=reason)


def _next(url: httpx.URL, target: str, headers: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    """Where a redirection leads, and what is told there: nothing secret to another server, nor in the clear."""
    import httpx

    try:
        other = url.join(target)
    except httpx.InvalidURL as error:
        raise _unwritten(target, error) from None
    if url.scheme == "https" and other.scheme == "http":
        raise OutboundRefused("outbound-downgrade", url=str(url), target=shown(str(other)))
    if (url.scheme, url.host, url.port) != (other.scheme, other.host, other.port):
        headers = {name: value for name, value in headers.items() if name not in ("authorization", "cookie")}
    return str(other), headers


async def _read(url: str, answer: httpx.Response, bounds: Bounds, into: Writable | None) -> Fetched:
    """The whole answer, within its bounds."""
    headers = dict(_lower(answer.headers))
    failed = answer.status_code >= _FAILED
    body, size = bytearray(), 0
    async with aclosing(_decoded(url, answer)) as parts:
        async for part in parts:
            size += len(part)
            if failed and size > _FAILURE_BYTES:
                break
            if not failed and size > bounds.size:
                raise OutboundError("outbound-large", url=url, limit=bounds.limit, value=bounds.size)
            if into is None or failed:
                body += part
            else:
                into.write(part)
    return Fetched(url, answer.status_code, headers, bytes(body), size)


async def _decoded(url: str, answer: httpx.Response) -> AsyncIterator[bytes]:
    """The body, decoded in parts that are never large, whatever was sent."""
    coding = answer.headers.get("content-encoding", "identity").strip().lower()
    if coding in ("identity", ""):
        async for part in answer.aiter_raw():
            yield part
        return
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise OutboundError("outbound-coding", url=url, coding=coding)
    decoder, begun = zlib.decompressobj(_GZIP), False
    try:
        async for raw in answer.aiter_raw():
            left = raw
            while left:
                if decoder.eof:  # another member follows (RFC 1952, section 2.2)
                    decoder = zlib.decompressobj(_GZIP)
                begun = True
                yield decoder.decompress(left, _PART_BYTES)
                left = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
        rest = decoder.flush() if begun else b""
    except zlib.error as error:
        raise OutboundError("outbound-coding", url=url, coding=coding) from error
    if begun and not decoder.eof:
        raise OutboundError("outbound-failed", url=url, reason=Text("reach.cut"))
    yield rest


def _lower(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name.lower(): value for name, value in (headers or {}).items()}
