"""What the OpenAPI description says of an address, from the catalogues."""

from __future__ import annotations

from typing import Any

from ..texts import LANGUAGES, say


def described(key: str, **more: object) -> dict[str, Any]:
    """The options of a route: its summary, in English where OpenAPI has one language, in each for our page."""
    summaries = {language: say(language, key) for language in LANGUAGES}
    return {"summary": summaries["en"], "openapi_extra": {"x-summary": summaries, **more}}
