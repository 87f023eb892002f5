"""The canonical form of a dataset (RDFC-1.0, <https://www.w3.org/TR/rdf-canon/>), made of its lines.

Without blank nodes it is the lines of canonical N-Quads in the order of their characters. The label of a blank node
depends only on the lines that have blank nodes, so these alone are put through the algorithm. That is exponential in
the nodes that are alike (8 of them, each linked to all: 3 s; 10: minutes), and cannot be interrupted: beyond a few
nodes it runs in a process of its own, which is killed when it takes too long.
"""

from __future__ import annotations

import math
import re
import resource
import subprocess
import sys
from collections.abc import Iterator

import pyoxigraph as ox

from ..errors import InvalidInput

_FEW = 6  # blank nodes, however they are linked: 20 ms at worst
_LABEL = re.compile(rb"_:[^ ]+")
_TYPED = b'"^^<'  # a literal with a datatype has it


def stored(text: bytes) -> list[bytes]:
    """The lines of a text of N-Quads, each value as the store writes it: a number, a date, a truth has one form there.

    In another order; few lines have such a value, and these alone are read.
    """
    typed = set(_typed(text))
    lines = text.splitlines(keepends=True)
    if not typed:
        return lines
    store = ox.Store()
    store.extend(ox.parse(input=b"".join(typed), format=ox.RdfFormat.N_QUADS))
    written = set(ox.serialize(store, format=ox.RdfFormat.N_QUADS).splitlines(keepends=True))
    other = typed - written  # most often none
    return [line for line in lines if line not in other] + list(written - typed) if other else lines


def _typed(text: bytes) -> Iterator[bytes]:
    """The lines that have a value with a datatype, found without looking at each."""
    at = text.find(_TYPED)
    while at >= 0:
        end = text.index(b"\n", at) + 1
        yield text[text.rfind(b"\n", 0, at) + 1 : end]
        at = text.find(_TYPED, end)


def has_blank(line: bytes) -> bool:
    """Whether a line of N-Triples has a blank node: the subject, or what stands before the last ` .`."""
    last = line.rsplit(b" ", 2)[-2]
    return line.startswith(b"_:") or (last.startswith(b"_:") and b'"' not in last)


def labelled(lines: list[bytes], seconds: float) -> list[bytes]:
    """N-Quads lines, all of them that have blank nodes, with the labels RDFC-1.0 gives these; in no order.

    Raises InvalidInput when that takes more than `seconds`, or ends the process that does it.
    """
    if not lines:
        return []
    text = b"".join(lines)
    if len(set(_LABEL.findall(text))) <= _FEW:
        return _canonical(text).splitlines(keepends=True)
    command = (sys.executable, "-P", "-m", __spec__.name, str(math.ceil(seconds)))
    try:
        done = subprocess.run(command, input=text, capture_output=True, timeout=seconds, check=True)  # noqa: S603 - ours
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise InvalidInput("canonical-late", limit="canonical_seconds", value=f"{seconds:g}") from error
    return done.stdout.splitlines(keepends=True)


def _canonical(text: bytes) -> bytes:
    dataset = ox.Dataset(ox.parse(input=text, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return ox.serialize(dataset, format=ox.RdfFormat.N_QUADS)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]),) * 2)  # were the one who waits for it killed
    sys.stdout.buffer.write(_canonical(sys.stdin.buffer.read()))
