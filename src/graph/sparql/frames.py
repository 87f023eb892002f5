"""How a worker and its parent talk over a socket: one JSON request, one answer with a head and a body."""

from __future__ import annotations

import json
import struct
from typing import Any

REQUEST = struct.Struct("!I")
ANSWER = struct.Struct("!IQ")


def request(message: dict[str, Any]) -> bytes:
    """A request, ready to be sent."""
    content = json.dumps(message, ensure_ascii=False).encode()
    return REQUEST.pack(len(content)) + content


def answer(head: dict[str, Any], body: bytes = b"") -> tuple[bytes, bytes]:
    """The head and the body of an answer, ready to be sent one after the other."""
    content = json.dumps(head, ensure_ascii=False).encode()
    return ANSWER.pack(len(content), len(body)) + content, body
