"""Run a command of `passerelles` on each file named on standard input, in this process, and say how each went.

    python door.py ROOT COMMAND… < names

One line of JSON a file: its name, the exit status, processor seconds, what was written. Memory is bounded for all.
"""

import io
import json
import resource
import sys
import traceback

from graph.cli.app import run

MEMORY = 4 << 30


def opened(arguments: list[str]) -> tuple[int | str, str]:
    """The exit status, or the traceback; and what was written on both streams."""
    written = io.BytesIO()
    out, err = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = stream = io.TextIOWrapper(written, encoding="utf-8", write_through=True)
    try:
        run(arguments)
    except SystemExit as end:
        status = end.code or 0
    except BaseException:  # noqa: BLE001 - whatever leaves is what the test is about
        status = traceback.format_exc()
    finally:
        sys.stdout, sys.stderr = out, err
        stream.detach()
    return status, written.getvalue().decode("utf-8", "replace")


def say(answer: dict) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    root, *command = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for line in sys.stdin:
        name = line.rstrip("\n")
        say({"begins": name})
        before = resource.getrusage(resource.RUSAGE_SELF)
        status, written = opened(["--repo", root, *command, name])
        after = resource.getrusage(resource.RUSAGE_SELF)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        answer = {"name": name, "status": status, "seconds": seconds, "peak_kb": after.ru_maxrss}
        say(answer | {"written": written[:2_000], "length": len(written)})


main()
