"""What a server has done in a process of its own: it takes seconds of processor time that its clients would wait for.

`python -m graph.feeds make SNAPSHOT FOLDER SECONDS NAME…`: make dumps of a snapshot in a folder.
`python -m graph.feeds record FOLDER ID KEPT`: have the chain of a build folder tell that a snapshot came into force.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from ..config import Limits
from ..snapshot.reader import open_snapshot
from .changes import record
from .dumps import known, make

if __name__ == "__main__":
    os.nice(5)
    match sys.argv[1:]:
        case "make", path, target, seconds, *names:
            snapshot, folder = open_snapshot(Path(path)), Path(target)
            for name in names:
                if name not in known(snapshot, folder):
                    make(snapshot, name, folder, float(seconds))
        case "record", path, name, kept:
            record(Path(path), name, replace(Limits(), changes_kept=int(kept)))
