"""What the benchmarks share: graphs to measure on, child processes timed one after the other, and the report."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from generate import generate

BENCH = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
PASSERELLES = str(BIN / "passerelles")


@dataclass(frozen=True, slots=True)
class Run:
    """One child process: its wall seconds, its peak memory in MB, what it printed last when that is JSON.

    The memory is never less than that of the benchmark itself (some 40 MB): Linux counts from before the exec.
    """

    seconds: float
    megabytes: float
    said: Mapping[str, float]


def arguments(description: str | None, **defaults: int | str) -> argparse.Namespace:
    """The options of a benchmark; each default is a number or a text."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--child", nargs="+", default=[], help=argparse.SUPPRESS)
    for name, value in defaults.items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    return parser.parse_args()


def child(script: str, *words: str | Path) -> list[str]:
    """The command that runs one peer: the benchmark itself, in another process."""
    return [sys.executable, str(BENCH / script), "--child", *map(str, words)]


def run(command: list[str], cwd: Path | None = None) -> Run:
    """Run one command to its end. Raises CalledProcessError with its output when it fails."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, text[-2000:])
    last = text.strip().rpartition("\n")[2]
    return Run(seconds, usage.ru_maxrss / 1024, json.loads(last) if last.startswith("{") else {})


def interleaved(commands: Mapping[str, list[str]], runs: int, cwd: Path | None = None) -> dict[str, Run]:
    """The median of `runs` runs of each command, taken in turns so that all meet the same noise."""
    taken: dict[str, list[Run]] = {name: [] for name in commands}
    for name, command in commands.items():
        print(f"$ {name}: {shlex.join(command)}")
    for _ in range(runs):
        for name, command in commands.items():
            taken[name].append(run(command, cwd))
    return {name: middle(of) for name, of in taken.items()}


def middle(runs: list[Run]) -> Run:
    """The median of every figure."""
    said = {key: median(r.said[key] for r in runs) for key in runs[0].said}
    return Run(median(r.seconds for r in runs), median(r.megabytes for r in runs), said)


@contextmanager
def graph(triples: int, per_file: int = 1, seed: int = 7) -> Iterator[Path]:
    """A generated repository, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="passerelles-bench-") as folder:
        generate(Path(folder) / "graph", triples=triples, seed=seed, per_file=per_file)
        yield Path(folder) / "graph"


def ntriples(repository: Path, out: Path, *, named: bool = False, merged: bool = True) -> int:
    """The graph that the gate validates, ontology and data, as one file; how many triples it is.

    `named` adds each file's triples in its named graph (N-Quads), and without `merged` gives only those.
    """
    from graph import config
    from graph.dataset import Role, as_quads, read_one, repository_sources

    settings = config.load(repository)
    count = 0
    with out.open("wb") as file:
        for source in repository_sources(settings):
            parsed = read_one(source, settings.limits.file_bytes)
            if parsed.source.role is not Role.SHAPES:
                count += parsed.document.triples
                if merged:
                    file.write(parsed.document.ntriples)
            if named:
                file.write(as_quads(parsed.document.ntriples, parsed.source.graph))
    return count


def header(*packages: str) -> None:
    """Print the machine and the versions of what is compared."""
    with Path("/proc/cpuinfo").open() as file:
        model = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"machine: {os.cpu_count()} × {model or platform.machine()}, {memory:.0f} GB, load {os.getloadavg()[0]:.1f}")
    names = ("passerelles", *packages)
    print(f"versions: Python {platform.python_version()}, " + ", ".join(f"{n} {version(n)}" for n in names))


def line(name: str, seconds: float, megabytes: float) -> None:
    """Print one figure."""
    print(f"{name:42} {seconds:9.3f} s {megabytes:7.0f} MB")


def verdict(what: str, ratio: float, target: float, *, at_least: bool = False) -> None:
    """Print a ratio, its target, and whether it is reached."""
    reached = ratio >= target if at_least else ratio <= target
    print(f"{what:60} {ratio:8.2f}× {'≥' if at_least else '≤'} {target:g}×  {'PASS' if reached else 'FAIL'}")
