"""The other ways a web address is written, for one that nothing is known of as it was given."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

_SCHEMES = ("https://", "http://")
_ENDS = ("", "/", ".git")


def spellings(iri: str) -> Iterator[str]:
    """The address as it is given, then its other spellings, those that differ least first.

    http for https and back; with a final slash, without; with `.git`, without, but for a host, which would be another.
    Anything but a web address is itself.
    """
    yield iri
    scheme = next((each for each in _SCHEMES if iri.lower().startswith(each)), None)
    if scheme is None or not iri[len(scheme) :].strip("/"):
        return
    written = iri[len(scheme) :]
    ends = _ENDS if "/" in written.rstrip("/") else _ENDS[:2]
    end = next((each for each in ends[1:] if written.endswith(each)), "")
    stem = written.removesuffix(end)
    pairs = sorted(product(_SCHEMES, ends), key=lambda pair: ((pair[0] != scheme) + (pair[1] != end), pair[1] != end))
    yield from (other for other in (each + stem + last for each, last in pairs) if other != iri)
