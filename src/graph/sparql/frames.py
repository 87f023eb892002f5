"""How a worker and its parent talk over a socket: one JSON request, then frames that end with one that says so."""

from __future__ import annotations

import json
import struct
from typing import Any

REQUEST = struct.Struct("!I")
FRAME = struct.Struct("!cI")
DATA = b"D"  # a part of the answer
END = b"E"  # the answer is whole, or it failed: JSON, with `error` when it did
FRAME_BYTES = 262_144


_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))


def request(message: dict[str, Any]) -> bytes:
    """A request, ready to be sent."""
    content = _ENCODER.encode(message).encode()
    return REQUEST.pack(len(content)) + content


def data(part: bytes) -> bytes:
    """A frame that holds a part of the answer."""
    return FRAME.pack(DATA, len(part)) + part


def end(head: dict[str, Any]) -> bytes:
    """The last frame of an answer."""
    content = _ENCODER.encode(head).encode()
    return FRAME.pack(END, len(content)) + content
