"""Dumps: what there is, as JSON and as a page, and the files themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request

from ...errors import NoSuchThing
from ...feeds.dumps import CODINGS, FORMS, NAMES, Dump, path_of
from ..http.answers import answer, page
from ..http.conneg import HTML, JSON, negotiate
from ..http.files import file
from ..interface import PAGES, READ, described
from ..machines.dumped import made, make, prepare, spare, whole

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


def add(app: FastAPI) -> None:
    """Add `/dumps` and the files below."""
    prepare(app)
    app.add_api_route("/dumps", index, tags=["dumps"], **described("web.summary-dumps", *JSON.media_types, *PAGES))
    files = described("web.summary-dump", *CODINGS.values(), statuses=(*READ, 416), successes=(200, 206))
    app.add_api_route("/dumps/{name}", dump, tags=["dumps"], **files)


async def index(request: Request) -> Response:
    """Every file, with its size and digests once it is made: all of a small graph, else what was asked for before."""
    site: Site = request.state.site
    found = await whole(request)
    shown = [_entry(site, name, found) for name in NAMES] if found else []
    choice = negotiate(request.headers.get("accept"), (JSON, HTML))
    if choice.name == HTML.name:

        async def rendered() -> str:
            return site.pages.render("dumps.html", request, files=shown)

        return _unkept(request, await page(request, rendered, *found))

    async def produce() -> str:
        for each in shown:
            each["href"] = f"{site.url(request)}/dumps/{each['name']}"
        return json.dumps({"snapshot": site.snapshot.id, "created": site.snapshot.manifest.created, "files": shown})

    return _unkept(request, await answer(request, produce, choice.media_type, *found))


async def dump(request: Request, name: str) -> Response:
    """One file, made now when nobody asked for it before. Raises NoSuchThing, DeadlineExceeded and SnapshotError."""
    site: Site = request.state.site
    if name not in NAMES or not site.snapshot.manifest.dumps:
        raise NoSuchThing("no-such-dump", name=name)
    found = (await made(request)).get(name)
    if found is None:
        await make(request, name)
        found = (await made(request))[name]
    return file(
        request,
        path_of(site.snapshot, name, spare(request.app.state, site.snapshot)),
        CODINGS[name.rpartition(".")[2]],
        found.sha256,
        modified=site.last_modified,
        immutable=bool(request.state.pinned),
    )


def _entry(site: Site, name: str, found: Mapping[str, Dump]) -> dict[str, Any]:
    stem, _, coding = name.rpartition(".")
    digests = asdict(found[name]) if name in found else {"bytes": None, "sha256": None, "rdfc10": None}
    return {
        "name": name,
        "media_type": FORMS[stem].media_type,
        "compression": CODINGS[coding],
        **digests,
        "created": site.snapshot.manifest.created,
        "snapshot": site.snapshot.id,
    }


def _unkept(request: Request, response: Response) -> Response:
    """A file more changes this answer, and no snapshot in force: the door is not to say it again."""
    request.scope["state"]["keep"] = False
    return response
