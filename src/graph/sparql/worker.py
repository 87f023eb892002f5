"""A worker: its own process, one query at a time on read-only snapshots, nothing else. It may be killed any time.

One thread with a deep stack does everything; the main one only waits for the parent's end of the socket
to close, so that a parent that is gone ends it even in the middle of a query. Where the system allows
it, it is cut off from every network: the engine can call any SERVICE, and the guard that forbids
it is not the only barrier.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import resource
import select
import socket
import sys
import threading
import time
from codecs import BOM_UTF8
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from . import inlined, labelled, relayed
from .frames import asked, end
from .results import Output, TooLarge, Unwritable, serialise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyoxigraph import Store

STACK_BYTES = 64 * 1024 * 1024
STORES_OPEN = 3
_CPU_MARGIN = 2  # seconds
_LONG_SECONDS = 0.1
_REST_SECONDS = 0.5
_SYNTAX_ERROR = re.compile(r"error at (\d+):(\d+): *(.*)", re.DOTALL)
_EXPECTED = re.compile(r"expected (?:one of )?(.*)\Z", re.DOTALL)
_UNKNOWN_FUNCTION = re.compile(r"custom (?:function|aggregate)(?: function)? <?([^\s>]+)>? is not supported")
_REASON_LENGTH = 200


def serve(
    descriptor: int, megabytes: int, *, isolated: bool, work: Callable[[socket.socket, bool], None] | None = None
) -> None:
    """Serve the socket until its other end closes, in so much memory; `isolated` says that no network is in reach.

    `work` is what is done in its thread, in place of evaluating.
    """
    if megabytes:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    channel = socket.socket(fileno=descriptor)
    threading.stack_size(STACK_BYTES)
    threading.Thread(target=work or _evaluate_all, args=(channel, isolated), daemon=True).start()
    closed = select.poll()
    closed.register(channel, 0)  # nothing but its end: POLLHUP needs no asking
    closed.poll()
    os._exit(0)


def _evaluate_all(channel: socket.socket, isolated: bool) -> None:  # noqa: FBT001 - said once
    try:
        stores = _Stores()
        source = channel.makefile("rb")
        channel.sendall(end({"isolated": isolated}))
        while message := asked(source):
            began = time.monotonic()
            channel.sendall(_answer(stores, message, Output(channel.sendall, message.get("cap", 0))))
            if time.monotonic() - began > _LONG_SECONDS and not select.select((channel,), (), (), _REST_SECONDS)[0]:
                _give_memory_back()
    except BaseException as error:  # noqa: BLE001 - whatever it is, the process ends and its parent reads why
        print(error, file=sys.stderr, flush=True)  # noqa: T201 - its parent reads it
    finally:
        os._exit(1)


def _give_memory_back() -> None:
    """Let the system have what long work no longer needs: the allocator would keep it, some hundred megabytes.

    That takes some hundredths of a second, of which only a worker that rests has any to spare.
    """
    with suppress(OSError, AttributeError):  # another system
        ctypes.CDLL(None).malloc_trim(0)


class _Stores:
    """The stores of the snapshots asked last; a new one takes some 14 ms to open."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Store] = OrderedDict()

    def __getitem__(self, path: str) -> Store:
        from pyoxigraph import Store

        if path in self._open:
            self._open.move_to_end(path)
        else:
            self._open[path] = Store.read_only(path)
            if len(self._open) > STORES_OPEN:
                self._open.popitem(last=False)
        return self._open[path]


def _answer(stores: _Stores, message: Mapping[str, Any], output: Output) -> bytes:
    """What is left to send once the answer was evaluated: its last part and its end."""
    problem: dict[str, Any] = {}
    try:
        store = stores[message["store"]]
        if "seconds" in message:
            limit_cpu(message["seconds"])
        _evaluate(store, message, output)
        return output.rest() + end(problem)
    except SyntaxError as error:
        problem = {"error": "syntax"} | syntax_error(str(error))
    except inlined.ServiceRefusal as refusal:
        problem = refusal.said
    except TooLarge as beyond:
        problem = {"error": "too-large", "limit": beyond.limit}
    except Unwritable:
        problem = {"error": "unwritable"}
    except (RuntimeError, OSError, ValueError) as error:
        unknown = _UNKNOWN_FUNCTION.search(str(error))
        if unknown:
            return end({"error": "function", "name": unknown[1]})
        problem = {"error": "evaluation", "reason": str(error)[:_REASON_LENGTH]}
    except MemoryError:
        problem = {"error": "memory"}
    return end(problem)


