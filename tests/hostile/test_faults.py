"""What breaks beside the queries: workers that die, snapshots that change or rot, a disk that is full.

Whatever happens, an answer is right and whole or it is an error; and a server starts on the last good snapshot.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

import pytest

from .endpoint import TIMES, Client, Server, build, command, environment, neighbour, repository, serving, until

REQUESTS = 1000 * TIMES
SWAPS = 18 * TIMES


# --- workers


@contextmanager
def murder(server: Server, signals: tuple[signal.Signals, ...], pause: float) -> Iterator[list[int]]:
    """Send a signal to a worker taken at random, again and again; the processes that got one."""
    chance, stop, killed = random.Random(4), threading.Event(), []

    def work() -> None:
        turn = cycle(signals)
        while not stop.wait(pause):
            workers = server.workers()
            if workers:
                with suppress(ProcessLookupError):
                    os.kill(victim := chance.choice(workers), next(turn))
                    killed.append(victim)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield killed
    finally:
        stop.set()
        thread.join()
        for pid in killed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize(
    ("signals", "deadline", "pause", "requests"),
    [
        ((signal.SIGKILL,), 20, 0.2, REQUESTS),
        ((signal.SIGSEGV, signal.SIGTERM, signal.SIGABRT), 20, 0.2, REQUESTS // 2),
        ((signal.SIGSTOP,), 2, 1.0, REQUESTS // 4),  # nothing but its deadline ends the query of a worker that stands
    ],
)
def test_a_worker_that_dies_costs_its_own_query_and_no_other(tmp_path, signals, deadline, pause, requests):
    with serving(repository(tmp_path, deadline_seconds=deadline)) as server:
        with neighbour(server, connections=4) as asked, murder(server, signals, pause) as killed:
            until(lambda: len(asked.replies) >= requests and len(killed) > 5, seconds=60 * TIMES)
        sys.stdout.write(f"\n{len(set(killed))} workers lost, {len(asked.lost())} queries:{asked.figures()}")
        assert asked.wrong() == []
        for reply, *_ in asked.replies:
            if reply.outcome != "200":
                assert reply.status == 503, reply.outcome
                assert "retry-after" in reply.headers
        # one that stands may be struck twice, while what waits behind it passes its deadline
        assert len(asked.lost()) <= len(killed), asked.lost()
        until(server.at_rest)
        until(lambda: "Z" not in server.children().values())
        assert "Traceback" not in "\n".join(server.said)


# --- snapshots


@pytest.fixture(scope="module")
def generations(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A repository with the snapshots of three generations of its graph, by id; the last is in force."""
    root, ids = tmp_path_factory.mktemp("generations"), {}
    for generation in (1, 2, 3):
        done = build(repository(root, generation, deadline_seconds=20))  # what is lost here, time did not take
        assert done.returncode == 0, done.stderr
        ids[done.stdout.split()[-1]] = generation
        time.sleep(0.01)  # the folders are told apart by their dates
    return root, ids


@pytest.fixture
def built(generations: tuple[Path, dict[str, int]], tmp_path: Path) -> tuple[Path, dict[str, int]]:
    """A copy of it, to be damaged."""
    root, ids = generations
    shutil.copytree(root, tmp_path / "repo", symlinks=True)
    return tmp_path / "repo", ids


def put_in_force(root: Path, identifier: str) -> None:
    """Move `current`, in one step, as a build does."""
    link = root / ".passerelles" / ".moved"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("snapshots") / identifier)
    link.replace(root / ".passerelles" / "current")


def test_a_snapshot_that_changes_under_load_loses_no_request_and_leaves_nothing_behind(built):
    root, ids = built
    with serving(root, "--snapshot", root / ".passerelles") as server:
        until(server.at_rest)
        files = server.open_files()
        with Client(server) as watcher, neighbour(server, connections=3) as asked:
            for number in range(SWAPS):
                identifier = list(ids)[number % len(ids)]
                put_in_force(root, identifier)
                until(lambda name=identifier: in_force(watcher) == name, seconds=5)
                if number == len(ids):  # every worker has opened every snapshot
                    held = most_held(server)
        sys.stdout.write(asked.figures())
        assert asked.lost() == asked.wrong(ids) == []
        assert {reply.headers["passerelles-snapshot"] for reply, *_ in asked.replies} == set(ids)
        until(server.at_rest)
        until(lambda: server.open_files() < files + len(ids))  # it holds each of them, the first from the start
        until(lambda: "Z" not in server.children().values())
        assert most_held(server) <= held
        assert "Traceback" not in "\n".join(server.said)


