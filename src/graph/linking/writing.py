"""The text of a record: of a link that is proposed, of one that somebody decides on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .. import __version__
from ..errors import InvalidInput
from ..namespaces import DCT, SSSOM, XSD
from ..turtle.document import read
from ..turtle.lexer import TOKEN
from ..turtle.ntriples import escaped
from .record import (
    COMMENT,
    CONFIDENCE,
    DECISION,
    JUSTIFICATION,
    MAPPING,
    OBJECT,
    OTHER,
    PREDICATE,
    REVIEWER_ID,
    REVIEWER_LABEL,
    SEMAPV,
    SUBJECT,
    Decision,
    Record,
    decimal,
    other,
)

TOOL = "passerelles link propose"
_AUTHOR = "Passerelles"
_REVIEW_DATE = SSSOM + "review_date"
_HIDDEN = ("Cc", "Cf", "Zl", "Zp")  # control characters, marks of direction, separators
_JOINERS = "\u200c\u200d"  # of emoji, of some scripts


@dataclass(frozen=True, slots=True)
class Proposal:
    """A link to propose. `confidence` is from 0 to 1; without `sources`, the two things are its own."""

    subject: str
    predicate: str
    object: str
    confidence: float
    description: Mapping[str, str]
    features: Mapping[str, float] = field(default_factory=dict)
    sources: Sequence[str] = ()
    justification: str = "CompositeMatching"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody decides: `reviewer` is a name or an IRI, `link` what is accepted where it is not what was proposed.

    `language` is that of the comment. Raises InvalidInput for another link that is not accepted, and for a comment that
    is not text, or not all of it seen.
    """

    decision: Decision
    reviewer: str
    today: date
    comment: str = ""
    language: str = "fr"
    link: tuple[str, str, str] | None = None

    def __post_init__(self) -> None:
        """Refuse what no record may say."""
        if self.link is not None and self.decision is not Decision.ACCEPTED:
            raise InvalidInput("link-not-accepted")
        try:
            self.comment.encode()
        except UnicodeEncodeError as error:  # bytes of a command line that are not UTF-8
            raise InvalidInput("comment-unreadable") from error
        for each in self.comment:
            if unicodedata.category(each) in _HIDDEN and each not in _JOINERS:
                raise InvalidInput("comment-hidden", character=f"U+{ord(each):04X}")


def proposed(iri: str, proposal: Proposal, day: str) -> str:
    """The Turtle of a new record, in any layout."""
    said = [
        (SUBJECT, f"<{proposal.subject}>"),
        (PREDICATE, f"<{proposal.predicate}>"),
        (OBJECT, f"<{proposal.object}>"),
        (JUSTIFICATION, f"<{SEMAPV}{proposal.justification}>"),
        (SSSOM + "author_label", _literal(_AUTHOR)),
        (SSSOM + "mapping_date", _date(day)),
        (SSSOM + "mapping_tool", _literal(TOOL)),
        (SSSOM + "mapping_tool_version", _literal(__version__)),
        (CONFIDENCE, decimal(proposal.confidence)),
        (DECISION, f"<{Decision.PROPOSED.concept}>"),
        *((DCT + "description", _literal(text, tag)) for tag, text in sorted(proposal.description.items())),
        *((DCT + "source", f"<{each}>") for each in (proposal.sources or (proposal.subject, proposal.object))),
    ]
    if proposal.features:
        said.append((OTHER, _literal(other(proposal.features))))
    return f"<{iri}> a <{MAPPING}> ;\n" + " ;\n".join(f"<{name}> {value}" for name, value in said) + " .\n"


def decided(text: str, record: Record, verdict: Verdict) -> str:
    """The text of a record with a decision: what it replaces goes, and what is said now stands in its place.

    `text` is in the canonical layout: each subject is there once, each of its predicates once. What is given is not.
    """
    said = [(DECISION, f"<{verdict.decision.concept}>")]
    gone = {DECISION, REVIEWER_LABEL, REVIEWER_ID, _REVIEW_DATE}
    is_iri = verdict.reviewer.startswith(("http://", "https://"))
    reviewer = (REVIEWER_ID, f"<{verdict.reviewer}>") if is_iri else (REVIEWER_LABEL, _literal(verdict.reviewer))
    said += [reviewer, (_REVIEW_DATE, _date(verdict.today.isoformat()))]
    if verdict.comment:
        gone.add(COMMENT)
        said.append((COMMENT, _literal(verdict.comment, verdict.language)))
    if verdict.link is not None:
        gone |= {SUBJECT, PREDICATE, OBJECT, OTHER, CONFIDENCE, JUSTIFICATION}
        said += _stated(record, verdict.link)
    document = read(text, path=record.source.name, base=record.source.graph)
    cuts: dict[int, int] = {}
    for triple in document.find(f"<{record.iri}>"):
        if triple.predicate[1:-1] in gone:
            token = TOKEN.match(text, triple.object_at)
            cuts[triple.predicate_at] = max(cuts.get(triple.predicate_at, 0), token.end() if token else 0)
    new = " ;\n".join(f"<{name}> {value}" for name, value in said)
    for start, end in sorted(cuts.items(), reverse=True):
        text = text[:start] + (new if start == min(cuts) else "") + text[end:]
    return text


def _stated(record: Record, link: tuple[str, str, str]) -> Iterator[tuple[str, str]]:
    """What a record says of a link that somebody changed: the link is theirs, the confidence is that of the tool."""
    yield from ((name, f"<{value}>") for name, value in zip((SUBJECT, PREDICATE, OBJECT), link, strict=True))
    changed = record.proposed != link[1]
    justification = f"{SEMAPV}ManualMappingCuration" if changed else record.justification
    yield JUSTIFICATION, f"<{justification}>"
    if record.confidence is not None and not changed:
        yield CONFIDENCE, decimal(record.confidence)
    beside = other(record.features, record.proposed if changed else "", record.confidence)
    if beside:
        yield OTHER, _literal(beside)


def _literal(text: str, tag: str = "") -> str:
    return f'"{escaped(text)}"' + (f"@{tag}" if tag else "")


def _date(day: str) -> str:
    return f'"{day}"^^<{XSD}date>'
