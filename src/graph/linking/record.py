"""A record of a link as its file says it: what is linked, how, on whose word, and the decision taken.

The terms are those of SSSOM 1.1 (<https://mapping-commons.github.io/sssom/>); the decision is `pas:decision`.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ..dataset import Parsed, Source
from ..lint.axioms import DECISIONS, DERIVED
from ..namespaces import DCT, IDENTITY, OWL, PAS, RDFS, SKOS, SSSOM
from ..turtle.ntriples import TYPE, language, plain, statements

SEMAPV = "https://w3id.org/semapv/vocab/"
MAPPING = SSSOM + "Mapping"
SUBJECT, PREDICATE, OBJECT = (SSSOM + name for name in ("subject_id", "predicate_id", "object_id"))
REVIEWER_LABEL, REVIEWER_ID = SSSOM + "reviewer_label", SSSOM + "reviewer_id"
DECISION, COMMENT, OTHER = PAS + "decision", RDFS + "comment", SSSOM + "other"
CONFIDENCE, JUSTIFICATION = SSSOM + "confidence", SSSOM + "mapping_justification"
# Keys of `sssom:other`: what was proposed, and how surely, where somebody made it say another thing.
_PROPOSED_PREDICATE, _PROPOSED_CONFIDENCE = "proposed_predicate_id", "proposed_confidence"

Pair = tuple[str, str]

#: The property that says each strength of a proposal.
STRENGTHS: Mapping[str, str] = {
    "same": SKOS + "exactMatch",
    "variant": DCT + "isVersionOf",
    "similar": PAS + "similarTo",
}
#: What a reviewer may make of a proposal.
CHOICES: Mapping[str, str] = {**STRENGTHS, "distinct": PAS + "distinctFrom"}
_STRENGTH: Mapping[str, str] = {
    **{predicate: strength for strength, predicate in STRENGTHS.items()},
    **dict.fromkeys(IDENTITY, "same"),
    **dict.fromkeys(DERIVED, "variant"),
    SKOS + "closeMatch": "similar",
}
#: The properties that say the same from both ends.
SYMMETRIC = frozenset(
    (STRENGTHS["same"], STRENGTHS["similar"], CHOICES["distinct"], OWL + "sameAs", SKOS + "closeMatch")
)
_LENGTH, _DIGITS = 60, 6
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Decision(StrEnum):
    """What was decided of a link; the value is the folder of its record."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNDECIDED = "undecided"

    @property
    def concept(self) -> str:
        """The IRI of the decision, as `pas:decision` gives it."""
        return DECISIONS[self]