def most_held(server: Server) -> int:
    """The files open in the worker that has most."""
    return max(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in server.workers())


def in_force(client: Client) -> str:
    return client.request("GET", "/healthz", None, {}).json()["snapshot"]


def test_a_damaged_snapshot_put_in_force_under_a_server_changes_nothing(built):
    root, ids = built
    first, _, last = ids
    damage_manifest(root / ".passerelles" / "snapshots" / first)
    with serving(root, "--snapshot", root / ".passerelles") as server:
        with neighbour(server) as asked:
            put_in_force(root, first)
            until(lambda: any(first in line for line in server.said[1:]), seconds=5)
            many = len(asked.replies)
            until(lambda: len(asked.replies) > many + 50)
        assert asked.lost() == asked.wrong(ids) == []
        assert {reply.headers["passerelles-snapshot"] for reply, *_ in asked.replies} == {last}


def damage_manifest(snapshot: Path) -> None:
    (snapshot / "manifest.json").write_text('{"id": [')


def lose_manifest(snapshot: Path) -> None:
    (snapshot / "manifest.json").unlink()


def foreign_manifest(snapshot: Path) -> None:
    (snapshot / "manifest.json").write_text('["a manifest of something else"]')


def largest(snapshot: Path) -> Path:
    return max((snapshot / "store").glob("*.sst"), key=lambda path: path.stat().st_size)


def cut_store(snapshot: Path) -> None:
    os.truncate(largest(snapshot), 1000)


