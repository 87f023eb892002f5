"""The hostile tests, for ten times as long: how late, how many, how soon.

    python bench/abuse.py [--times 10]

The tests of tests/hostile, with that many times as many queries, kills and swaps, one after the other on a machine that
does nothing else. They say what must hold; what is printed on the way says by how much: the latest queries after their
deadline, and the replies a neighbour had meanwhile.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from common import arguments, header

TESTS = Path(__file__).resolve().parents[1] / "tests" / "hostile"
NAMES = ("test_hostile_queries.py", "test_hostile_http.py", "test_faults.py")


def main() -> None:
    given = arguments(__doc__, times=10)
    header("pyoxigraph", "uvicorn")
    command = [sys.executable, "-m", "pytest", "-q", "-s", *(str(TESTS / name) for name in NAMES)]
    environment = {**os.environ, "PASSERELLES_ABUSE": str(given.times)}
    sys.stdout.flush()
    sys.exit(subprocess.run(command, env=environment, check=False).returncode)


main()
