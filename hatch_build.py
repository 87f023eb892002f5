"""The build hook: a wheel carries the bundle of its pages, made with Node when it is not there or is older."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WITHOUT = "PASSERELLES_WITHOUT_BUNDLE"
FRONTEND = "src/graph/web/frontend"
BUNDLE = "src/graph/web/static/bundle"


class BundleHook(BuildHookInterface):
    """Adds the bundle to what is built; an editable install takes it from the checkout, where `make` builds it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle, or stop with a sentence."""
        if version == "editable" or os.environ.get(WITHOUT):
            return
        root = Path(self.root)
        if not _fresh(root):
            npm = shutil.which("npm")
            if npm is None:
                self.app.abort(
                    "The bundle of the pages (query editor) is made with Node >= 18 and npm, which are not here. "
                    f"Install them, or set {WITHOUT}=1 to build without the bundle, on purpose."
                )
            for arguments in (["ci", "--ignore-scripts", "--no-audit", "--no-fund"], ["run", "--silent", "build"]):
                if subprocess.run([npm, *arguments], cwd=root / FRONTEND, check=False).returncode:  # noqa: S603 - ours
                    self.app.abort(f"`npm {arguments[0]}` failed in {FRONTEND}: the bundle of the pages was not made.")
        build_data["artifacts"].append(f"/{BUNDLE}/*")


def _fresh(root: Path) -> bool:
    """True when the bundle is there and no source is newer, as make would say."""
    made = root / BUNDLE / "manifest.json"
    sources = [path for path in (root / FRONTEND).iterdir() if path.is_file()]
    return made.exists() and made.stat().st_mtime >= max(path.stat().st_mtime for path in sources)
