"""Mementos (RFC 7089): an answer of one snapshot says what it is one of, and where the others are listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from .addresses import IN_PATH, LONGEST, encoded

if TYPE_CHECKING:
    from starlette.types import Scope

LINKS = "application/link-format"
_IN_QUERY = IN_PATH + "?%"


def links(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The Link header of the answer to a GET: its address in the snapshot in force, and the list of its mementos."""
    if scope["method"] != "GET" or len(scope["query_string"]) > LONGEST:
        return []
    root, address = unpinned(scope)
    said = f'<{root}{address}>; rel="original timegate", <{root}{listed(address)}>; rel="timemap"; type="{LINKS}"'
    return [(b"link", said.encode())]


def unpinned(scope: Scope) -> tuple[str, str]:
    """Where the site is, and from there the address of a request, whatever snapshot it names."""
    query, pinned = scope["query_string"], scope["state"]["pinned"]
    root = scope["root_path"].removesuffix(pinned)
    address = "/" + encoded(scope["path"].removeprefix(root + pinned).lstrip("/"))  # `//` names a host
    return root, address + (f"?{quote(query, safe=_IN_QUERY)}" if query else "")


def listed(address: str) -> str:
    """Where the mementos of an address are listed; both from the root."""
    return f"/snapshots?of={quote(address, safe='/')}"


def timemap(site: str, address: str, kept: Sequence[tuple[str, datetime]]) -> str:
    """The list of the mementos of an address, the newest first (section 5); `site` is where it is served."""
    dates = [format_datetime(made, usegmt=True) for _, made in kept]
    lines = [
        f'<{site}{address}>; rel="original timegate"',
        f'<{site}{listed(address)}>; rel="self"; type="{LINKS}"; from="{dates[-1]}"; until="{dates[0]}"',
    ]
    for place, (name, _) in enumerate(kept):
        relation = "last " * (place == 0) + "first " * (place == len(kept) - 1) + "memento"
        lines.append(f'<{site}/snapshots/{name}{address}>; rel="{relation}"; datetime="{dates[place]}"')
    return ",\n".join(lines)
