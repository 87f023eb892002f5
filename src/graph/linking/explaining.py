"""Explaining: why a pair is proposed, in a sentence, from its features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..texts import say
from .known import Strength
from .proposing import Candidate


class _Reason(NamedTuple):
    """A feature that tells from a value on; `instead` names reasons that say more, after which this one is silent."""

    key: str
    feature: str
    least: float
    instead: tuple[str, ...] = ()


_FOR = (
    _Reason("linking.origin", "origin", 0.6),
    _Reason("linking.origin", "credited", 0.7, ("linking.origin",)),
    _Reason("linking.identifier", "identifier", 0.3),
    _Reason("linking.address", "address", 0.3),
    _Reason("linking.title-same", "ordered", 0.97),
    _Reason("linking.title-near", "ordered", 0.8, ("linking.title-same",)),
    _Reason("linking.title-within", "contained", 0.95, ("linking.title-same", "linking.title-near")),
    _Reason("linking.acronym", "acronym", 1.0, ("linking.title-same",)),
    _Reason("linking.title-words", "words", 0.35, ("linking.title-same", "linking.title-near", "linking.title-within")),
    _Reason("linking.title-meaning", "meaning", 0.65, ("linking.title-same", "linking.title-near")),
    _Reason("linking.handle", "handle", 0.5, ("linking.address", "linking.title-same", "linking.title-near")),
    _Reason("linking.sentences", "sentences", 0.5),
    _Reason("linking.description", "repeated", 0.6, ("linking.sentences",)),
    _Reason("linking.description-meaning", "sense", 0.7, ("linking.sentences", "linking.description")),
    _Reason("linking.organisation", "organisation", 0.5),
    _Reason("linking.theme", "theme", 0.5),
)
_MOST = 4


def because(candidate: Candidate, language: str) -> str:
    """The sentence: what it would be, what speaks for it, the most telling first, and what against."""
    features, found = candidate.features, list[str]()
    for key, feature, least, instead in _FOR:
        if features.get(feature, 0.0) >= least and not set(instead) & set(found):
            found.append(key)
    told = found[:_MOST] or ["linking.near"]
    reasons = ", ".join(say(language, key) for key in told)
    against = ", ".join(say(language, key) for key in _against(candidate.strength, features))
    if against:
        reasons = say(language, "linking.but", reasons=reasons, against=against)
    return say(language, _SENTENCES[candidate.strength], reasons=reasons)


_SENTENCES = {
    Strength.SAME: "linking.same",
    Strength.VARIANT: "linking.variant",
    Strength.SIMILAR: "linking.similar",
}


def _against(strength: Strength, features: Mapping[str, float]) -> list[str]:
    """What sets the two apart; what a variant has of its own is what makes it one."""
    said = {
        "linking.version": features.get("version", 0) > 0,
        "linking.number": features.get("number", 0) <= -1,
        "linking.place": features.get("place", 0) <= -1,
        "linking.stranger": features.get("stranger", 0) > 0 and strength == Strength.SAME,
        "linking.untitled": features.get("untitled", 0) > 0,
        "linking.undescribed": features.get("undescribed", 0) > 0,
    }
    return [key for key, holds in said.items() if holds]
