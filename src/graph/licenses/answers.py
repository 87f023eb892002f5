"""What is answered about licences, in one language: the members that the public contract names, for JSON and pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..errors import LimitExceeded, MalformedQuery, NoSuchThing
from ..namespaces import SKOS
from ..texts import Text, say
from ..turtle.ntriples import literal_parts
from .catalogue import Licences
from .choosing import Choice, choices
from .duties import abstention, duty, term
from .expression import Expression, Named, meant, read
from .expression import named as expressed
from .licence import APPROVED, CLOSE, EXACT, INTENDED, REPLACED_BY, Licence
from .verdict import Answer, Verdict, compare, once, verdict

_PARTS = ("permits", "requires", "prohibits")
_WORDS = {
    Answer.YES: "licence.yes",
    Answer.CONDITIONAL: "licence.conditional",
    Answer.UNKNOWN: "licence.not-known",
    Answer.NO: "licence.no",
}


def compat(a: Expression, b: Expression, licences: Licences, language: str) -> dict[str, Any]:
    """Whether a work under `a` may be reused in a work published under `b`, and why."""
    found = verdict(a, b, licences)
    lost = [each for each in (a, b) if isinstance(each, Named) and each.licence is None]
    meant = once(text for each in lost for text in _near(each.text, licences))
    found = replace(found, because=(*found.because, *meant))
    return {"a": str(a), "b": str(b), **_told(found, language), **notice(language)}


def explain(licence: Licence, licences: Licences, language: str) -> dict[str, Any]:
    """All there is to know of one licence."""
    others = sorted((each for each in licences.values() if each != licence), key=lambda each: each.name.casefold())
    found = [(each, compare(licence, each, licences)) for each in others]
    clauses = licences.clauses(licence)
    return {
        **summary(licence, licences, language),
        **granted(licence, licences, language),
        "identifiers": _identifiers(licence),
        "clauses": [
            {
                "iri": clause.iri,
                "title": clause.title.render(language),
                "description": clause.description.render(language) if clause.description else "",
                "sources": list(clause.sources),
            }
            for clause in clauses
        ],
        "into": [{"licence": each.iri, "name": each.name, **_told(one, language)} for each, one in found],
        "sources": list(licence.sources),
        **notice(language),
    }


def granted(licence: Licence, licences: Licences, language: str) -> dict[str, Any]:
    """What one licence permits, requires and prohibits, and whether nobody knows."""
    return {
        "permits": [_term(iri, licences, language) for iri in sorted(licence.permits)],
        "requires": [
            {**_term(iri, licences, language), "do": duty(iri, licence, licences).render(language)}
            for iri in sorted(licence.requires)
        ],
        "prohibits": [
            {**_term(iri, licences, language), "do": abstention(iri, licence, licences).render(language)}
            for iri in sorted(licence.prohibits)
        ],
        "unknown": licence.unknown,
    }


def choose(
    built_on: Sequence[Expression], licences: Licences, language: str, sorts: Collection[str] | None = None
) -> dict[str, Any]:
    """What a work built on works under these licences may be published under, and what has to be done.

    `sorts` are what it is, as IRIs. Raises NoSuchThing for a name that means no licence.
    """
    for each in built_on:
        if isinstance(each, Named) and each.licence is None:
            raise _missing(each.text, licences)
    found = choices(built_on, licences, sorts)
    allowed = [choice for choice in found if choice.verdict.allowed]
    always = [text for choice in allowed[:1] for text in choice.verdict.duties]
    always = [text for text in always if all(text in choice.verdict.duties for choice in allowed)]
    return {
        "with": [str(each) for each in built_on],
        "write": _rendered(always, language),
        "choices": [_choice(choice, licences, language) for choice in allowed],
        "refused": [_choice(choice, licences, language) for choice in found if not choice.verdict.allowed],
        **notice(language),
    }


def table(licences: Licences, language: str) -> list[dict[str, Any]]:
    """Every licence, those approved for public bodies first, then by name."""
    every = sorted(licences.values(), key=lambda each: (APPROVED not in each.said, each.name.casefold()))
    return [
        {
            **summary(each, licences, language),
            **{part: [term(iri, licences).render(language) for iri in sorted(getattr(each, part))] for part in _PARTS},
        }
        for each in every
    ]


def summary(licence: Licence, licences: Licences, language: str) -> dict[str, Any]:
    """What names a licence, and what it is for."""

    def labels(name: str) -> list[str]:
        return sorted(licences.label(iri).render(language) for iri in licence.said.get(name, ()))

    after = [licences[iri].name for iri in licence.said.get(REPLACED_BY, ()) if iri in licences]
    return {
        "licence": licence.iri,
        "name": licence.name,
        "title": licence.title.render(language),
        "intended_for": labels(INTENDED),
        "approved_for": labels(APPROVED),
        "replaced_by": after,
    }


def words(language: str) -> dict[str, str]:
    """Each verdict of the contract, in words."""
    return {answer.word: say(language, key) for answer, key in _WORDS.items()}


def named(texts: Sequence[str], licences: Licences, longest: int) -> list[Expression]:
    """What each text names; together they have at most `longest` characters. Raises MalformedQuery, LimitExceeded."""
    _measure(texts, longest)
    if not texts:
        raise MalformedQuery("licence-missing")
    return [read(text, licences) for text in texts]


def one(name: str, licences: Licences, longest: int) -> Licence:
    """The licence that a name of at most `longest` characters means. Raises NoSuchThing, LimitExceeded."""
    _measure([name], longest)
    name = " ".join(name.split())
    licence = meant(name, licences)
    if licence is None:
        raise _missing(name, licences)
    return licence


def _measure(texts: Sequence[str], longest: int) -> None:
    measured = sum(map(len, texts))
    if measured > longest:
        sentence = Text("limit.licence_characters")
        raise LimitExceeded("limit", limit="licence_characters", value=longest, measured=measured, sentence=sentence)


def _missing(name: str, licences: Licences) -> NoSuchThing:
    """The error that says that a name means no licence, and which it may have meant: those of an expression."""
    with suppress(MalformedQuery):
        several = [each.name for each in expressed(read(name, licences))]
        if several:
            return NoSuchThing("no-such-licence", name=name, near=Text("licence.near", {"near": ", ".join(several)}))
    [near] = _near(name, licences) or [""]
    return NoSuchThing("no-such-licence", name=name, near=near)


def _near(name: str, licences: Licences) -> list[Text]:
    near = ", ".join(licence.name for licence in licences.near(name))
    return [Text("licence.near", {"near": near})] if near else []


def _choice(choice: Choice, licences: Licences, language: str) -> dict[str, Any]:
    return {**summary(choice.licence, licences, language), **_told(choice.verdict, language)}


def _told(found: Verdict, language: str) -> dict[str, Any]:
    return {
        "verdict": found.answer.word,
        "conditions": _rendered(found.conditions, language),
        "because": " ".join(_rendered(found.because, language)),
        "sources": list(found.sources),
    }


def _rendered(texts: Iterable[Text], language: str) -> list[str]:
    return [text.render(language) for text in texts]


def _term(iri: str, licences: Licences, language: str) -> dict[str, str]:
    return {"iri": iri, "label": term(iri, licences).render(language)}


def _identifiers(licence: Licence) -> list[dict[str, str]]:
    """Its identifiers in other lists, each with the address of the list."""
    pairs = []
    for value in licence.said.get(SKOS + "notation", ()):
        text, _, scheme = literal_parts(value)
        pairs.append((scheme, text))
    for iri in (*licence.said.get(EXACT, ()), *licence.said.get(CLOSE, ())):
        head, _, tail = iri.rstrip("/").rpartition("/")
        pairs.append((head + "/", tail))
    return [{"list": scheme, "identifier": text} for scheme, text in sorted(set(pairs))]


def notice(language: str) -> dict[str, str]:
    """The member that says that this is guidance."""
    return {"notice": say(language, "licence.notice")}
