"""The sections of a configuration file that are about others: what portals are told, called for, where files are sent.

Every reader takes the document and its file. Raises ConfigurationError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import ConfigurationError
from .values import day, email, iri, iris, keywords, known, period, section, texts, typed, web

PORTAL = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*\Z")  # a part of IRIs, and the name of a file
_AUTHORITY = re.compile(r"[^\s/@?#]+:\d{1,5}\Z")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?\Z")


@dataclass(frozen=True, slots=True)
class Catalog:
    """What `/catalog` says that the graph does not: texts by language, IRIs of authorities, who to write to."""

    description: Mapping[str, str] = field(default_factory=dict)
    publisher_name: Mapping[str, str] = field(default_factory=dict)
    publisher_type: str = ""
    contact_name: Mapping[str, str] = field(default_factory=dict)
    contact_email: str = ""
    contact_page: str = ""
    issued: str = ""
    temporal: tuple[str, ...] = ()
    spatial: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Federation:
    """What queries may call: exact SERVICE targets, none unless listed; of the servers of this network, `private` ones.

    `private` names them as "host:port"; it holds for harvests too. `files` are the hosts that a text to validate may be
    taken from, none unless listed.
    """

    allow: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribute:
    """Where a contribution goes: the address at which the forge makes a file, with `{path}` and perhaps `{text}`."""

    new_file: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """Whether a build computes what things mean, where the extra `semantic` is installed."""

    meaning: bool = True


@dataclass(frozen=True, slots=True)
class Harvested:
    """A catalogue to harvest: where it is, how it is asked, the mapping that reads it, the licence of its records.

    `base` is what the relative IRIs of its files resolve against, `language` that of texts that do not say theirs,
    `charset` how its documents are written, whatever they say.
    """

    url: str
    adapter: str = ""
    mapping: str = ""
    licence: str = ""
    base: str = ""
    language: str = ""
    charset: str = ""


#: How each key of `[catalog]` is read.
CATALOG: Mapping[str, Callable[[object, str, Path], Any]] = {
    **dict.fromkeys(("description", "publisher_name", "contact_name"), texts),
    **dict.fromkeys(("publisher_type", "contact_page"), iri),
    **dict.fromkeys(("spatial", "themes"), iris),
    "keywords": keywords, "contact_email": email, "issued": day, "temporal": period,
}  # fmt: skip


def catalog(document: Mapping[str, object], path: Path) -> Catalog:
    """The section `[catalog]`."""
    table = section(document, "catalog", path)
    known(table, tuple(CATALOG), path, "catalog.")
    return Catalog(**{name: CATALOG[name](value, f"catalog.{name}", path) for name, value in table.items()})


def federation(document: Mapping[str, object], path: Path) -> Federation:
    """The section `[federation]`."""
    table = section(document, "federation", path)
    known(table, ("allow", "private", "files"), path, "federation.")
    allow, private, files = (table.get(name, []) for name in ("allow", "private", "files"))
    if not isinstance(allow, list):
        raise ConfigurationError("wrong-kind", path=path, key="federation.allow", expected='["https://…"]')
    if not isinstance(private, list) or not all(_AUTHORITY.match(str(each)) for each in private):
        raise ConfigurationError(
            "wrong-kind", path=path, key="federation.private", expected='["sparql.example.org:8890"]'
        )
    if not isinstance(files, list) or not all(_HOST.match(str(each)) for each in files):
        raise ConfigurationError("wrong-kind", path=path, key="federation.files", expected='["git.example.org"]')
    return Federation(tuple(web(target, "federation.allow", path) for target in allow), tuple(private), tuple(files))


def contribute(document: Mapping[str, object], path: Path) -> Contribute:
    """The section `[contribute]`."""
    found = Contribute(**typed(document, "contribute", Contribute, path))
    if found.new_file:
        filled = found.new_file.replace("{path}", "path").replace("{text}", "text")
        if "{path}" not in found.new_file or "{" in filled:
            expected = '"https://…?filename={path}&value={text}"'
            raise ConfigurationError("wrong-kind", path=path, key="contribute.new_file", expected=expected)
        web(filled, "contribute.new_file", path)
    return found


def search(document: Mapping[str, object], path: Path) -> Search:
    """The section `[search]`."""
    table = section(document, "search", path)
    known(table, ("meaning",), path, "search.")
    meaning = table.get("meaning", True)
    if not isinstance(meaning, bool):
        raise ConfigurationError("wrong-kind", path=path, key="search.meaning", expected="true | false")
    return Search(meaning)


def harvest(document: Mapping[str, object], path: Path) -> dict[str, Harvested]:
    """The sections `[harvest.NAME]`, by name; each has an address, or a file or folder of the repository."""
    found: dict[str, Harvested] = {}
    for name, table in section(document, "harvest", path).items():
        key = f"harvest.{name}"
        if not PORTAL.match(name) or not isinstance(table, dict) or "url" not in table:
            raise ConfigurationError("wrong-kind", path=path, key=key, expected='[harvest.name] url = "…"')
        found[name] = Harvested(**typed({key: table}, key, Harvested, path))
        if "://" in found[name].url:
            web(found[name].url, f"{key}.url", path)
    return found
