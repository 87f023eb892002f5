"""`python -m graph.feeds SNAPSHOT FOLDER NAME…`: make dumps of a snapshot in a folder, in a process of their own.

The server asks for it: the work takes seconds of processor time that its other clients would wait for.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..snapshot.reader import open_snapshot
from .dumps import known, make

if __name__ == "__main__":
    os.nice(5)
    snapshot = open_snapshot(Path(sys.argv[1]))
    folder = Path(sys.argv[2])
    for name in sys.argv[3:]:
        if name not in known(snapshot, folder):
            make(snapshot, name, folder)
