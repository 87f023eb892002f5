"""What a configuration file is made of: sections, and values read by their kind: texts by language, IRIs, dates.

Every reader takes what TOML gave, the name of the key and the file. Raises ConfigurationError for another kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from .errors import ConfigurationError

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*\Z")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+\Z", re.ASCII)


def iri(value: object, key: str, path: Path) -> str:
    """An absolute IRI."""
    if isinstance(value, str) and _IRI.match(value):
        with suppress(ValueError):
            urlsplit(value).port  # noqa: B018 - read for what it raises: a host or a port that is none
            return value
    raise ConfigurationError("wrong-kind", path=path, key=key, expected="IRI")


def web(value: object, key: str, path: Path) -> str:
    """An http(s) address, without a password: it is shown to everyone."""
    address = iri(value, key, path)
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError("wrong-kind", path=path, key=key, expected='"https://…"')
    if "@" in parts.netloc:
        raise ConfigurationError("address-secret", path=path, key=key)
    return address


def texts(value: object, key: str, path: Path) -> dict[str, str]:
    """A text by language; one without is French."""
    texts = {"fr": value} if isinstance(value, str) else value
    if not isinstance(texts, dict) or not texts or not all(isinstance(v, str) and v for v in texts.values()):
        raise ConfigurationError("wrong-kind", path=path, key=key, expected='{ fr = "…", en = "…" }')
    return texts


def iris(value: object, key: str, path: Path) -> tuple[str, ...]:
    """A list of IRIs."""
    if not isinstance(value, list):
        raise ConfigurationError("wrong-kind", path=path, key=key, expected='["https://…"]')
    return tuple(iri(each, key, path) for each in value)


def keywords(value: object, key: str, path: Path) -> dict[str, tuple[str, ...]]:
    """Lists of words, by language."""
    lists = value if isinstance(value, dict) else {"": None}
    if not all(isinstance(words, list) and all(isinstance(word, str) for word in words) for words in lists.values()):
        raise ConfigurationError("wrong-kind", path=path, key=key, expected='{ fr = ["…"], en = ["…"] }')
    return {language: tuple(words) for language, words in lists.items()}


def email(value: object, key: str, path: Path) -> str:
    """An address to write to."""
    if not isinstance(value, str) or not _EMAIL.match(value):
        raise ConfigurationError("wrong-kind", path=path, key=key, expected='"contact@example.org"')
    return value


def day(value: object, key: str, path: Path) -> str:
    """A date, as ISO 8601 writes it."""
    if not isinstance(value, date):
        raise ConfigurationError("wrong-kind", path=path, key=key, expected="2026-01-31")
    return value.isoformat()[:10]


def period(value: object, key: str, path: Path) -> tuple[str, ...]:
    """The first and the last day of a period."""
    days = tuple(day(each, key, path) for each in value) if isinstance(value, list) else ()
    if len(days) != 2 or days[0] > days[1]:  # noqa: PLR2004 - two ends
        raise ConfigurationError("wrong-kind", path=path, key=key, expected="[2020-01-01, 2026-01-31]")
    return days


def known(table: Mapping[str, object], names: tuple[str, ...], path: Path, section: str) -> None:
    """Raise ConfigurationError for a key that is none of these, with the nearest of them."""
    for key in table:
        if key not in names:
            near = get_close_matches(key, names, n=1, cutoff=0.0)[0]
            raise ConfigurationError("unknown-key", path=path, key=f"{section}{key}", near=f"{section}{near}")


def section(document: Mapping[str, object], name: str, path: Path) -> dict[str, object]:
    """The section of that name; empty where there is none."""
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise ConfigurationError("wrong-kind", path=path, key=name, expected=f"[{name}]")
    return table


def typed(document: Mapping[str, object], name: str, kind: type, path: Path) -> dict[str, str]:
    """The section of that name, whose values are strings, with the keys of a dataclass."""
    table = section(document, name, path)
    known(table, tuple(f.name for f in fields(kind)), path, f"{name}.")
    for key, value in table.items():
        if not isinstance(value, str) or not value:
            raise ConfigurationError("wrong-kind", path=path, key=f"{name}.{key}", expected='"…"')
    return {key: str(value) for key, value in table.items()}
