"""One mark written for another, as a hand that knows Turtle slips: `,` for `;`, `;` for `,`, `.` for `;`, `=`, `^`.

Each is told at the mark itself, and what stands around it is read as it was meant.
"""

from __future__ import annotations

import re

from .lexer import TOKEN
from .site import How, Mend, Site, State, mending
from .terms import is_iri

_LITERAL = re.compile(r"[\"'].|[+-]?\.?[0-9]|(?:true|false)\Z", re.DOTALL)
_CARET = re.compile(r"\^[ \t]*(?:<[^\s<>\"]*+>?|[^\s;,.<>\[\]()\"'^]++)")
_SEPARATORS = (".", ";", ",", "]")
_REACH = 4096


def slip(site: Site) -> Mend | None:
    """The mark that was written for another, where the piece that cannot be taken tells it."""
    at, piece, state = site.at, site.piece, site.state
    if piece == "=" and state is State.OBJECT:
        return mending("equals", at, at + 1, How.SKIP, at + 1)
    if piece == "." and state is State.START and site.directive is not None and site.directive.sparql:
        after = _piece(site.text, site.directive.end)[0] == at
        return mending("directive-dot", at, at + 1, How.SKIP, at + 1) if after else None
    if piece == "^" and state is State.AFTER and site.text[site.before - 1] in "\"'":
        datatype = _CARET.match(site.text, at, at + _REACH)
        return mending("caret", at, at + 1, How.SKIP, datatype.end()) if datatype else None
    return _comma(site) or _semicolon(site) or _dot(site)


def _comma(site: Site) -> Mend | None:
    """After a `,` stand a predicate and its value: the `,` is told, for `;`."""
    text, at, piece, mark = site.text, site.at, site.piece, site.mark
    if mark < 0 or text[mark] != ",":
        return None
    start, end = _piece(text, mark + 1)
    if piece == "a" and site.state is State.OBJECT and start == at:
        return mending("comma-for-semicolon", mark, mark + 1, How.AS_VERB, at)
    if site.state is not State.AFTER or end != site.before or not is_iri(text[start:end]) or "\n" in text[end:at]:
        return None
    value = piece[0] in "[(" or (is_iri(piece) and _followed(site))
    if _LITERAL.match(piece) or (value and _margin(text, start) is not None):
        return mending("comma-for-semicolon", mark, mark + 1, How.VERB_BEFORE, at)
    return None


def _semicolon(site: Site) -> Mend | None:
    """After a `;` stands a value alone: the `;` is told, for `,`."""
    text, at, mark = site.text, site.at, site.mark
    if site.state is not State.VERB_OR_END or mark < 0 or text[mark] != ";" or _piece(text, mark + 1)[0] != at:
        return None
    if _LITERAL.match(site.piece) and _followed(site):
        return mending("semicolon-for-comma", mark, mark + 1, How.AS_OBJECT, at)
    return None


def _dot(site: Site) -> Mend | None:
    """A predicate and its value, further in than the statement before: the dot between is told, for `;`."""
    text, at, piece, state = site.text, site.at, site.piece, site.state
    if site.inside or site.statement is None:
        return None
    began, ended = site.statement[:2]
    first, end = _piece(text, ended)
    margin = _margin(text, first)
    if text[ended - 1] != "." or first != site.began or margin is None or margin <= (_margin(text, began) or 0):
        return None
    if state is State.START:
        meant = piece == "a"
    elif state is State.VERB:
        meant = is_iri(text[first:end]) and bool(piece[0] in "[(" or _LITERAL.match(piece))
    else:
        meant = state is State.OBJECT and piece in (".", ";", ",") and _piece(text, end)[1] == site.before
    return mending("dot-for-semicolon", ended - 1, ended, How.REOPENED, at) if meant else None


def _piece(text: str, at: int) -> tuple[int, int]:
    """Where the next piece begins and ends."""
    found = TOKEN.match(text, at)
    return (found.start(1), found.end()) if found else (at, at)


def _followed(site: Site) -> bool:
    """Whether a separator follows the piece."""
    start, end = _piece(site.text, site.at + len(site.piece))
    return site.text[start:end] in _SEPARATORS


def _margin(text: str, at: int) -> int | None:
    """How far from the margin the first piece of a line stands; None where it is not the first."""
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    return at - start if not text[start:at].strip(" \t\ufeff") else None
