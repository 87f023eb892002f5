"""The rules of publiccode.yml that its parser checks without the network: what is wrong in a document, by key."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from suite import SHARED

REAL = SHARED / "real" / "publiccode"
VERSIONS = ("0", "0.2", "0.2.0", "0.2.1", "0.2.2", "0.3", "0.3.0", "0.4", "0.4.0", "0.5", "0.5.0", "1", "1.0", "1.0.0")
STATUSES = ("concept", "development", "beta", "stable", "obsolete")
TYPES = re.compile(r"standalone/(mobile|iot|desktop|web|backend|other)|addon|library|configurationFiles")
MAINTENANCE = ("internal", "contract", "community", "none")
KEYS = {
    "publiccodeYmlVersion", "name", "applicationSuite", "url", "landingURL", "isBasedOn", "softwareVersion",
    "releaseDate", "logo", "monochromeLogo", "organisation", "inputTypes", "outputTypes", "platforms", "categories",
    "usedBy", "fundedBy", "roadmap", "developmentStatus", "softwareType", "intendedAudience", "description", "legal",
    "maintenance", "localisation", "dependsOn", "IT", "it",
}  # fmt: skip
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
LICENCE = re.compile(r"[A-Za-z0-9.+-]+( (WITH|OR|AND) [A-Za-z0-9.+-]+)*")
ADDRESS = re.compile(r"https?://\S+")


def required(folder: str) -> list[Path]:
    """The documents of a folder; skips where they are absent, and fails in continuous integration."""
    found = sorted((REAL / folder).glob("*.yml"))
    if not found:
        reason = f"no documents in {REAL / folder}: set PASSERELLES_SHARED"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    return found


def faults(text: str) -> list[str]:
    """The keys of a document that break a rule."""
    document = yaml.safe_load(text)
    return sorted(_faults(document)) if isinstance(document, dict) else ["document"]


def _faults(said: dict) -> Iterator[str]:
    version = str(said.get("publiccodeYmlVersion"))
    rules = {
        "publiccodeYmlVersion": version in VERSIONS,
        "name": bool(said.get("name")),
        "url": bool(ADDRESS.fullmatch(str(said.get("url")))),
        "landingURL": "landingURL" not in said or bool(ADDRESS.fullmatch(str(said["landingURL"]))),
        "releaseDate": isinstance(said.get("releaseDate", date.min), date | str),
        "platforms": _list(said.get("platforms")),
        "developmentStatus": said.get("developmentStatus") in STATUSES,
        "softwareType": bool(TYPES.fullmatch(str(said.get("softwareType")))),
        "description": isinstance(said.get("description"), dict) and bool(said["description"]),
        "legal.license": bool(LICENCE.fullmatch(str((said.get("legal") or {}).get("license") or " "))),
    }
    yield from set(said) - KEYS
    yield from (key for key, kept in rules.items() if not kept)
    if rules["description"]:
        for language, text in said["description"].items():
            yield from _described(language, text or {}, featured=version < "1")
    yield from _maintained(said.get("maintenance") or {})
    yield from _localised(said.get("localisation") or {})


def _described(language: str, text: dict, *, featured: bool) -> Iterator[str]:
    place = f"description.{language}"
    if not LANGUAGE.fullmatch(language):
        yield place
    if not 0 < len(text.get("shortDescription") or "") <= 150:
        yield f"{place}.shortDescription"
    if not 150 <= len(text.get("longDescription") or "") <= 10_000:
        yield f"{place}.longDescription"
    if featured and not _list(text.get("features")):
        yield f"{place}.features"


def _maintained(said: dict) -> Iterator[str]:
    kind = said.get("type")
    if kind not in MAINTENANCE:
        yield "maintenance.type"
    if kind in ("internal", "community") and not all(each.get("name") for each in said.get("contacts") or [{}]):
        yield "maintenance.contacts"
    if kind == "contract" and not all(
        each.get("name") and each.get("until") for each in said.get("contractors") or [{}]
    ):
        yield "maintenance.contractors"


def _localised(said: dict) -> Iterator[str]:
    if not isinstance(said.get("localisationReady"), bool):
        yield "localisation.localisationReady"
    languages = said.get("availableLanguages")
    if not _list(languages) or not all(LANGUAGE.fullmatch(str(each)) for each in languages):
        yield "localisation.availableLanguages"


def _list(value: object) -> bool:
    return isinstance(value, list) and bool(value)