_DECISIONS = {decision.concept: decision for decision in Decision}


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `reviewer`, `reviewed` and `comment` are empty until somebody decides.

    `description` explains the proposal, by language; `features` are what it was made from, most of them from 0 to 1;
    `proposed` is the property that was proposed, whatever was accepted, and `confidence` is about it; dates are those
    of ISO 8601.
    """

    iri: str
    subject: str
    predicate: str
    object: str
    decision: Decision
    source: Source
    proposed: str
    confidence: float | None = None
    features: Mapping[str, float] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    justification: str = ""
    tool: str = ""
    date: str = ""
    reviewer: str = ""
    reviewed: str = ""
    comment: str = ""

    @property
    def pair(self) -> Pair:
        """The two things, the same whichever way round."""
        return pair(self.subject, self.object)

    @property
    def strength(self) -> str:
        """same, variant, similar, or nothing for a link of another kind."""
        return strength_of(self.predicate)

    @property
    def slug(self) -> str:
        """Its name among records."""
        return self.source.stem

    @property
    def as_proposed(self) -> bool:
        """Whether what it says is what was proposed, or says the same."""
        return self.proposed == self.predicate or (self.strength != "" and strength_of(self.proposed) == self.strength)


def pair(one: str, other: str) -> Pair:
    """Two IRIs, the lower first: a pair is the same whichever way round it is given."""
    return (one, other) if one < other else (other, one)


def strength_of(predicate: str) -> str:
    """The strength that a property says: same, variant, similar; empty for a property of another kind."""
    return _STRENGTH.get(predicate, "")


def slug(one: str, other: str, base: str) -> str:
    """The name of the record of a pair, the same whichever way round: what its things are called, joined by `--`.

    A thing of the graph, below `base` and its kind, is called by its slug; another by the end of its IRI, and six
    digits of the SHA-256 of the whole, for the ends of many are alike.
    """
    return "--".join(_called(iri, base) for iri in pair(one, other))


def kebab(name: str) -> str:
    """A name in small letters and hyphens: `similar-to` for `similarTo`."""
    ascii_ = unicodedata.normalize("NFKD", _CAPITAL.sub("-", name)).encode("ascii", "ignore").decode()
    return _NOT_PLAIN.sub("-", ascii_.lower()).strip("-")


def _called(iri: str, base: str) -> str:
    end = re.split(r"[/#]", iri.rstrip("/#"))[-1]
    if iri.startswith(base) and iri.count("/", len(base)) == 1 and end == kebab(end):
        return end
    return f"{kebab(end)[:_LENGTH].strip('-') or 'x'}-{digits(iri)}"


def digits(text: str) -> str:
    """Six digits that tell a text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def records_of(parsed: Parsed) -> list[Record]:
    """The records of a file; what no record can do without and is not there makes it none: the gate says so."""
    lines = parsed.document.ntriples.decode().splitlines()
    return [
        record
        for iri, said in statements(lines).items()
        if f"<{MAPPING}>" in said.get(TYPE, ()) and (record := _record(plain(iri), said, parsed.source)) is not None
    ]


def _record(iri: str, said: Mapping[str, Sequence[str]], source: Source) -> Record | None:
    def first(*names: str) -> str:
        return next((plain(said[f"<{name}>"][0]) for name in names if f"<{name}>" in said), "")

    decision = _DECISIONS.get(first(DECISION))
    subject, predicate, object_ = (first(name) for name in (SUBJECT, PREDICATE, OBJECT))
    if decision is None or not (subject and predicate and object_):
        return None
    beside = _key_values(first(OTHER))
    return Record(
        iri=iri,
        subject=subject,
        predicate=predicate,
        object=object_,
        decision=decision,
        source=source,
        proposed=beside.pop(_PROPOSED_PREDICATE, predicate),
        confidence=_share(first(CONFIDENCE) or beside.pop(_PROPOSED_CONFIDENCE, "")),
        features={name: value for name, text in beside.items() if (value := _finite(text)) is not None},
        description={language(text): plain(text) for text in said.get(f"<{DCT}description>", ())},
        justification=first(JUSTIFICATION),
        tool=first(SSSOM + "mapping_tool"),
        date=first(SSSOM + "mapping_date"),
        reviewer=first(REVIEWER_LABEL, REVIEWER_ID),
        reviewed=first(SSSOM + "review_date"),
        comment=first(COMMENT),
    )


def _key_values(text: str) -> dict[str, str]:
    """What `sssom:other` lists: `title=0.93|description=0.41`."""
    return {name: value for name, equals, value in (each.partition("=") for each in text.split("|")) if equals}


def other(features: Mapping[str, float], proposed: str = "", confidence: float | None = None) -> str:
    """The text of `sssom:other` for some features, and what was proposed where the record says another thing."""
    parts = [f"{name}={decimal(value)}" for name, value in sorted(features.items())]
    if proposed:
        parts.append(f"{_PROPOSED_PREDICATE}={proposed}")
        parts += [] if confidence is None else [f"{_PROPOSED_CONFIDENCE}={decimal(confidence)}"]
    return "|".join(parts)


def _share(text: str) -> float | None:
    """A number from 0 to 1; None for any other text."""
    found = _finite(text)
    return found if found is not None and 0 <= found <= 1 else None


def _finite(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def decimal(value: float) -> str:
    """A number as xsd:decimal, to four places."""
    whole, _, places = f"{value:.4f}".partition(".")
    return f"{whole}.{places.rstrip('0') or '0'}"