def _evaluate(store: Store, message: Mapping[str, Any], output: Output) -> None:
    match message["op"]:
        case "query":
            _query(store, message, output)
        case "relay":
            relayed.write(store, message, output)
        case "neighbours":
            relayed.neighbours(store, message, output)
        case "labels":
            output.write(json.dumps(_labels(store, message), ensure_ascii=False).encode())
        case "columns":
            output.write(inlined.columns(message))
        case "bindings":
            output.write(inlined.bindings(store, message, _dataset(message)))
        case "values":
            output.write(inlined.values(message))


def limit_cpu(seconds: float) -> None:
    """Let the system end this process when one query has computed twice as long, whatever becomes of its parent."""
    used = time.process_time()
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if not used + seconds < soft < used + 2 * seconds + _CPU_MARGIN:
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + 2 * seconds) + _CPU_MARGIN, hard))


def _query(store: Store, message: Mapping[str, Any], output: Output) -> None:
    options = _dataset(message)
    query = message["query"]
    if "attached" in message:  # the query once its SERVICEs are answered
        query = b"".join(message["attached"]).decode()
        options["custom_functions"] = inlined.functions(message["nodes"])
    solutions = store.query(query, base_iri=message.get("base"), **options)
    output.counting(message["format"], message["rows"])
    if message.get("mark"):
        output.write(BOM_UTF8)
    if message.get("labels"):
        labelled.write(
            solutions, output, message["rows"], lambda iris: _labels(store, {**message["labels"], "iris": iris})
        )
    else:
        serialise(solutions, message["format"], output, message.get("prefixes", {}))


def _dataset(message: Mapping[str, Any]) -> dict[str, Any]:
    """The request's dataset, whole, in place of the query's; nothing where it has none."""
    from pyoxigraph import NamedNode

    if "dataset" not in message:
        return {}
    default, named = message["dataset"]
    return {
        "default_graph": [NamedNode(iri) for iri in default],
        "named_graphs": [NamedNode(iri) for iri in named],
    }


def _labels(store: Store, message: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The best label of each IRI: by language first, then by property, in the order given."""
    from pyoxigraph import DefaultGraph, Literal, NamedNode

    properties = [NamedNode(iri) for iri in message["properties"]]
    languages = {tag: rank for rank, tag in enumerate(message["languages"])}
    found = {}
    for iri in message["iris"]:
        best, thing = None, NamedNode(iri)
        for rank, wanted in enumerate(properties):
            if best is not None and best[0] == 0:  # in the first language already: no later property does better
                break
            for quad in store.quads_for_pattern(thing, wanted, None, DefaultGraph()):
                if isinstance(quad.object, Literal):
                    tag = quad.object.language or ""
                    candidate = (languages.get(tag.partition("-")[0], len(languages)), rank, quad.object.value, tag)
                    best = candidate if best is None else min(best, candidate)
        if best is not None:
            found[iri] = (best[2], best[3])
    return found


def syntax_error(message: str) -> dict[str, Any]:
    """The engine's syntax error: line, column, and its reason when it is a sentence rather than a list of tokens."""
    match = _SYNTAX_ERROR.match(message)
    line, column, reason = (int(match[1]), int(match[2]), match[3]) if match else (None, None, message)
    expected = _EXPECTED.match(reason)
    if expected:
        sentences = [option for option in expected[1].split(", ") if re.match(r"[A-Z][a-z]+( [\w'?()-]+)+", option)]
        reason = sentences[0].strip() if sentences else ""
    return {"line": line, "column": column, "reason": reason[:_REASON_LENGTH]}
