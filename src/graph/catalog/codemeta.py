"""A software as CodeMeta 3.0 (<https://w3id.org/codemeta/3.0>): schema.org, and a few words for code."""

from __future__ import annotations

import json
from typing import Any

from .projections import SPDX, Software

CONTEXT = "https://w3id.org/codemeta/3.0"
MEDIA_TYPE = "application/ld+json"
SUFFIX = "codemeta.json"
NAME = "CodeMeta"
#: The status of a project (<https://www.repostatus.org/>) for each of publiccode.yml.
_STATUSES = {"concept": "concept", "development": "wip", "beta": "wip", "stable": "active", "obsolete": "unsupported"}


def lacking(described: Software) -> list[str]:
    """The fields without which a description would say nothing."""
    wanted = {"name": described.one("title"), "codeRepository": described.one("repository")}
    return [name for name, value in wanted.items() if not value]


def written(described: Software) -> str:
    """The description, as JSON-LD."""
    licence = described.licence
    fields: dict[str, Any] = {
        "@context": CONTEXT,
        "type": "SoftwareSourceCode",
        "id": described.iri,
        "name": described.one("title"),
        "description": described.one("description"),
        "identifier": described.iri,
        "url": next(iter(described.all("page")), described.page),
        "codeRepository": described.one("repository"),
        "license": f"{SPDX[1]}{licence}" if licence and " " not in licence else described.one("licence"),
        "version": described.one("version"),
        "datePublished": described.one("issued"),
        "dateModified": described.one("modified"),
        "developmentStatus": _status(described),
        "keywords": described.all("keyword"),
        "inLanguage": described.languages,
        "operatingSystem": described.all("platform"),
        "applicationCategory": described.all("category"),
        "programmingLanguage": described.all("programming"),
        "author": _agents(described, "author", "Organization"),
        "maintainer": _agents(described, "maintainer", "Person"),
        "publisher": _agents(described, "owner", "Organization"),
    }
    return json.dumps({name: value for name, value in fields.items() if value}, ensure_ascii=False, indent=2) + "\n"


def _status(described: Software) -> str | None:
    status = described.one("status")
    return f"https://www.repostatus.org/#{_STATUSES[status]}" if status in _STATUSES else status


def _agents(described: Software, field: str, unknown: str) -> list[dict[str, str]]:
    """The agents of a field; `unknown` is what one is that has a name and no IRI."""
    persons, found = set(described.all("person")), []
    for iri, name in described.names(field).items():
        if iri == name:
            found.append({"type": unknown, "name": name})
        else:
            found.append({"type": "Person" if iri in persons else "Organization", "id": iri, "name": name})
    return found
