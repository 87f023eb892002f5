"""The last part of a record's address, made of its identifier: the same one each time, and of no other record."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_PLAIN = re.compile(r"[A-Za-z0-9_~](?:[A-Za-z0-9._~-]|/(?=[A-Za-z0-9_~])){0,98}[A-Za-z0-9_~-]\Z|[A-Za-z0-9_~]\Z")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:/*", re.IGNORECASE)
_OTHERS = re.compile(r"[^A-Za-z0-9._~]+")
_LENGTH = 60


def of(identifier: str) -> str:
    """The identifier itself where it is plain; else what of it is plain, and a digest of it."""
    if _PLAIN.match(identifier):
        return identifier
    bare = _SCHEME.sub("", identifier, count=1)
    folded = unicodedata.normalize("NFKD", bare).encode("ascii", "ignore").decode()
    stem = _OTHERS.sub("-", folded)[:_LENGTH].strip("-._~")
    digest = hashlib.sha256(identifier.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{stem}-{digest}" if stem else digest
