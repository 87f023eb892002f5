"""A software as publiccode.yml, version 0.4 (<https://yml.publiccode.tools/>).

Its mandatory keys are taken from the graph or not at all: a file with guesses would pass its parser and deceive.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from .projections import Software

VERSION = "0.4"
MEDIA_TYPE = "application/yaml"
SUFFIX = "publiccode.yml"
NAME = "publiccode.yml"
STATUSES = ("concept", "development", "beta", "stable", "obsolete")
TYPES = (
    *(f"standalone/{where}" for where in ("mobile", "iot", "desktop", "web", "backend", "other")),
    "addon", "library", "configurationFiles",
)  # fmt: skip
_SHORT, _LONG, _LONGEST = 150, 150, 10_000
#: A first sentence ends before a capital, and after a word: what is shorter than three letters may be an abbreviation.
_SENTENCE = re.compile(r"\A\s*(\S[^\n]*?[^\W\d_]{3}\s?»?\s?[.!?…]+(?:\s?»)?)(?=\Z|\n|\s+[«“\"(]?\s?[A-ZÀ-ÖØ-Þ])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN = re.compile(r"[A-Za-z][\w/-]*\Z", re.ASCII)
_SAID_OTHERWISE = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def lacking(described: Software) -> list[str]:
    """The mandatory keys that the graph says nothing of."""
    return [name for name, value in _mandatory(described).items() if value in (None, [], {}, "")]


def written(described: Software) -> str:
    """The description, as YAML."""
    keys = _mandatory(described)
    issued = _DAY.match(described.one("issued") or "")
    fields: dict[str, Any] = {
        "publiccodeYmlVersion": VERSION,
        "name": keys["name"],
        "url": keys["url"],
        "landingURL": next((page for page in described.all("page") if page.startswith("http")), described.page),
        "isBasedOn": described.all("origin"),
        "softwareVersion": described.one("version"),
        "releaseDate": issued and issued[0],
        "platforms": keys["platforms"],
        "categories": described.all("category"),
        "developmentStatus": keys["developmentStatus"],
        "softwareType": keys["softwareType"],
        "description": keys["description"],
        "legal": {"license": keys["legal.license"]},
        "maintenance": {"type": keys["maintenance.type"], "contacts": keys["maintenance.contacts"]},
        "localisation": {
            "localisationReady": keys["localisation.localisationReady"],
            "availableLanguages": keys["localisation.availableLanguages"],
        },
    }
    return "\n".join(_lines({name: value for name, value in fields.items() if value}, "")) + "\n"


def _mandatory(described: Software) -> dict[str, Any]:
    languages = described.languages
    status, kind = described.one("status"), described.one("type")
    contacts = described.names("maintainer") or described.names("contact")
    owners = described.names("owner")
    return {
        "name": described.one("title"),
        "url": described.one("repository"),
        "platforms": [platform.lower() for platform in described.all("platform")],
        "developmentStatus": status if status in STATUSES else None,
        "softwareType": kind if kind in TYPES else None,
        "description": _descriptions(described),
        "legal.license": described.licence,
        "maintenance.type": "internal" if contacts and contacts.keys() <= owners.keys() else None,
        "maintenance.contacts": [{"name": name} for name in contacts.values()],
        # what speaks two languages was made ready for more than one; of what speaks one, nothing is known
        "localisation.localisationReady": len(languages) > 1 or None,
        "localisation.availableLanguages": languages,
    }


def _descriptions(described: Software) -> dict[str, dict[str, Any]]:
    """The description in each language that has a long text, a short one and a feature.

    Where no text is short, the first sentence of the long one is: it was written to say what the thing is.
    """
    features, found = described.by_language("feature"), {}
    for language, written_ in described.by_language("description").items():
        long = next((text for text in written_ if _LONG <= len(text) <= _LONGEST), "")
        shorts = (*(text for text in written_ if text != long), *_SENTENCE.findall(long))
        short = next((text for text in shorts if len(text) <= _SHORT), None)
        if short and long and features.get(language):
            found[language] = {"shortDescription": short, "longDescription": long, "features": features[language]}
    return found


def _lines(table: dict[str, Any], margin: str) -> Iterator[str]:
    """A mapping as YAML writes it in blocks; texts as JSON has them, which YAML reads alike."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield f"{margin}{_scalar(name)}:"
            yield from _lines(value, margin + "  ")
        elif isinstance(value, list):
            yield f"{margin}{_scalar(name)}:"
            for each in value:
                first, *rest = _lines(each, "") if isinstance(each, dict) else [_scalar(each)]
                yield f"{margin}  - {first}"
                yield from (f"{margin}    {line}" for line in rest)
        else:
            yield f"{margin}{_scalar(name)}: {_scalar(value)}"


def _scalar(value: object) -> str:
    text = str(value)
    if isinstance(value, str) and _PLAIN.match(text) and text.lower() not in _SAID_OTHERWISE:
        return text
    return json.dumps(value, ensure_ascii=False)
