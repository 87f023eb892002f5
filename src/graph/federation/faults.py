"""What an HTTP failure of a SPARQL server means, in our own errors."""

from __future__ import annotations

import email.utils
import json
import socket
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..errors import (
    DeadlineExceeded,
    EvaluationFailed,
    LimitExceeded,
    MalformedQuery,
    NoSuchThing,
    NotAcceptable,
    Overloaded,
    QueryError,
    RefusedQuery,
)
from ..texts import Text

if TYPE_CHECKING:
    import httpx

_TEXT_SHOWN = 300
_BODY_READ = 65_536
_LONGEST_PAUSE = 30.0
_STATUSES: dict[int, type[QueryError]] = {
    400: MalformedQuery,
    401: RefusedQuery,
    403: RefusedQuery,
    404: NoSuchThing,
    406: NotAcceptable,
    408: DeadlineExceeded,
    413: LimitExceeded,
    414: LimitExceeded,
    422: LimitExceeded,
    429: Overloaded,
    503: Overloaded,
    504: DeadlineExceeded,
}


def fault(endpoint: str, answer: httpx.Response) -> QueryError:
    """The error an answer tells of: by the code of its problem document where it is one of ours, else by its status."""
    problem = _problem(answer)
    detail = problem.get("detail") or problem.get("title")
    said = f"HTTP {answer.status_code} {_short(detail or '')}".strip()
    kind = _kinds().get(str(problem.get("code"))) or _STATUSES.get(answer.status_code, EvaluationFailed)
    line, column = (n if isinstance(n := problem.get(name), int) else None for name in ("line", "column"))
    more = {name: problem[name] for name in ("limit", "value", "parameter") if name in problem}
    return kind("endpoint", endpoint=endpoint, reason=said, line=line, column=column, **more)


def unreached(error: Exception) -> Text:
    """Why no answer came, by what the system says; a library says it in English only."""
    import httpx

    causes, cause = [], error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    for kind, key in (
        (socket.gaierror, "reach.name"),
        (ConnectionRefusedError, "reach.refused"),
        (ssl.SSLError, "reach.certificate"),
        (httpx.ConnectError, "reach.connect"),
        ((httpx.InvalidURL, httpx.UnsupportedProtocol), "reach.address"),
    ):
        found = next((each for each in causes if isinstance(each, kind)), None)
        if found is not None:
            return Text(key, {"said": found})
    return Text("reach.cut")


def pause(answer: httpx.Response, attempt: int) -> float:
    """How many seconds to leave a busy server alone: what it says, else a little longer each time."""
    said = answer.headers.get("retry-after", "")
    if said.isdecimal():
        seconds = float(said)
    else:
        seconds = 0.0
        with suppress(ValueError, OverflowError, TypeError):  # no date, or none that there is
            seconds = email.utils.mktime_tz(email.utils.parsedate_tz(said)) - time.time()
    return max(seconds, min(0.25 * 2**attempt, _LONGEST_PAUSE))


def _kinds() -> dict[str, type[QueryError]]:
    """Every kind of error of a query, by its code."""
    found, waiting = {}, [QueryError]
    while waiting:
        kind = waiting.pop()
        found[kind.code] = kind
        waiting += kind.__subclasses__()
    return found


def _problem(answer: httpx.Response) -> dict[str, Any]:
    """The problem document (RFC 9457) of a failure; of a plain text, its words as the detail."""
    import httpx

    body = b""
    try:
        for part in answer.iter_bytes():
            body += part
            if len(body) > _BODY_READ:
                break
        problem = json.loads(body)
    except (httpx.HTTPError, ValueError):
        plain = answer.headers.get("content-type", "").startswith("text/plain")
        return {"detail": body.decode(errors="replace")} if plain else {}
    return problem if isinstance(problem, dict) else {}


def _short(text: object) -> str:
    return " ".join(str(text).split())[:_TEXT_SHOWN].removesuffix(".")
