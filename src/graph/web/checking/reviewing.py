"""The review of proposed links in a browser of this machine: the one page of ours that writes.

It listens on the loopback alone, at an address nobody can guess. A request by another name than the loopback's (a
rebound DNS name), or a form that another site sent, is refused.
"""

from __future__ import annotations

import hashlib
import secrets
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ...errors import InvalidInput, PasserellesError, UnreadableInput
from ...linking.fields import FIELDS
from ...linking.record import CHOICES, SYMMETRIC, Decision, Record
from ...linking.records import Records, Verdict
from ...linking.review import INVERSE, WORDS, another_link, features
from ...linking.sides import Sides
from ...texts import LANGUAGES, say
from .. import dates
from ..http.conneg import language as spoken
from ..http.loopback import HOST, Guard
from ..pages import environment

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ...snapshot.reader import Snapshot

_STATIC = Path(__file__).parents[1] / "static"
_TOKEN = 32  # bytes


class Review:
    """The state of one review: the queue, and what was decided in it. For one thread."""

    def __init__(self, records: Records, waiting: Sequence[Record], sides: Sides, reviewer: str, lang: str) -> None:
        self.token = secrets.token_urlsafe(_TOKEN)
        self._records = records
        self._waiting = list(waiting)
        self._sides = sides
        self._reviewer = reviewer
        self._lang = lang
        self._made: list[tuple[int, Decision]] = []
        self._templates = environment()

    @property
    def decided(self) -> Counter[Decision]:
        """How many of each decision, those taken back left out."""
        return Counter(decision for _, decision in self._made)

    def app(self, port: int) -> ASGIApp:
        """The application, as it is served at a port of the loopback."""
        static = Mount("/static", StaticFiles(directory=_STATIC))
        routes = [
            Route("/", self.page, methods=["GET"]),
            Route("/decide", self.decide, methods=["POST"]),
            Route("/undo", self.undo, methods=["POST"]),
            static,
        ]
        return Guard(Starlette(routes=routes), port, self.token)

    async def page(self, request: Request) -> Response:
        """One record of the queue."""
        return self._shown(request, _number(request.query_params.get("at")))

    async def decide(self, request: Request) -> Response:
        """Write one decision, then show the next record."""
        form = await _form(request)
        at = _number(form.get("at"))
        record = self._waiting[at] if at < len(self._waiting) else None
        decision = WORDS.get(form.get("decision", ""))
        if record is None or decision is None or form.get("seen") != _seen(record):
            return self._shown(request, at, InvalidInput("review-stale"))
        try:
            link = another_link(form.get("other", "").strip() or form.get("link", ""), record, self._records)
            said = " ".join(form.get("comment", "").split())
            verdict = Verdict(decision, self._reviewer, datetime.now(UTC).date(), said, self._language(request), link)
            self._waiting[at] = self._records.decide(record, verdict)
        except (InvalidInput, UnreadableInput) as error:
            now = self._records.now(record)
            self._waiting[at] = now or record
            is_decided = now is None or now.decision is not record.decision  # by somebody else
            return self._shown(request, at + is_decided, error)
        self._made.append((at, decision))
        return self._back(request, at + 1)

    async def undo(self, request: Request) -> Response:
        """Take back the last decision, and show its record."""
        await _form(request)
        try:
            before = self._records.undo()
        except (InvalidInput, UnreadableInput) as error:
            return self._shown(request, 0, error)
        if before is None:
            return self._back(request, 0)
        at, _ = self._made.pop()
        self._waiting[at] = before
        return self._back(request, at)

    def _back(self, request: Request, at: int) -> Response:
        asked = request.query_params.get("lang", "")
        kept = f"&lang={asked}" if asked in LANGUAGES else ""
        return RedirectResponse(f"{request.scope['root_path']}/?at={at}{kept}", 303)

    def _language(self, request: Request) -> str:
        return spoken(request.headers.get("accept-language", self._lang), request.query_params.get("lang"))

    def _shown(self, request: Request, at: int, error: PasserellesError | None = None) -> Response:
        lang = self._language(request)
        record = self._waiting[at] if at < len(self._waiting) else None
        view = _View(request, lang)
        context: dict[str, Any] = {
            "at": at,
            "total": len(self._waiting),
            "record": record,
            "decided": {each.value: self.decided[each] for each in Decision if each is not Decision.PROPOSED},
            "can_undo": bool(self._made),
            "reviewer": self._reviewer,
            "problem": error.message(lang) if error is not None else "",
        }
        if record is not None:
            context |= {
                "seen": _seen(record),
                "sides": [self._sides.of(iri, lang) for iri in (record.subject, record.object)],
                "property": self._sides.called(record.predicate, lang),
                "because": record.description.get(lang) or next(iter(record.description.values()), ""),
                "features": list(zip(("review.features", "review.against"), features(record, lang), strict=True)),
                "longest": self._records.comment_characters,
                "choices": list(self._choices(lang)),
                "fields": list(FIELDS),
            }
        text = self._templates.get_template("review.html").render(
            v=view, t=view.say, say=partial(say, lang), language=lang, **context
        )
        status = 200 if error is None else 409
        return Response(text, status, {"content-language": lang}, "text/html; charset=utf-8")

    def _choices(self, lang: str) -> Iterator[tuple[str, str, bool]]:
        """What to write for each other link, what it is called, and whether it is said from the other end."""
        for name, predicate in CHOICES.items():
            called = self._sides.called(predicate, lang)
            yield name, called, False
            if predicate not in SYMMETRIC:
                yield INVERSE + name, called, True


