"""What things mean, embedded beside their index once it is written, or when the extra `semantic` came later.

The texts of a thing are what it is called and the first of what only few others say, in each language: so measured,
where the name alone, or the beginning of the description, found less (bench/meaning.py). Texts that a snapshot kept has
rows of are not embedded again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import meaning
from ..errors import SnapshotError
from .analysis import STEMMED
from .facets import worded
from .likeness import BYTES, FILE_NAME, NUMBER, parts, read
from .searching import SearchIndex

if TYPE_CHECKING:
    from ..config import Limits
    from ..snapshot.reader import Snapshot

_DIGEST = 32  # hexadecimal digits that name a text
_COMMON = 3  # things that say a sentence, beyond which it says nothing of any
_SENTENCE = re.compile(r"(?<=[.!?…;])\s+")

Texts = Mapping[str, Sequence[str]]  # of each thing


def write(snapshot: Snapshot, limits: Limits) -> None:
    """Embed what a snapshot has, where it is not done; not without the extra, nor beyond `meaning_things`.

    Raises SnapshotError for an index that cannot be read, and OSError.
    """
    if not meaning.installed():
        return
    if too_many(snapshot, limits):
        remove(snapshot)
        return
    with suppress(SnapshotError):
        if read(snapshot) is not None:
            return
    try:
        index = SearchIndex(snapshot, limits)
    except SnapshotError as error:
        raise error.__cause__ or error from None  # a disk that is full is not a damaged index
    sorting = {value for facet in index.facets for value in facet.values}
    _write(snapshot, _texts(card for card in index.cards() if not card.get("concept") or card["iri"] in sorting))


def remove(snapshot: Snapshot) -> None:
    """Leave a snapshot its words alone. Raises OSError."""
    (snapshot.path / FILE_NAME).unlink(missing_ok=True)


def too_many(snapshot: Snapshot, limits: Limits) -> bool:
    """Whether a snapshot has more things than are embedded."""
    return snapshot.manifest.counts.get("searched", 0) > limits.meaning_things


def _write(snapshot: Snapshot, texts: Texts) -> None:
    known = dict(_known(snapshot.path.parent))
    names = {text: _digest(text) for said in texts.values() for text in said}
    for text, digest in names.items():
        if digest not in known:
            known[digest] = meaning.alone(text).astype(NUMBER).tobytes()
    named = [(iri, [names[text] for text in said]) for iri, said in texts.items()]
    content = b"".join(known[digest] for _, digests in named for digest in digests)
    header = {
        "encoder": meaning.encoder(),
        "snapshot": snapshot.id,
        "sha256": hashlib.sha256(content).hexdigest(),
        "things": named,
    }
    line = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    temporary = snapshot.path / f".{FILE_NAME}"
    temporary.write_bytes(line + b"\n" + content)
    temporary.chmod(0o644)
    temporary.replace(snapshot.path / FILE_NAME)


def _texts(cards: Iterable[Mapping[str, Any]]) -> Texts:
    """What each thing is called and the first of what only few others say, in each language."""
    worth = [*cards]
    times = Counter(sentence for card in worth for sentence in {*_sentences(text for _, text in card["texts"])})
    found = {}
    for card in worth:
        told = {}
        for language in STEMMED:
            said = next((text for tag, text in card["texts"] if tag == language), "")
            rare = " ".join(each for each in _sentences([said]) if times[each] <= _COMMON)
            told[f"{worded(card['names'], language)}. {rare}"[: meaning.CHARACTERS].strip()] = None
        found[card["iri"]] = list(told)
    return found


def _sentences(texts: Iterable[str]) -> Iterator[str]:
    return (sentence for text in texts for sentence in _SENTENCE.split(text) if sentence)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]


def _known(snapshots: Path) -> Iterator[tuple[str, bytes]]:
    """The rows of the snapshots kept that this encoder made, each by the name of its text."""
    for path in sorted(snapshots.glob(f"*/{FILE_NAME}")):
        with suppress(SnapshotError):
            header, rows = parts(path)
            if header["encoder"] == meaning.encoder():
                digests = (digest for _, said in header["things"] for digest in said)
                yield from ((each, rows[at * BYTES : (at + 1) * BYTES]) for at, each in enumerate(digests))
