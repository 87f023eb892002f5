"""Ask a SPARQL endpoint that the user named (<https://www.w3.org/TR/sparql11-protocol/>)."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..errors import ConfigurationError, EvaluationFailed, MalformedQuery

_TEXT_SHOWN = 300


def ask(endpoint: str, query: str, accept: str, seconds: float) -> tuple[str, bytes]:
    """The media type and body of the answer to `query`, sent by POST; redirects are not followed.

    Raises ConfigurationError for an address that is not http(s), MalformedQuery when the endpoint says
    the query is wrong, EvaluationFailed for every other failure.
    """
    import httpx

    if urlsplit(endpoint).scheme not in ("http", "https") or not urlsplit(endpoint).hostname:
        raise ConfigurationError("endpoint", endpoint=endpoint, reason="http:// https://")
    try:
        answer = httpx.post(endpoint, data={"query": query}, headers={"Accept": accept}, timeout=seconds)
    except httpx.HTTPError as error:
        raise EvaluationFailed("endpoint", endpoint=endpoint, reason=str(error) or type(error).__name__) from error
    if answer.status_code != httpx.codes.OK:
        said = f"HTTP {answer.status_code} {_said(answer)}".strip()
        kind = MalformedQuery if answer.status_code == httpx.codes.BAD_REQUEST else EvaluationFailed
        raise kind("endpoint", endpoint=endpoint, reason=said)
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower(), answer.content


def _said(answer: object) -> str:
    """What the endpoint says of a failure: the detail of a problem document, else the start of its text."""
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    detail = problem.get("detail") or problem.get("title") if isinstance(problem, dict) else answer.text
    return " ".join(str(detail or "").split())[:_TEXT_SHOWN]
