"""What is installed, configured and healthy: each check looks at one thing, and says what to do when it is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..config import FILE_NAME, Limits, read, shipped_root
from . import machine
from .check import Check, Level, fault

__all__ = ["Check", "Level", "examine", "examine_endpoint"]


def examine(repo: Path | None, port: int) -> Iterator[Check]:
    """Every check, as it is made: of this machine, of the repository that is named, around or shipped, of the engines.

    Nothing is changed; what is tried is tried in temporary folders. `port` is the one a server would listen on.
    """
    yield from machine.checks(port)
    try:
        from . import engine, repository
    except ImportError as error:  # a package that was said to be missing
        yield fault("build", error)
        return
    settings, configuration = repository.configuration(repo)
    yield configuration
    yield from engine.checks(Limits() if settings is None else settings.limits)
    if settings is not None:
        yield from repository.checks(settings)


def examine_endpoint(repo: Path | None, address: str) -> Iterator[Check]:
    """Every check, as it is made, of what others serve at an address, within the limits of the repository.

    Raises ConfigurationError for what is no http(s) address.
    """
    from . import endpoint, repository

    settings, _ = repository.configuration(repo)
    yield from endpoint.examine(address, settings or read(shipped_root() / FILE_NAME, shipped=True))
