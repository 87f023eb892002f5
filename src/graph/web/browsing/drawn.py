"""The pictures of the whole graph, made with the snapshot: the page that shows them, with their figures."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ...errors import NoSuchThing, SnapshotError
from ...pictures.svg import STYLE
from ...pictures.writing import EXCHANGES, SHOWN, THEMES

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import Request

    from ..site import Site

NAMES = (THEMES, EXCHANGES)


def policy() -> str:
    """What a picture may do when it is opened alone: have its one style, known by its digest, and nothing else."""
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"


def read(folder: Path) -> Mapping[str, Any]:
    """The pictures of a folder; none where there is no folder. Raises SnapshotError when what tells them is damaged."""
    path = folder / SHOWN
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise SnapshotError("damaged-file", path=path) from error
    return found


async def page(request: Request, site: Site) -> str:
    """The pictures, and the same figures in tables. Raises NoSuchThing where there is no picture."""
    pictures = _some(site)
    return site.pages.render("pictures.html", request, pictures=pictures)


async def as_json(request: Request, site: Site) -> str:
    """The figures, as programs take them. Raises NoSuchThing where there is no picture."""
    address = site.url(request)
    told = {name: {"href": f"{address}/pictures/{name}.svg", **found} for name, found in _some(site).items()}
    return json.dumps(told, ensure_ascii=False)


async def picture(site: Site, name: str, language: str) -> bytes:
    """The picture of that name, in a language. Raises NoSuchThing."""
    if name not in site.pictures:
        raise NoSuchThing("no-such-picture", name=name)
    return await asyncio.to_thread((site.snapshot.pictures_path / f"{name}.{language}.svg").read_bytes)


def _some(site: Site) -> Mapping[str, Any]:
    if not site.pictures:
        raise NoSuchThing("no-such-thing", iri="/pictures")
    return site.pictures
