"""What the guard lets through, and the time it takes the engine to parse and plan it, for as long as is wanted.

    python bench/fuzz_guard.py [--minutes 5] [--seed 0]

Families of queries (tests/property/growing.py) are each grown to the greatest member that the guard admits, which a
child process with the stack and the memory of a worker evaluates on an empty store. Prints the slowest, with their
seeds; a crash, or more than two seconds of processor time, is FAIL. `--only SEED` prints one query and its time.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from types import ModuleType

from common import arguments

from graph.config import Limits
from graph.errors import QueryError
from graph.sparql.guard import admit

SLOW = 2.0
SHOWN = 10


def growing() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "tests" / "property" / "growing.py"
    specification = importlib.util.spec_from_file_location("growing", path)
    module = importlib.util.module_from_spec(specification)
    sys.modules["growing"] = module
    specification.loader.exec_module(module)
    return module


def admits(text: str) -> bool:
    try:
        admit(text, Limits())
    except QueryError:
        return False
    return True


def main() -> None:
    given = arguments(__doc__, minutes=5, seed=0, only=-1)
    families, failed = growing(), 0
    planner, outcomes, slowest = families.Planner(), Counter(), []
    seeds = [given.only] if given.only >= 0 else range(given.seed, sys.maxsize)
    end = time.monotonic() + 60 * given.minutes
    for seed in seeds:
        if time.monotonic() > end:
            break
        text = families.largest(families.growing(Random(seed)), admits)
        if text is None:
            outcomes["nothing admitted"] += 1
            continue
        seconds, outcome = planner.cost(text)
        outcomes[outcome] += 1
        slowest = sorted([*slowest, (seconds, seed, len(text), outcome)], reverse=True)[:SHOWN]
        if seconds > SLOW or outcome in ("crash", "late"):
            failed += 1
            print(f"FAIL seed {seed}: {outcome}, {seconds:.2f} s, {text[:200]!r}", flush=True)
        if given.only >= 0:
            print(text)
    planner.end()
    print(f"seeds {given.seed} to {seed}: " + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()))
    for seconds, seed, size, outcome in slowest:
        print(f"{seconds:8.3f} s  seed {seed:<8} {size:6} bytes  {outcome}")
    print("FAIL" if failed else "PASS")


if __name__ == "__main__":
    main()
