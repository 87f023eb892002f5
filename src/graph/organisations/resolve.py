"""Which organisation a text names: a name, an acronym, a former name, a SIREN or SIRET, a slug, an IRI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import LimitExceeded
from ..siren import SIREN, SIRET, right
from ..texts import Text
from .names import IDENTIFIER, IRI, WAYS, Found, Names
from .register import Change, Organisation, Register

# A number as it is written, and as the answers write it: `SIREN : 130 025 265`, `identifiant 130025265 (INSEE)`.
_DIGITS = re.compile(r"(?i)(?:(?:n[°º]|sire[nt]|identifi(?:ant|er))[\s:]*)*([\d .\u00a0\u202f]+)(?:\(insee\))?\Z")
_WITH_ACRONYM = re.compile(r"(.*\S)\s*\(([^()]*)\)\Z")
_SHOWN, _NEAREST = 20, 5


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a text names, the surest first; when nothing, what comes near.

    `total` is how many there are, of which `found` are the first. A number may be no SIREN and no SIRET.
    """

    asked: str
    found: tuple[Found, ...]
    total: int
    nearest: tuple[Found, ...] = ()
    wrong_number: bool = False


def resolve(names: Names, text: str, longest: int) -> Resolved:
    """What a text of at most `longest` characters names, in the register whose names are given.

    The same text gives the same answer. Raises LimitExceeded.
    """
    asked = " ".join(text.split())
    if len(asked) > longest:
        sentence = Text("limit.resolve_characters")
        raise LimitExceeded("limit", limit="resolve_characters", value=longest, measured=len(asked), sentence=sentence)
    register = names.register
    number = _digits(asked)
    if len(number) in (SIREN, SIRET):
        found = _once(_numbered(register, number))
        return Resolved(asked, found[:_SHOWN], len(found), wrong_number=not found and not right(number))
    asked = asked.strip("<>")
    found = _once([*_by_iri(register, asked), *_identified(register, asked), *names.named(asked)])
    found = found or _once(_with_acronym(names, asked)) or _once(names.with_words(asked))
    nearest = () if found or not asked else _once([*names.with_some_words(asked), *names.near(asked)])[:_NEAREST]
    return Resolved(asked, found[:_SHOWN], len(found), nearest)


def written(resolved: Resolved, register: Register) -> dict[str, Any]:
    """An answer as its readers take it: plain JSON."""
    return {
        "asked": resolved.asked,
        "total": resolved.total,
        "found": [_told(found, register) for found in resolved.found],
        "nearest": [
            {**_end(register, found.organisation.iri), "value": found.value, "likeness": found.likeness}
            for found in resolved.nearest
        ],
        "wrong_number": resolved.wrong_number,
    }


def told(change: Change, register: Register) -> dict[str, Any]:
    """A change as its readers take it: plain JSON."""
    return {
        "iri": change.iri,
        "title": dict(change.title),
        "date": change.date,
        "from": [_end(register, iri) for iri in change.before],
        "to": [_end(register, iri) for iri in change.after],
        "sources": list(change.sources),
    }


def _by_iri(register: Register, text: str) -> Iterator[Found]:
    """By an IRI of its own or of another's, or by the path that ends its own."""
    path = text.removeprefix("id:").lstrip("/")
    for organisation in register.organisations.values():
        ended = "/" in path and organisation.iri.endswith(f"/{path}")
        if ended or text in (organisation.iri, *organisation.same):
            yield Found(organisation, IRI, organisation.iri)


def _identified(register: Register, text: str) -> Iterator[Found]:
    for organisation in register.organisations.values():
        for identifier in organisation.identifiers:
            if identifier.notation.casefold() == text.casefold():
                yield Found(organisation, IDENTIFIER, identifier.notation)


def _with_acronym(names: Names, text: str) -> Iterator[Found]:
    """By a name and, in brackets, another one: as answers write it."""
    written = _WITH_ACRONYM.match(text)
    if written:
        short = {each.organisation.iri for each in names.named(written[2])}
        yield from (each for each in names.named(written[1]) if each.organisation.iri in short)


def _numbered(register: Register, number: str) -> Iterator[Found]:
    """By a SIREN, or a SIRET: its own, else that of one of its places. Of a wrong number, its own alone."""
    siren = number[:SIREN]
    numbered = [
        (digits, Found(organisation, IDENTIFIER, identifier.notation))
        for organisation in register.organisations.values()
        for identifier in organisation.identifiers
        if (digits := _digits(identifier.notation))[:SIREN] == siren and len(digits) in (SIREN, SIRET)
    ]
    yield from (found for digits, found in numbered if digits == number)
    if not right(number):
        return
    if len(number) == SIRET:
        yield from (found for digits, found in numbered if digits == siren)
    else:
        yield from (found for digits, found in numbered if digits != number)


def _digits(text: str) -> str:
    """The digits of a text that has nothing else, but for what parts and announces them."""
    written = _DIGITS.match(text)
    return re.sub(r"\D", "", written[1]) if written else ""


def _once(found: Iterable[Found]) -> tuple[Found, ...]:
    """Each organisation once, by the surest of its ways, then in the order they came."""
    kept: dict[str, Found] = {}
    for each in sorted(found, key=lambda each: (WAYS.index(each.by), -each.likeness)):
        kept.setdefault(each.organisation.iri, each)
    return tuple(kept.values())


def _told(found: Found, register: Register) -> dict[str, Any]:
    organisation = found.organisation
    today = register.today(organisation.iri)
    return {
        **_end(register, organisation.iri),
        "matched": {"by": found.by, "value": found.value},
        "identifiers": [{"notation": each.notation, "agency": each.agency} for each in organisation.identifiers],
        "territory": organisation.territories,
        "part_of": [_end(register, iri) for iri in organisation.wholes],
        "current": today == [organisation.iri],
        "today": [_end(register, iri) for iri in today],
        "before": [told(change, register) for change in register.earlier(organisation.iri)],
        "after": [told(change, register) for change in register.later(organisation.iri)],
    }


def _end(register: Register, iri: str) -> dict[str, Any]:
    organisation = register.organisations.get(iri) or Organisation(iri)
    label: Mapping[str, str] = organisation.label
    return {"iri": iri, "label": dict(label), "acronym": organisation.acronym}