class _View:
    """What the template asks for, where there is no site."""

    def __init__(self, request: Request, language: str) -> None:
        self._request = request
        self.say = partial(_say, language)
        self.day = partial(dates.day, language=language)
        self.title = "Passerelles"

    def url(self, path: str, /, **parameters: str) -> str:
        """The address of a page of the review; the language asked for by name is kept."""
        asked = self._request.query_params.get("lang", "")
        if asked in LANGUAGES:
            parameters = {"lang": asked, **parameters}
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        return self.bare(path) + (f"?{query}" if query else "")

    def bare(self, path: str) -> str:
        """The address of a file of ours, which has no language."""
        return str(self._request.scope["root_path"]) + path

    def other_language(self) -> tuple[str, str]:
        """The other language, and this page in it."""
        other = next(code for code in LANGUAGES if code != self.say.args[0])
        return (
            other,
            f"{self._request.scope['root_path']}/?at={_number(self._request.query_params.get('at'))}&lang={other}",
        )

    @staticmethod
    def href(iri: str) -> str:
        """Where a link to an IRI leads; nowhere, rather than to a script."""
        return iri if iri.startswith(("http://", "https://")) else ""


def _say(language: str, key: str, /, **parameters: object) -> str:
    return say(language, f"web.{key}", **parameters)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each; what is not UTF-8 is no field of ours."""
    body = await request.body()
    found = parse_qs(body.decode("ascii", "replace"), keep_blank_values=True, errors="replace", max_num_fields=20)
    return {name: values[-1] for name, values in found.items()}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - digits


def _seen(record: Record) -> str:
    """What tells a record as it was shown from the same one changed."""
    return hashlib.sha256(repr(record).encode()).hexdigest()[:32]


def serve(  # noqa: PLR0913, PLR0917 - what a review is made of
    snapshot: Snapshot,
    records: Records,
    waiting: Sequence[Record],
    reviewer: str,
    lang: str,
    ready: Callable[[str], None],
) -> Counter[Decision]:
    """Serve the review on a free port of the loopback until interrupted; `ready` is told its address."""
    import uvicorn

    review = Review(records, waiting, Sides(snapshot), reviewer, lang)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind((HOST, 0))
        listening.listen()
        port = listening.getsockname()[1]
        configuration = uvicorn.Config(
            review.app(port),
            log_level="error",
            access_log=False,  # the address is a secret
            ws="none",
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        ready(f"http://{HOST}:{port}/{review.token}/")
        with suppress(KeyboardInterrupt):
            uvicorn.Server(configuration).run(sockets=[listening])
    return review.decided
