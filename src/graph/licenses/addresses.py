"""Addresses that stand for a licence: those of SPDX, Creative Commons and the Open Source Initiative."""

from __future__ import annotations

import re

_SPDX = re.compile(r"https?://(?:www\.)?spdx\.org/licenses/([A-Za-z0-9.+-]+?)(?:\.html|\.json|\.txt|/)?(?:#.*)?\Z")
_COMMONS = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/(\d\.\d)/?(?:deed.*|legalcode.*)?\Z"
)
_DOMAIN = {"zero": "CC0", "mark": "CC-PDM"}
_INITIATIVE = re.compile(r"https?://(?:www\.)?opensource\.org/licenses?/([A-Za-z0-9.+-]+?)(?:\.php|/)?\Z")


def identifier(iri: str) -> str:
    """The SPDX identifier that an address of one of these lists stands for, as written; empty for another."""
    found = _SPDX.match(iri) or _INITIATIVE.match(iri)
    if found:
        return found[1]
    commons = _COMMONS.match(iri)
    if commons is None:
        return ""
    name = _DOMAIN.get(commons[1]) or f"CC-{'-'.join(sorted(commons[1].split('-'))).upper()}"
    return f"{name}-{commons[2]}"
