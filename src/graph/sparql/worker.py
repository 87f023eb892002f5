"""A worker: its own process, one read-only snapshot, one query at a time, nothing else. It may be killed any time.

    python -m graph.sparql.worker SOCKET STORE MEMORY_MB

Its main thread only reads the socket, so that a parent that is gone ends it even in the middle of a
query; queries run in a second thread with a deep stack, which alone touches the store. Where the
system allows it, it is first cut off from every network: the engine can call any SERVICE, and the
guard that forbids it is not the only barrier.
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import socket
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from .frames import REQUEST, answer
from .results import TooLarge, serialise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Store

STACK_BYTES = 64 * 1024 * 1024
_SYNTAX_ERROR = re.compile(r"error at (\d+):(\d+): *(.*)", re.DOTALL)
_EXPECTED = re.compile(r"expected (?:one of )?(.*)\Z", re.DOTALL)
_REASON_LENGTH = 200
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET, which takes a privilege…
_NEW_USER = 0x10000000  # …that CLONE_NEWUSER gives, where anyone may have it


def main(arguments: list[str]) -> None:
    """Serve the socket until its other end closes."""
    descriptor, store, memory = int(arguments[0]), arguments[1], int(arguments[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    isolated = _leave_the_network()
    channel = socket.socket(fileno=descriptor)
    requests: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.stack_size(STACK_BYTES)
    threading.Thread(target=_evaluate_all, args=(channel, store, requests, isolated), daemon=True).start()
    source = channel.makefile("rb")
    while size := source.read(REQUEST.size):
        requests.put(json.loads(source.read(REQUEST.unpack(size)[0])))
    os._exit(0)


def _leave_the_network() -> bool:
    """Move to a network of its own, without any interface that is up; False where the system forbids it.

    The socket to the parent is inherited, and works on. Only a process of one thread may do this.
    """
    import ctypes

    try:
        unshare = ctypes.CDLL(None).unshare
    except (OSError, AttributeError):  # not Linux
        return False
    return unshare(_NEW_NETWORK) == 0 or unshare(_NEW_USER | _NEW_NETWORK) == 0


def _evaluate_all(
    channel: socket.socket,
    path: str,
    requests: SimpleQueue[dict[str, Any]],
    isolated: bool,  # noqa: FBT001 - said once
) -> None:
    try:
        from pyoxigraph import Store

        store = Store.read_only(path)
        channel.sendall(answer({"ready": True, "isolated": isolated})[0])
        while True:
            head, body = _answer(store, requests.get())
            channel.sendall(head)
            if body:
                channel.sendall(body)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the process ends and its parent reads why
        print(error, file=sys.stderr, flush=True)  # noqa: T201 - its parent reads it
    finally:
        os._exit(1)


def _answer(store: Store, message: Mapping[str, Any]) -> tuple[bytes, bytes]:
    try:
        if message["op"] == "labels":
            return answer({}, json.dumps(_labels(store, message), ensure_ascii=False).encode())
        return answer({}, _query(store, message))
    except SyntaxError as error:
        return answer({"error": "syntax"} | _explained(str(error)))
    except TooLarge:
        return answer({"error": "too-large"})
    except (RuntimeError, OSError, ValueError) as error:
        return answer({"error": "evaluation", "reason": str(error)[:_REASON_LENGTH]})
    except MemoryError:
        return answer({"error": "memory"})


def _query(store: Store, message: Mapping[str, Any]) -> bytes:
    from pyoxigraph import NamedNode

    dataset = {}
    if message["default_graph"] or message["named_graphs"]:  # the request's dataset, whole, in place of the query's
        dataset["default_graph"] = [NamedNode(iri) for iri in message["default_graph"]]
        dataset["named_graphs"] = [NamedNode(iri) for iri in message["named_graphs"]]
    solutions = store.query(message["query"], base_iri=message["base"], **dataset)
    return serialise(solutions, message["format"], message["cap"], message["prefixes"])


def _labels(store: Store, message: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The best label of each IRI: by language first, then by property, in the order given."""
    from pyoxigraph import DefaultGraph, Literal, NamedNode

    properties = [NamedNode(iri) for iri in message["properties"]]
    languages = {tag: rank for rank, tag in enumerate(message["languages"])}
    found = {}
    for iri in message["iris"]:
        best = None
        for rank, wanted in enumerate(properties):
            for quad in store.quads_for_pattern(NamedNode(iri), wanted, None, DefaultGraph()):
                if isinstance(quad.object, Literal):
                    tag = quad.object.language or ""
                    candidate = (languages.get(tag.partition("-")[0], len(languages)), rank, quad.object.value, tag)
                    best = candidate if best is None else min(best, candidate)
        if best is not None:
            found[iri] = (best[2], best[3])
    return found


def _explained(message: str) -> dict[str, Any]:
    """The engine's syntax error: line, column, and its reason when it is a sentence rather than a list of tokens."""
    match = _SYNTAX_ERROR.match(message)
    line, column, reason = (int(match[1]), int(match[2]), match[3]) if match else (None, None, message)
    expected = _EXPECTED.match(reason)
    if expected:
        sentences = [option for option in expected[1].split(", ") if re.match(r"[A-Z][a-z]+( [\w'?()-]+)+", option)]
        reason = sentences[0].strip() if sentences else ""
    return {"line": line, "column": column, "reason": reason[:_REASON_LENGTH]}


if __name__ == "__main__":
    main(sys.argv[1:])