def flip_one_bit(snapshot: Path) -> None:
    """Of the same size, and wrong in one place."""
    content = bytearray(largest(snapshot).read_bytes())
    content[len(content) // 3] ^= 1
    largest(snapshot).write_bytes(content)


def zero_store(snapshot: Path) -> None:
    """What a file system leaves of what was not synced: the size without the bytes."""
    largest(snapshot).write_bytes(bytes(largest(snapshot).stat().st_size))


def lose_store(snapshot: Path) -> None:
    shutil.rmtree(snapshot / "store")


def empty(snapshot: Path) -> None:
    shutil.rmtree(snapshot)
    snapshot.mkdir()


def lose(snapshot: Path) -> None:
    """`current` points to nothing."""
    shutil.rmtree(snapshot)


def be_a_file(snapshot: Path) -> None:
    shutil.rmtree(snapshot)
    snapshot.write_bytes(b"")


DAMAGES: list[Callable[[Path], None]] = [
    damage_manifest,
    lose_manifest,
    foreign_manifest,
    cut_store,
    flip_one_bit,
    zero_store,
    lose_store,
    empty,
    lose,
    be_a_file,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_snapshot_is_refused_at_start_and_the_last_good_one_is_served(built, damage):
    root, ids = built
    _, second, last = ids
    damage(root / ".passerelles" / "snapshots" / last)
    with serving(root, "--snapshot", root / ".passerelles", "--workers", "1") as server:
        with neighbour(server) as asked:
            until(lambda: len(asked.replies) > 20)
        assert asked.lost() == asked.wrong(ids) == []
        assert {reply.headers["passerelles-snapshot"] for reply, *_ in asked.replies} == {second}
        assert [line for line in server.said if last in line or "current" in line], server.said
        assert [line for line in server.said if second in line], server.said
        assert "Traceback" not in "\n".join(server.said)


@pytest.mark.parametrize("damage", [damage_manifest, cut_store, lose])
def test_without_a_good_snapshot_nothing_is_served_and_one_line_says_so(built, damage):
    root, ids = built
    for identifier in ids:
        damage(root / ".passerelles" / "snapshots" / identifier)
    done = subprocess.run(
        command("--repo", root, "serve", "--port", "0", "--snapshot", root / ".passerelles"),
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr


# --- a disk that is full


def left_as_they_were(root: Path, before: dict[str, int]) -> None:
    """Nothing is left of a build that failed: the same files, the same snapshot in force."""
    assert tree(root) == before


def tree(root: Path) -> dict[str, int]:
    folder = root / ".passerelles"
    return {str(path.relative_to(folder)): path.lstat().st_size for path in sorted(folder.rglob("*"))}


@pytest.mark.parametrize("size", [0, 20_000, 100_000])
def test_a_file_that_may_not_grow_fails_the_build_and_changes_nothing(built, size):
    """The system refuses what would make a file larger, wherever in the build that is."""
    root, ids = built
    before, serves = tree(root), (root / ".passerelles" / "current").resolve().name
    repository(root, 4)
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    done = build(root, before=limit)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    left_as_they_were(root, before)
    assert serves in ids
    with serving(root, "--snapshot", root / ".passerelles", "--workers", "1") as server, neighbour(server) as asked:
        until(lambda: len(asked.replies) > 5)
    assert asked.lost() == asked.wrong(ids) == []


FULL_DISK = """
import json, subprocess, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from hostile.endpoint import build, repository
root, free = Path(sys.argv[2]), int(sys.argv[3])
folder = root / ".passerelles"
folder.mkdir(parents=True)
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(folder)], check=True)
first = build(repository(root, 1))
ballast = folder / "ballast"
with ballast.open("wb", buffering=0) as file:
    try:
        while file.write(bytes(4096)):
            pass
    except OSError:
        pass
    file.truncate(file.tell() - free)
files = sorted(map(str, folder.rglob("*")))
full = build(repository(root, 2))
said = {"first": first.stdout, "status": full.returncode, "out": full.stdout, "err": full.stderr}
said["same"] = sorted(map(str, folder.rglob("*"))) == files
said["in force"] = (folder / "current").resolve().name
ballast.unlink()
said["after"] = build(root).returncode
print(json.dumps(said))
"""


@pytest.mark.parametrize("free", [0, 700_000])
def test_a_full_disk_fails_the_build_and_changes_nothing(tmp_path, free):
    """A disk in memory, with so many bytes left, where only this test sees it."""
    program = [sys.executable, "-c", FULL_DISK, str(Path(__file__).parents[1]), str(tmp_path), str(free)]
    private = ["unshare", "--user", "--map-root-user", "--mount"]
    if shutil.which("unshare") is None or subprocess.run([*private, "true"], check=False).returncode:
        pytest.skip("this system gives nobody a disk of their own")
    done = subprocess.run([*private, *program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["status"], said["out"]) == (2, "")
    assert len(said["err"].splitlines()) == 1, said["err"]
    assert said["same"]
    assert said["in force"] == said["first"].split()[-1]
    assert said["after"] == 0


def test_a_disk_that_is_full_breaks_the_answers_kept_there_and_nothing_else(tmp_path):
    """Answers of sixteen megabytes that nobody reads go to files, and these may not grow."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))"
    large = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT %d"
    root = repository(tmp_path, result_bytes=32_000_000, deadline_seconds=5)
    assert build(root).returncode == 0
    with serving(root, "--snapshot", root / ".passerelles", before=limit) as server:
        with neighbour(server) as asked, ThreadPoolExecutor(4) as pool:
            replies = list(pool.map(lambda number: slowly(server, large % (80_000 + number)), range(8)))
        assert asked.lost() == asked.wrong() == []
        for received in replies:
            assert whole(received) or not received.endswith(b"0\r\n\r\n")
        assert not all(map(whole, replies))
        assert "Traceback" not in "\n".join(server.said)


def slowly(server: Server, query: str) -> bytes:
    """What comes of a query, by a reader that stands still for a second first."""
    with socket.create_connection(server.address, timeout=20) as connection:
        connection.sendall(
            b"GET /sparql?query=%s HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\nConnection: close\r\n\r\n"
            % quote(query).encode()
        )
        time.sleep(1)
        received = bytearray()
        with suppress(ConnectionError):
            while part := connection.recv(1 << 16):
                received += part
        return bytes(received)


def whole(received: bytes) -> bool:
    return received.startswith(b"HTTP/1.1 200 ") and received.count(b"\r\n") > 80_000
