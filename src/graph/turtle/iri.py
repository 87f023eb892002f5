"""IRI references: which are well formed (RFC 3987), and what they are below a base (RFC 3986, section 5.2).

Two readings of the texts are Oxigraph's, for a document means here what it means to the engine: a reference that
has a scheme or an authority is taken as it is written, its dot segments kept; `..` above a path without root
leaves nothing. Both are held by a test.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_UCS = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 0xE)
)
_UCS += "\U000e1000-\U000efffd"
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_PERCENT = "%[0-9A-Fa-f]{2}"


def _grammar(others: str, private: str) -> re.Pattern[str]:
    plain = rf"A-Za-z0-9\-._~!$&'()*+,;={others}"
    return re.compile(
        r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*+):)?+"
        rf"(?:(?!//)|//(?P<authority>(?:(?:[{plain}:]++|{_PERCENT})*+@)?(?:\[(?P<address>[^\]/?\#]*+)\]|(?:[{plain}]++|{_PERCENT})*+)"
        r"(?::[0-9]*+)?+(?=[/?\#]|\Z)))"
        rf"(?P<path>(?:[{plain}:@/]++|{_PERCENT})*+)"
        rf"(?:\?(?P<query>(?:[{plain}:@/?{private}]++|{_PERCENT})*+))?+"
        rf"(?:\#(?P<fragment>(?:[{plain}:@/?]++|{_PERCENT})*+))?+\Z"
    )


_ASCII = _grammar("", "")
_ANY = _grammar(_UCS, _PRIVATE)
_VERSIONED = re.compile(r"[vV][0-9A-Fa-f]++\.[A-Za-z0-9\-._~!$&'()*+,;=:]++\Z")
_CHARACTER = re.compile(rf"[A-Za-z0-9\-._~!$&'()*+,;=:@/?\#\[\]{_UCS}{_PRIVATE}]|{_PERCENT}")
_COLON_FIRST = re.compile(r"[^/?#]*:")


class Reference(NamedTuple):
    """The parts of an IRI reference; None where a part is absent."""

    scheme: str | None
    authority: str | None
    path: str
    query: str | None
    fragment: str | None


def split(reference: str) -> Reference | None:
    """The parts of a well-formed IRI reference; None for any other text."""
    found = _ASCII.match(reference) or _ANY.match(reference)
    if found is None:
        return None
    if found["address"] is not None and not _is_address(found["address"]):
        return None
    if found["scheme"] is None and found["authority"] is None and _COLON_FIRST.match(reference):
        return None  # a first segment with a colon would read as a scheme
    return Reference(found["scheme"], found["authority"], found["path"], found["query"], found["fragment"])


def offender(reference: str) -> int | None:
    """Where the first character stands that no IRI may hold; None when it is the parts that do not fit."""
    at = 0
    while at < len(reference):
        found = _CHARACTER.match(reference, at)
        if found is None:
            return at
        at = found.end()
    return None


def resolve(reference: str, base: Reference | None) -> str | None:
    """The absolute IRI of a reference; None when it is malformed, or relative without a base."""
    parts = split(reference)
    if parts is None or parts.scheme is not None:
        return None if parts is None else reference
    if base is None or base.scheme is None:
        return None
    start = f"{base.scheme}:"
    if parts.authority is not None:
        return start + reference
    if base.authority is not None:
        start += f"//{base.authority}"
    if parts.path:
        path = _below(base, parts.path)
        if path is None:
            return None
        query = parts.query
    else:
        path, query = base.path, parts.query if parts.query is not None else base.query
    tail = "" if query is None else f"?{query}"
    return start + path + tail + ("" if parts.fragment is None else f"#{parts.fragment}")


def _below(base: Reference, path: str) -> str | None:
    """A path from the folder of the base's own, `.` and `..` taken away; None where it would read as an authority."""
    rooted = base.authority is not None
    if path.startswith("/"):
        folder, path = "/", path[1:]
    else:
        folder = base.path[: base.path.rfind("/") + 1] or ("/" if rooted else "")
    pieces = [f"{segment}/" for segment in folder.split("/")[:-1]]
    segments = path.split("/")
    for number, segment in enumerate(segments, 1):
        if not rooted and segment != ".." and pieces[:2] == ["/", "/"]:
            return None
        if segment == "..":
            del pieces[max(len(pieces) - 1, int(rooted)) :]
        elif segment != ".":
            pieces.append(segment if number == len(segments) else f"{segment}/")
    output = "".join(pieces)
    return None if not rooted and output.startswith("//") else output


def _is_address(address: str) -> bool:
    from ipaddress import AddressValueError, IPv6Address

    if _VERSIONED.match(address):
        return True
    try:
        IPv6Address(address)
    except AddressValueError:
        return False
    return "%" not in address
