"""Build again whenever the files change, beside the server, which finds the new snapshot by itself."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..config import FILE_NAME, Settings

_LOOK_SECONDS = 1.0

Stamps = dict[str, tuple[int, int]]


@contextmanager
def rebuilding(settings: Settings, language: str, *, wanted: bool) -> Iterator[None]:
    """Watch the files as long as it lasts, when that is wanted; a build that is refused says why."""
    stop = threading.Event()
    thread = threading.Thread(target=_watch, args=(settings, language, stop), daemon=True)
    if wanted:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        if wanted:
            thread.join()


def _watch(settings: Settings, language: str, stop: threading.Event) -> None:
    built = seen = _stamps(settings)
    while not stop.wait(_LOOK_SECONDS):
        now = _stamps(settings)
        if now != built and now == seen:  # an editor has finished: nothing moved since the last look
            built = now
            _build(settings, language, stop)
        seen = now


def _build(settings: Settings, language: str, stop: threading.Event) -> None:
    command = [sys.executable, "-m", "graph", "--repo", str(settings.root), "--lang", language, "--quiet", "build"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as process:  # noqa: S603 - ours
        while process.poll() is None:
            if stop.wait(0.1):
                process.terminate()


def _stamps(settings: Settings) -> Stamps:
    """When each file a snapshot is made of was written, and its size."""
    folders = (settings.ontology_folder, settings.shapes_folder, settings.data_folder, settings.queries_folder)
    found: Stamps = {}
    for path in (settings.root / FILE_NAME, *(path for folder in folders for path in _files(folder))):
        with suppress(OSError):
            status = path.stat()
            found[str(path)] = (status.st_mtime_ns, status.st_size)
    return found


def _files(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from folder.rglob("*.ttl")
        yield from folder.rglob("*.rq")
