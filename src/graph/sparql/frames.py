"""How a worker and its parent talk over a socket: one JSON request, then frames that end with one that says so.

A request may have bytes `attached`: they follow it, and it says how long each is.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

REQUEST = struct.Struct("!I")
FRAME = struct.Struct("!cI")
DATA = b"D"  # a part of the answer
END = b"E"  # the answer is whole, or it failed: JSON, with `error` when it did
FRAME_BYTES = 262_144


_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))


def request(message: dict[str, Any]) -> bytes:
    """A request, ready to be sent."""
    attached = message.get("attached", ())
    if attached:
        message = message | {"attached": [len(each) for each in attached]}
    content = _ENCODER.encode(message).encode()
    return b"".join((REQUEST.pack(len(content)), content, *attached))


def asked(source: BinaryIO) -> dict[str, Any]:
    """The next request, with what is attached; empty when there is none."""
    size = source.read(REQUEST.size)
    if not size:
        return {}
    message: dict[str, Any] = json.loads(source.read(REQUEST.unpack(size)[0]))
    if "attached" in message:
        message["attached"] = [source.read(length) for length in message["attached"]]
    return message


def data(part: bytes) -> bytes:
    """A frame that holds a part of the answer."""
    return FRAME.pack(DATA, len(part)) + part


def end(head: dict[str, Any]) -> bytes:
    """The last frame of an answer."""
    content = _ENCODER.encode(head).encode()
    return FRAME.pack(END, len(content)) + content
