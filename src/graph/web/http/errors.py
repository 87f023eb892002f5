"""Errors over HTTP: RFC 9457 problems for programs, a page for browsers, a sentence in the reader's language."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ...errors import (
    HELP,
    BudgetSpent,
    DeadlineExceeded,
    EvaluationFailed,
    LimitExceeded,
    MalformedQuery,
    NoSuchThing,
    NotAcceptable,
    OutboundError,
    OutboundLate,
    OutboundRefused,
    Overloaded,
    PasserellesError,
    QueryCancelled,
    QueryError,
    RefusedQuery,
    ServiceFailed,
    ServiceLate,
    SnapshotError,
    ThingGone,
)
from .addresses import IN_IRI
from .conneg import HTML, Offer, negotiate
from .middleware import allowed_methods

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from .ways import Way

PROBLEM = Offer("problem", ("application/problem+json", "application/json"))
_RETRY_SECONDS = 5
#: What to say to who cannot edit the configuration, in place of the error's own sentence.
_ELSEWHERE = {
    "service-refused": "web.service-refused",
    "service-variable": "web.service-variable",
    "damaged-changes": "web.feed-damaged",
    "damaged-file": "web.file-damaged",
    "dump-failed": "web.dump-failed",
}
#: What is wrong here, and not with the request.
_UNAVAILABLE = {EvaluationFailed: ("worker-died", "no-room"), SnapshotError: ("no-search", "damaged-search")}
_LOG = logging.getLogger(__name__)


class HttpError(PasserellesError):
    """A request that HTTP itself refuses. `headers` go with the answer."""

    code = "PAS930"
    status = 400

    def __init__(self, key: str, /, *, headers: dict[str, str] | None = None, **parameters: object) -> None:
        super().__init__(key, **parameters)
        self.headers = headers or {}


class NoSuchPage(HttpError):
    """No page has this address."""

    code = "PAS931"
    status = 404


class MethodNotAllowed(HttpError):
    """The address exists, the method does not."""

    code = "PAS932"
    status = 405


class UnsupportedMediaType(HttpError):
    """The body is of a type that is not read here."""

    code = "PAS933"
    status = 415


class RequestTimeout(HttpError):
    """The body takes too long to come."""

    code = "PAS935"
    status = 408


class TooLarge(HttpError):
    """The body is beyond a limit."""

    code = "PAS934"
    status = 413


class RangeRefused(HttpError):
    """No byte of the file is in the ranges asked for."""

    code = "PAS936"
    status = 416


STATUSES: dict[type[PasserellesError], int] = {
    MalformedQuery: 400,
    RefusedQuery: 403,
    NoSuchThing: 404,
    ThingGone: 410,
    NotAcceptable: 406,
    LimitExceeded: 422,
    DeadlineExceeded: 503,
    Overloaded: 503,
    BudgetSpent: 429,
    QueryCancelled: 409,
    EvaluationFailed: 500,
    ServiceFailed: 502,
    ServiceLate: 504,
    OutboundError: 502,
    OutboundRefused: 403,
    OutboundLate: 504,
}
EVERY_ERROR = (
    *STATUSES,
    NoSuchPage,
    MethodNotAllowed,
    UnsupportedMediaType,
    TooLarge,
    RequestTimeout,
    RangeRefused,
    PasserellesError,
)


def status_of(error: PasserellesError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, HttpError):
        return error.status
    if error.key in _UNAVAILABLE.get(type(error), ()):
        return 503
    return STATUSES.get(type(error), 500)


def problem(error: PasserellesError, language: str, ways: Iterable[Way] = ()) -> dict[str, object]:
    """The members of the problem document of an error (RFC 9457, section 3), with ways on that it does not know."""
    from ...texts import Text

    elsewhere = _ELSEWHERE.get(error.key)
    members: dict[str, object] = {
        "type": HELP + error.code,
        "title": Text(f"codes.{error.code}.title").render(language),
        "status": status_of(error),
        "detail": Text(elsewhere, error.parameters).render(language) if elsewhere else error.message(language),
        "code": error.code,
    }
    if isinstance(error, QueryError) and error.line is not None:
        members |= {"line": error.line, "column": error.column}
    if "limit" in error.parameters:
        members |= {"limit": error.parameters["limit"], "value": error.parameters.get("value")}
    if "parameter" in error.parameters:
        members["parameter"] = error.parameters["parameter"]
    led = [*error.parameters.get("ways", ()), *ways]
    if led:
        members["ways"] = [{"title": text.render(language), "href": to} for text, to in led]
    if error.parameters.get("replaced"):
        members["replacedBy"] = [iri for iri, _ in error.parameters["replaced"]]
    return members


def reply(request: Request, error: PasserellesError, ways: Iterable[Way] = ()) -> Response:
    """The answer to a request that failed, with ways on that the error does not know."""
    site = request.state.site
    language = site.language(request)
    members = problem(error, language, ways)
    request.app.state.endpoint.metrics.problems[error.code] += 1
    headers = {"Content-Language": language, "Cache-Control": "no-store"}
    headers |= error.headers if isinstance(error, HttpError) else {}
    replaced = error.parameters.get("replaced", ())
    last = error.parameters.get("last", "")
    links = [f'<{quote(iri, safe=IN_IRI)}>; rel="successor-version"' for iri, _ in replaced]
    links += [f'<{last}>; rel="predecessor-version"'] if last else []
    if links:
        headers["Link"] = ", ".join(links)
    if members["status"] in (429, 503):
        headers["Retry-After"] = str(_retry(error))
    status = int(str(members["status"]))
    if _is_read(request):
        template, context = getattr(request.state, "on_error", ("error.html", {}))
        context = {"problem": members, "replaced": replaced, "last": last, "deprecated": False, **context}
        page = site.pages.render(template, request, **context)
        return Response(page, status, headers, "text/html; charset=utf-8")
    return Response(json.dumps(members, ensure_ascii=False), status, headers, PROBLEM.media_types[0])


def _is_read(request: Request) -> bool:
    """Whether the error is for people, and not for a program."""
    try:
        return negotiate(request.headers.get("accept"), (PROBLEM, HTML)).name == HTML.name
    except NotAcceptable:
        return False


def _retry(error: PasserellesError) -> int:
    """The seconds after which to ask again; once a deadline has passed again, nothing is left of what was ahead."""
    if isinstance(error, DeadlineExceeded):
        return math.ceil(float(str(error.parameters["value"])))
    return int(str(error.parameters.get("seconds", _RETRY_SECONDS)))


def outside(request: Request, error: Exception) -> Response:
    """The answer to what failed before or beside the routes; when the server itself fails, the log says why."""
    if isinstance(error, PasserellesError):
        return reply(request, error)
    _LOG.error("%s %s", request.method, request.url.path, exc_info=error)
    return reply(request, PasserellesError("internal"))


def install(app: FastAPI, astray: Callable[[Request], Awaitable[Iterable[Way]]]) -> None:
    """Answer every failure of `app` this way; `astray` tells people the ways on from an address that nothing has."""

    async def told(request: Request, error: PasserellesError) -> Response:
        is_lost = status_of(error) == 404 and not hasattr(request.state, "on_error")  # noqa: PLR2004 - it says itself
        return reply(request, error, await astray(request) if is_lost and _is_read(request) else ())

    async def ours(request: Request, error: Exception) -> Response:
        if not isinstance(error, PasserellesError):
            raise error
        if isinstance(error, SnapshotError):  # what the client is not told, the path, its operator needs
            _LOG.error("%s: %s", request.url.path, error)
        return await told(request, error)

    async def unforeseen(request: Request, error: Exception) -> Response:
        return outside(request, error)

    async def starlettes(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 405:  # noqa: PLR2004 - the number says itself
            of_folder = (error.headers or {}).get("Allow", "")
            allowed = ", ".join(allowed_methods(app, request.scope)) or of_folder
            failure: HttpError = MethodNotAllowed(
                "method-not-allowed", method=request.method, allowed=allowed, headers={"Allow": allowed}
            )
        elif isinstance(error, HTTPException) and error.status_code != 404:  # noqa: PLR2004 - the number says itself
            return Response(str(error.detail), error.status_code, error.headers)
        else:
            failure = NoSuchPage("no-such-page", path=request.url.path)
        return await told(request, failure)

    app.add_exception_handler(PasserellesError, ours)
    app.add_exception_handler(Exception, unforeseen)
    app.add_exception_handler(HTTPException, starlettes)
