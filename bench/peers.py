"""The servers set side by side: child processes on 127.0.0.1, each with its port, its answers and its memory."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path

from common import PASSERELLES
from load import Connection

OXIGRAPH, RDFLIB = "oxigraph", "rdflib-endpoint"
VIRTUOSO_PACKAGES = ("virtuoso-opensource-7-bin", "libpcre3")
START_SECONDS = 600  # rdflib reads a million triples in minutes
STOP_SECONDS = 20
GRAPH = "urn:passerelles:bench"
VIRTUOSO_INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa

[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx

[Parameters]
ServerPort = 127.0.0.1:{port}
ServerThreads = 100
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
DirsAllowed = {folder}

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 64

[SPARQL]
ResultSetMaxRows = 10000000
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A SPARQL endpoint: its port, its path up to where its parameters begin, and its first process."""

    name: str
    port: int
    path: str
    process: int

    @property
    def url(self) -> str:
        """Where it answers queries."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    def family(self) -> set[int]:
        """Its process and all below."""
        parents = {}
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has ended
                parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        family = {self.process}
        while more := {child for child, parent in parents.items() if parent in family} - family:
            family |= more
        return family

    @property
    def megabytes(self) -> float:
        """The proportional set size of its family: what they share is counted once."""
        kilobytes = 0
        for process in self.family():
            with suppress(OSError):
                memory = Path(f"/proc/{process}/smaps_rollup").read_text()
                kilobytes += int(re.search(r"\nPss: +(\d+)", memory)[1])
        return kilobytes / 1024

    def connect(self, source: str = "127.0.0.1") -> Connection:
        """A connection to it, from a loopback address."""
        return Connection(self.port, self.path, source)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def started(name: str, command: list[str], port: int, path: str, log: Path, **environment: str) -> Iterator[Server]:
    """Run a server until the end of the block; it has answered a first query. Raises RuntimeError with its log."""
    print(f"$ {name}: {' '.join(command)}", flush=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **environment},
            cwd=log.parent,
        )
    try:
        server = Server(name, port, path, process.pid)
        _answers(server, process, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def _answers(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if server.connect().ask("ASK { ?s ?p ?o }").status == 200:  # noqa: PLR2004 - OK
                return
        except (OSError, EOFError):
            pass
        time.sleep(0.1)
    raise RuntimeError(f"{server.name} does not answer: {log.read_text(errors='replace')[-2000:]}")


@contextmanager
def passerelles(
    repository: Path, snapshot: Path, scratch: Path, limits: Mapping[str, float], name: str = "passerelles"
) -> Iterator[Server]:
    """`passerelles serve` on a snapshot, with the settings of its repository and the `limits` that exist."""
    from graph.config import FILE_NAME, Limits

    folder = scratch / name.replace(" ", "-")
    folder.mkdir()
    written = (repository / FILE_NAME).read_text()
    known = {f.name: type(f.default) for f in fields(Limits)}
    values = "".join(f"{key} = {known[key](value)}\n" for key, value in limits.items() if key in known)
    without = re.sub(r"(?ms)^\[limits\].*?(?=^\[|\Z)", "", written)
    (folder / FILE_NAME).write_text(f"{without}\n[limits]\n{values}")
    print(f"limits of {name}: {values.replace(chr(10), ', ').rstrip(', ') or 'the defaults'}")
    port = free_port()
    command = [PASSERELLES, "--repo", str(folder), "serve", "--port", str(port), "--snapshot", str(snapshot)]
    with started(name, command, port, "/sparql?", folder / "log") as server:
        yield server


@contextmanager
def oxigraph(venv: Path, store: Path, scratch: Path) -> Iterator[Server]:
    """The Oxigraph server on the store of the snapshot itself, which it only reads."""
    port = free_port()
    command = [str(venv / "bin" / OXIGRAPH), "serve-read-only", "-l", str(store), "-b", f"127.0.0.1:{port}"]
    with started("oxigraph", command, port, "/query?", scratch / "oxigraph.log") as server:
        yield server


@contextmanager
def rdflib(venv: Path, dump: Path, scratch: Path) -> Iterator[Server]:
    """rdflib-endpoint, the dump in rdflib's memory store."""
    port = free_port()
    command = [str(venv / "bin" / RDFLIB), "serve", "--host", "127.0.0.1", "--port", str(port), str(dump)]
    with started("rdflib-endpoint", command, port, "/?", scratch / "rdflib.log") as server:
        yield server


@contextmanager
def virtuoso(root: Path, dump: Path, scratch: Path) -> Iterator[Server]:
    """Virtuoso as unpacked below `root`, the dump its default graph. Raises CalledProcessError when loading fails."""
    folder = scratch / "virtuoso"
    folder.mkdir()
    shutil.copy(dump, folder / "dump.nt")
    port, http, password = free_port(), free_port(), secrets.token_hex(6)  # 32 digits: 'Bad login'
    configuration = folder / "virtuoso.ini"
    configuration.write_text(VIRTUOSO_INI.format(folder=folder, port=port, http=http))
    libraries = {"LD_LIBRARY_PATH": ":".join({str(path.parent) for path in root.rglob("lib*.so*")})}
    binary = str(root / "usr/bin/virtuoso-t")
    command = [binary, "+configfile", str(configuration), "+foreground"]
    with (folder / "first.log").open("wb") as log:  # makes the database, with our password instead of the known one
        subprocess.run(
            [*command, "+checkpoint-only", "+pwdold", "dba", "+pwddba", password, "+pwddav", password],
            check=True,
            stdout=log,
            stderr=log,
            cwd=folder,
            env={**os.environ, **libraries},
        )
    with started(
        "virtuoso", command, http, f"/sparql?default-graph-uri={GRAPH}&", folder / "log", **libraries
    ) as server:
        load = f"ld_dir('{folder}', 'dump.nt', '{GRAPH}'); rdf_loader_run(); checkpoint;"
        isql = [str(root / "usr/bin/isql-vt"), f"127.0.0.1:{port}", "dba", password, f"exec={load}"]
        subprocess.run(isql, check=True, capture_output=True, env={**os.environ, **libraries})
        yield server


def unpacked_virtuoso(peers: Path) -> tuple[Path | None, str]:
    """The folder of Debian's Virtuoso, unpacked and not installed, and its version; else None and why not."""
    folder = peers / "virtuoso"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not [*folder.glob("*.deb")]:
            subprocess.run(["apt-get", "download", *VIRTUOSO_PACKAGES], check=True, capture_output=True, cwd=folder)
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg", "-x", str(package), str(folder)], check=True, capture_output=True)
        package = next(folder.glob(f"{VIRTUOSO_PACKAGES[0]}*.deb"))
    except (OSError, subprocess.CalledProcessError, StopIteration) as error:
        return None, f"left out ({error})"
    return folder, package.name.split("_")[1]


def installed(folder: Path) -> str:
    """Make the environment of the Python peers in `folder` unless it is there; their versions."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", OXIGRAPH, RDFLIB], check=True)
    names = (OXIGRAPH, RDFLIB, "rdflib")
    ask = f"from importlib.metadata import version; print(', '.join(n + ' ' + version(n) for n in {names}))"
    return subprocess.run([str(python), "-c", ask], check=True, capture_output=True, text=True).stdout.strip()
