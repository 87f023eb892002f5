"""Review: which proposals wait, in what order, who decides, and what a decision written in a file says."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from ..config import Settings
from ..errors import ConfigurationError, InvalidInput, UnreadableInput, reason
from ..git import Git
from ..namespaces import PrefixMap
from ..texts import keys, say
from .record import CHOICES, Decision, Record
from .records import Records, Verdict

#: What somebody writes for each decision.
WORDS: Mapping[str, Decision] = {
    "accept": Decision.ACCEPTED,
    "reject": Decision.REJECTED,
    "defer": Decision.UNDECIDED,
    **{decision.value: decision for decision in Decision if decision is not Decision.PROPOSED},
}
COLUMNS = (
    *("record", "strength", "confidence", "subject", "property", "object", "because"),
    *("decision", "link", "comment"),
)
_SHOWN = "accept, reject, defer"
INVERSE = "^"  # before a property: said from the object to the subject, as SPARQL paths write it
_ACTS = ("=", "+", "-", "@", "\t", "\r")  # what makes a cell a formula in a spreadsheet
Statement = tuple[str, str, str]
_AGAINST = frozenset(("stranger", "version", "untitled", "undescribed", "portal"))  # more of it says less
_NOTHING = 0.05
Judge = Callable[[Decision, str, Statement | None], Verdict]


class Feature(NamedTuple):
    """What speaks for or against a proposal: its name in words, and how much of it there is, from 0 to 1."""

    name: str
    share: float


def features(record: Record, language: str) -> tuple[list[Feature], list[Feature]]:
    """What speaks for a proposal and what against it, the strongest first; what is next to nothing is left out."""
    told: tuple[list[Feature], list[Feature]] = [], []
    for name, value in sorted(record.features.items(), key=lambda each: (-abs(each[1]), each[0])):
        if abs(value) >= _NOTHING:
            key = f"linking.feature.{name}"
            called = say(language, key) if key in keys(language) else name
            told[value < 0 or name in _AGAINST].append(Feature(called, min(abs(value), 1.0)))
    return told


def queue(records: Iterable[Record], *, strength: str = "", least: float = 0.0, deferred: bool = False) -> list[Record]:
    """What waits, the surest first, then by name; those proposed by hand, which say no confidence, come last.

    `least` is the confidence to ask for; `deferred` asks for what somebody left undecided.
    """
    wanted = Decision.UNDECIDED if deferred else Decision.PROPOSED
    found = [
        each
        for each in records
        if each.decision is wanted
        and strength in ("", each.strength)
        and (least <= 0 or (each.confidence is not None and each.confidence >= least))
    ]
    return sorted(found, key=lambda each: (1.0 if each.confidence is None else -each.confidence, each.iri))


def reviewer(given: str | None, settings: Settings) -> str:
    """Who decides: the name or public IRI given, else the name git knows. Raises ConfigurationError.

    An e-mail address is refused: records are public.
    """
    name = given if given is not None else Git(settings.root).line("config", "user.name")
    name = " ".join((name or "").split())
    if not name:
        raise ConfigurationError("no-reviewer")
    if "@" in name or name.startswith("mailto:"):
        raise ConfigurationError("reviewer-address", name=name)
    if name.startswith(("http://", "https://")) and (not urlsplit(name).netloc or not _is_plain(name)):
        raise ConfigurationError("reviewer-iri", name=name)
    if not name.isprintable():
        raise ConfigurationError("reviewer-iri", name=ascii(name))
    return name


def another_link(text: str, record: Record, records: Records) -> Statement | None:
    """The link of a record said with another property: one of `CHOICES`, a prefixed name, an IRI, `^` for its inverse.

    None for nothing, and for what the record says already. Raises InvalidInput for what names no property that links.
    """
    name = text.strip()
    if not name:
        return None
    is_inverse = name.startswith(INVERSE)
    name = name.removeprefix(INVERSE).strip("<> ")
    if name.startswith(("http://", "https://")):
        predicate: str | None = name
    else:
        predicate = CHOICES.get(name) or PrefixMap(records.prefixes).expand(name)
    if predicate is None or (predicate != record.predicate and predicate not in records.properties):
        raise InvalidInput("no-such-property", name=text.strip())
    ends = (record.object, record.subject) if is_inverse else (record.subject, record.object)
    link = (ends[0], predicate, ends[1])
    return None if link == (record.subject, record.predicate, record.object) else link


def as_csv(records: Iterable[Record], titles: Mapping[str, str], language: str, prefixes: Mapping[str, str]) -> str:
    """A queue as a table to be filled in: `decision`, `link` (another property) and `comment` are empty."""
    names = PrefixMap(prefixes)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in records:
        because = each.description.get(language) or next(iter(each.description.values()), "")
        confidence = "" if each.confidence is None else f"{each.confidence:.4f}"
        start, end = (titles.get(iri, iri) for iri in (each.subject, each.object))
        row = (each.slug, each.strength, confidence, start, names.shrink(each.predicate), end, because, "", "", "")
        writer.writerow([_inert(cell) for cell in row])
    return out.getvalue()


def read_csv(path: Path, records: Records, verdict: Judge) -> list[tuple[Record, Verdict]]:
    """What such a table decides of each record, once all of it was read; rows without a decision are passed over.

    Columns `record` and `decision` are needed; a semicolon may stand for the comma, as some spreadsheets write.
    `verdict` makes one of a decision, a comment and another link. Raises InvalidInput, which names the line, and
    UnreadableInput.
    """
    try:
        content = path.read_bytes().removeprefix(codecs.BOM_UTF8)
        text = content.decode()
    except OSError as error:
        raise UnreadableInput("cannot-read", path=path, reason=reason(error)) from error
    except UnicodeDecodeError as error:
        raise InvalidInput("decisions-encoding", path=path, line=content.count(b"\n", 0, error.start) + 1) from error
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        if not {"record", "decision"} <= {name.strip() for name in rows.fieldnames or () if name}:
            raise InvalidInput("decisions-columns", path=path)
        return list(_decided(path, rows, records, verdict))
    except csv.Error as error:  # a quotation mark that is never closed, most often: all that follows is one cell
        raise InvalidInput("decisions-row", path=path, line=rows.reader.line_num, reason=error) from error


def _decided(path: Path, rows: csv.DictReader, records: Records, verdict: Judge) -> Iterator[tuple[Record, Verdict]]:
    seen: set[str] = set()
    for row in rows:
        said = {(name or "").strip(): value.strip() for name, value in row.items() if isinstance(value, str)}
        word = said.get("decision", "").lower()
        if not word:
            continue
        if word not in WORDS:
            raise InvalidInput("decisions-word", path=path, line=rows.line_num, word=word, known=_SHOWN)
        try:
            record = records.named(said.get("record", ""))
            link = another_link(said.get("link", ""), record, records)
            decided = verdict(WORDS[word], said.get("comment", ""), link)
        except InvalidInput as error:
            raise InvalidInput("decisions-row", path=path, line=rows.line_num, reason=error.text) from error
        if record.iri in seen:
            raise InvalidInput("decisions-twice", path=path, line=rows.line_num, name=record.slug)
        seen.add(record.iri)
        yield record, decided


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: what portals call their things is theirs to choose."""
    return f"'{cell}" if cell.startswith(_ACTS) else cell


def _is_plain(iri: str) -> bool:
    return iri.isprintable() and not any(character in iri for character in ' <>"{}|\\^`')
