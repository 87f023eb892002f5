"""What to paste beside a work, once its licence is chosen: for people, for tools that read licences, for this graph."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from ...licenses.licence import EXACT, Licence
from ...namespaces import DCT, FOAF, PROV
from ...texts import say

Said = Callable[..., str]
_SPDX = "http://spdx.org/licenses/"


@dataclass(frozen=True, slots=True)
class Paste:
    """A text to paste; `where` is the key of the sentence that says where."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A work that is built on, as it is to be credited; what is not known is empty."""

    iri: str = ""
    title: str = ""
    by: str = ""
    page: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A work that is published: whose it is, and where; what was not told is empty."""

    title: str
    by: str
    page: str
    is_software: bool


def pastes(work: Published, licence: Licence, origins: Sequence[Origin], things: str, language: str) -> Iterator[Paste]:
    """The texts, in a language; the IRIs of things begin with `things`."""

    def said(key: str, **parameters: str) -> str:
        return say(language, f"web.{key}", **parameters)

    told = {
        "title": work.title or said("paste-title"),
        "by": work.by or said("paste-by"),
        "page": work.page or said("paste-page"),
        "licence": licence.title.render(language),
        "text": page_of(licence),
    }
    yield Paste("paste-where-page", said("paste-licence", **told) + "\n\n" + said("paste-cite", **told))
    if origins:
        yield Paste("paste-where-notice", "\n".join([said("paste-origins"), *_credits(origins, said)]))
    name = spdx(licence)
    if work.is_software:
        yield Paste("paste-where-files", f"SPDX-FileCopyrightText: {told['by']}\nSPDX-License-Identifier: {name}")
        yield Paste("paste-where-publiccode", _publiccode(name, work.by))
    else:
        html = f'<a rel="license" href="{escape(told["text"])}">{escape(told["licence"])}</a>'
        yield Paste("paste-where-html", html)
    yield Paste("paste-where-graph", _turtle(things + said("paste-slug"), licence.iri, [each.iri for each in origins]))


def spdx(licence: Licence) -> str:
    """What SPDX calls a licence; one that its list lacks is so named as it wants (SPDX 2.3, annex D)."""
    listed = any(other.startswith(_SPDX) for other in licence.said.get(EXACT, ()))
    return licence.name if listed else f"LicenseRef-{licence.name}"


def page_of(licence: Licence) -> str:
    """Where its text is, else its IRI."""
    return next((page for page in licence.said.get(FOAF + "page", ()) if page.startswith("http")), licence.iri)


def _credits(origins: Sequence[Origin], said: Said) -> Iterator[str]:
    for each in origins:
        yield said(
            "paste-origin",
            title=each.title or said("paste-origin-title"),
            by=each.by or said("paste-origin-by"),
            page=each.page or said("paste-page"),
            licence=each.licence or said("paste-origin-licence"),
        )


def _publiccode(name: str, by: str) -> str:
    """The part of publiccode.yml 0.4 that tells the licence; JSON's strings are YAML's."""
    owner = f"\n  mainCopyrightOwner: {json.dumps(by, ensure_ascii=False)}" if by else ""
    return f"legal:\n  license: {name}{owner}"


def _turtle(work: str, licence: str, origins: Sequence[str]) -> str:
    derived = ", ".join(f"<{iri}>" for iri in origins if iri)
    lines = [f"@prefix dct: <{DCT}> ."]
    lines += [f"@prefix prov: <{PROV}> ."] if derived else []
    facts = f" ;\n    prov:wasDerivedFrom {derived}" if derived else ""
    return "\n".join([*lines, "", f"<{work}>\n    dct:license <{licence}>{facts} ."])
