"""Hostile files, as large as a file may be: how long and how much memory until the gate has its diagnostic.

    python bench/hostile.py [--megabytes 100] [--seconds 600]

Each file of tests/hostile/corpus.py is made, checked in a child process, and removed. A file that takes longer than
`--seconds` of wall time, or dies, is FAIL; what it takes for each megabyte is to be read beside the other lines.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from common import arguments

HOSTILE = Path(__file__).resolve().parents[1] / "tests" / "hostile"
CONFIGURATION = '[graph]\nbase = "https://example.org/id/"\ngraph_base = "https://example.org/graph/"\n'


def corpus() -> dict:
    specification = importlib.util.spec_from_file_location("corpus", HOSTILE / "corpus.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.CORPUS


def checked(root: Path, path: Path, seconds: int) -> dict:
    """How the check of one file went."""
    command = [sys.executable, str(HOSTILE / "door.py"), str(root), "check", "--format", "json"]
    try:
        done = subprocess.run(command, input=f"{path}\n", capture_output=True, text=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        return {"status": "too slow"}
    if done.returncode:
        return {"status": f"died ({done.returncode})"}
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    given = arguments(__doc__, megabytes=100, seconds=600)
    print(f"{'file':42}{'MB':>7}{'s':>9}{'s/MB':>8}{'peak MB':>9}  answer")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "passerelles.toml").write_text(CONFIGURATION)
        for name, (make, code) in corpus().items():
            path = root / "hostile.ttl"
            path.write_bytes(make(given.megabytes * 1_000_000))
            size = path.stat().st_size / 1e6
            answer = checked(root, path, given.seconds)
            if answer["status"] not in (0, 1):
                print(f"{name:42}{size:7.1f}{'':26}  FAIL: {str(answer['status'])[-200:]}", flush=True)
                continue
            said = answer["written"]
            found = "as foreseen" if code is None or f'"code": "{code}"' in said else f"FAIL: not {code}"
            seconds, peak = answer["seconds"], answer["peak_kb"] // 1024
            print(f"{name:42}{size:7.1f}{seconds:9.2f}{seconds / size:8.3f}{peak:9}  {found}", flush=True)


main()
