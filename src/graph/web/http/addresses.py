"""How the address of a page is written: percent-encoded, and no longer than what is worth saying again."""

from __future__ import annotations

from urllib.parse import quote

LONGEST = 4_096  # characters of an address worth saying again
IN_PATH = "/:@!$&'()*+,;=~-._"  # what a path holds as it is (RFC 3986, section 3.3)
IN_IRI = "/:?#@!$&'()*+,;=~%"  # what an IRI holds as it is, in a header


def encoded(path: str) -> str:
    """A decoded path as an address has it."""
    return quote(path, safe=IN_PATH)
