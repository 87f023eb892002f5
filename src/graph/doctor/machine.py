"""What is around us: Python, the packages we need or can use, git, the locale, the port."""

from __future__ import annotations

import errno
import locale
import operator
import platform
import re
import socket
from collections.abc import Iterator
from importlib import metadata
from itertools import zip_longest
from pathlib import Path

from ..git import Git
from ..texts import Text
from .check import Check, Level, said

DISTRIBUTION = "passerelles"
_REQUIREMENT = re.compile(
    r"(?P<name>[\w.-]+)(?:\[[^\]]*\])? *(?P<versions>[^;]*?) *(?:;.*\bextra *== *['\"](?P<extra>[\w-]+)['\"].*)?"
)
_VERSIONS = re.compile(r"(>=|<=|==|!=|>|<) *(\d+(?:\.\d+)*)")
_HOLDS = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


def checks(port: int) -> Iterator[Check]:
    """Each of them, the packages by their names."""
    try:
        requires, python = metadata.requires(DISTRIBUTION) or [], metadata.metadata(DISTRIBUTION)["Requires-Python"]
    except metadata.PackageNotFoundError:
        requires, python = [], ""
        yield Check("packages", Text("doctor.not-installed"), Level.NOTE)
    yield _python(python or "")
    yield from _packages(requires)
    yield _git()
    yield _locale()
    yield _port(port)


def _python(wanted: str) -> Check:
    version = platform.python_version()
    if satisfies(version, wanted):
        return Check("python", said(version))
    return Check("python", Text("doctor.python", {"version": version, "wanted": wanted}), Level.FAULT)


def _packages(requires: list[str]) -> Iterator[Check]:
    """The packages we need, then those that an option needs, each once."""
    seen = set()
    for found in sorted(map(_REQUIREMENT.fullmatch, requires), key=lambda found: found is None or bool(found["extra"])):
        if found is None or found["name"].lower() in seen:
            continue
        seen.add(found["name"].lower())
        yield _package(found["name"], found["versions"], found["extra"])


def _package(name: str, wanted: str, extra: str | None) -> Check:
    pip = f"pip install '{name}{wanted}'" if extra is None else f"pip install '{DISTRIBUTION}[{extra}]'"
    level = Level.FAULT if extra is None else Level.NOTE
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Check(name, Text("doctor.missing", {"command": pip}), level)
    if satisfies(version, wanted):
        return Check(name, said(version))
    return Check(name, Text("doctor.version", {"version": version, "wanted": wanted, "command": pip}), level)


def satisfies(version: str, wanted: str) -> bool:
    """Whether a version is one of those wanted, as `>=0.5.13,<0.6` says them; what follows its numbers is ignored."""
    return all(_HOLDS[sign](*_padded(version, bound)) for sign, bound in _VERSIONS.findall(wanted))


def _padded(version: str, bound: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    pairs = zip_longest(*(map(int, each.split(".")) for each in (numbers[0] if numbers else "0", bound)), fillvalue=0)
    first, second = zip(*pairs, strict=True)
    return first, second


def _git() -> Check:
    version = Git(Path()).line("--version")
    if version is None:
        return Check("git", Text("doctor.no-git"), Level.NOTE)
    return Check("git", said(version.removeprefix("git version ")))


def _locale() -> Check:
    charset = locale.getencoding()
    if charset.replace("-", "").lower() == "utf8":
        return Check("locale", said(charset))
    return Check("locale", Text("doctor.locale", {"charset": charset}), Level.NOTE)


def _port(port: int) -> Check:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return Check("port", Text("doctor.port-refused", {"port": port, "reason": error.strerror}), Level.NOTE)
            return Check("port", Text("doctor.port-taken", {"port": port}), Level.NOTE)
    return Check("port", Text("doctor.port", {"port": port}))
