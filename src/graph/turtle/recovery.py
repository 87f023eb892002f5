"""What is wrong at a piece no rule allows, what would mend it, and where reading goes on.

A mistake one can guess the intent of (a missing `;`, a quote that is not straight) costs nothing to what follows;
any other costs its statement: reading goes on after the next dot, or at a line that begins a statement.
"""

from __future__ import annotations

import re

from ..texts import Text
from .lexer import IRI, LANGUAGE, TOKEN
from .site import How, Mend, Site, State, mending
from .slips import slip
from .terms import visible

_CONFLICT = re.compile(r"(?:<{7}|>{7}|={7}|\|{7})(?![<>=|])[^\r\n]*")
_FOREIGN = (
    ("RDF/XML", re.compile(r"\s*(?:<\?xml|<!--|<rdf:|<!DOCTYPE\s+rdf)", re.IGNORECASE)),
    ("HTML", re.compile(r"\s*<(?:!DOCTYPE\s+html|html|head|body)\b", re.IGNORECASE)),
    ("JSON", re.compile(r"\s*(?:\{\s*(?:\}|\"[^\"\r\n]*+\"\s*:)|\[\s*\{)")),
    ("TriG", re.compile(r"\{(?!\|)")),
)
_RDF12 = re.compile(r"<<|>>|\{\||\|\}|~|--[A-Za-z]|@?version\b", re.IGNORECASE)
_DATATYPE_TOKEN = rf"(?:{IRI}|[^\s;,.<>\[\]()\"']*+)"  # near enough where something is wrong already
_CURLY = "“”„‟‘’‚«»"
_CURLY_DOUBLE = re.compile("[“”„‟]")
_CURLY_STRING = re.compile(  # an apostrophe closes a text where its end may be
    r"(?:[“”„‟][^“”„‟\"\r\n]*+[“”„‟\"]|[«»][^«»\"\r\n]*+[«»\"]|[‘’‚](?:[^‘’‚'\r\n]|[‘’‚'](?=\w))*+[‘’‚'])"
    rf"(?:{LANGUAGE}|\^\^{_DATATYPE_TOKEN})?+"
)
_SEVERAL_LINES = re.compile(r"\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\"(?=\s*(?:@|\^\^|[;,.\])]))", re.DOTALL)
_LINE = re.compile(r"[^\r\n]*+")
_LAST_MARK = re.compile(r"[^\S\r\n]*[;,.]?[^\S\r\n]*\Z")
_REST_OF_STRING = {
    quote: re.compile(rf"[^\r\n]*{quote}(?:{LANGUAGE}|\^\^{_DATATYPE_TOKEN})?+(?=\s*(?:[;,.\])]|\Z))")
    for quote in "\"'"
}
_TAIL = re.compile(rf"(?:{LANGUAGE}|\^\^{_DATATYPE_TOKEN})?+")
_DATATYPE = re.compile(rf"\^\^{_DATATYPE_TOKEN}")
_BAD_TAG = re.compile(r"@[ \t]*+[^\s;,.\])]*+")
_TAG_BEFORE = re.compile(r"[\"'](@[A-Za-z0-9\-]*)\Z")
_DIRECTIVE_BEFORE = re.compile(r"[ \t]*[\r\n]\s*(@(?:prefix|base))\Z")
_WORDS = re.compile(r"[^\r\n;,\[\]()<>\"]*?(?=\s*(?:[;,\[\]()<>\"\r\n]|\.\s|\.?\Z))")
_START_OF_IRI = re.compile(r"<[^\s<>\"]*+")
_WIDE_IRI = re.compile(r"<[^<>\r\n]*+>")
_LITERAL = re.compile(r"[\"']|[+-]?\.?[0-9]|(?:true|false)\Z")
_BAD_IN_IRI = re.compile(r"[\"{}|^`\x00-\x20]")
_INVISIBLE = re.compile(r"[^\S \t\r\n]+|[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\u200b\u2060\ufffe\uffff]+")
_BLANK_LINE = re.compile(r"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)")
_DIRECTIVES = ("@prefix", "@base", "prefix", "base")
_QUERIES = ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE", "INSERT", "DELETE")
_MARKS = (".", ";", ",", "[", "]", "(", ")", "^^")
_LINES_OF_A_STRING = 30
_REACH = 4096  # how far beyond a fault its cause is looked for
_SHOWN = 40
_CLOSES = {"[": "]", "(": ")"}
_EXPECTED = {
    State.START: "subject",
    State.VERB: "predicate",
    State.VERB_OR_DOT: "predicate-or-dot",
    State.VERB_OR_END: "predicate-or-end",
    State.VERB_OR_CLOSE: "predicate-or-bracket",
    State.OBJECT: "object",
    State.ITEM: "item",
    State.AFTER: "separator",
}
_VERBS = (State.VERB, State.VERB_OR_DOT, State.VERB_OR_END, State.VERB_OR_CLOSE)


def mend(site: Site) -> Mend:
    """What is wrong at a piece, and how to go on."""
    found = _foreign(site) or slip(site) or _characters(site) or _brackets(site) or _by_state(site)
    if found is not None:
        return found
    end = site.at + len(site.piece)
    skip = site.piece in _MARKS
    return unexpected(site, How.SKIP if skip else How.LOST, end if skip else next_statement(site.text, site.at))


def unfinished(site: Site) -> Mend | None:
    """What is wrong when the text ends here; None when it may."""
    if site.state is State.START:
        return None
    if site.inside:
        return mending("bracket-open", site.opened, site.opened + 1, How.LOST, site.at, bracket=_CLOSES[site.inside])
    if site.state in (State.AFTER, State.VERB_OR_END, State.VERB_OR_DOT):
        return mending("missing-dot", site.before, site.before, How.LOST, site.at)
    return mending("unfinished", site.before, site.before, How.LOST, site.at, expected=_expected(site.state))


def unexpected(site: Site, how: How, resume: int) -> Mend:
    """The general case: what stands here, and what was expected."""
    expected = _expected(site.state)
    return mending(
        "unexpected", site.at, site.at + len(site.piece), how, resume, found=shown(site.piece), expected=expected
    )


def lost(site: Site, key: str, length: int, **parameters: object) -> Mend:
    """A fault that costs its statement."""
    resume = next_statement(site.text, site.at)
    return mending(key, site.at, site.at + length, How.LOST, resume, **parameters)


def next_statement(text: str, at: int) -> int:
    """Where reading goes on after the piece at `at`: past the next dot, or at a line that begins a statement."""
    first = True
    for found in TOKEN.finditer(text, at):
        start = found.start(1)
        if found[1] == "." and not first:
            return found.end()
        if not first and begins_statement(text, found.start(), start, found[1]):
            return start
        if first and found[1] == ".":
            return found.end()
        first = False
    return len(text)


def begins_statement(text: str, before: int, at: int, piece: str) -> bool:
    """Whether a piece looks like the first of a statement: at the start of a line, after a blank one or a directive."""
    if not piece or (at and text[at - 1] not in "\r\n"):
        return False
    if piece.lower() in _DIRECTIVES:
        return True
    return (piece[0] in "<[_" or ":" in piece) and bool(_BLANK_LINE.search(text, before, at))


def shown(piece: str) -> str:
    """A piece as a message shows it."""
    return visible(piece) if len(piece) == 1 else piece[:_SHOWN] + "…" * (len(piece) > _SHOWN)


def _expected(state: State) -> Text:
    return Text(f"turtle.expected.{_EXPECTED[state]}")


def _foreign(site: Site) -> Mend | None:
    """Merge markers, other formats, RDF 1.2."""
    text, at = site.text, site.at
    if not at or text[at - 1] in "\r\n":
        marker = _CONFLICT.match(text, at)
        if marker:
            return mending("conflict", at, marker.end(), How.SKIP, marker.end())
    for name, pattern in _FOREIGN[: 0 if site.statement or site.directive else 3]:
        found = pattern.match(text)
        if found:
            start = len(text) - len(text.lstrip())
            return mending("foreign", start, start + 1, How.LOST, len(text), format=name)
    if site.state is State.START and site.piece.upper() in _QUERIES:
        return mending("foreign", at, at + len(site.piece), How.LOST, len(text), format="SPARQL")
    if site.piece == "{" and _FOREIGN[-1][1].match(text, at):
        return lost(site, "foreign", 1, format="TriG")
    newer = _RDF12.match(text, at)
    if newer and not (site.piece.lower() in ("version", "@version") and site.state is not State.START):
        return lost(site, "rdf12", newer.end() - at, found=newer[0])
    return None


def _characters(site: Site) -> Mend | None:
    """What begins no piece: a lone quote, a curly one, an IRI that does not close, a character nobody sees."""
    text, at, piece = site.text, site.at, site.piece
    if piece in ('"', "'"):
        return _open_string(site)
    if piece[0] in _CURLY:
        found = _CURLY_STRING.match(text, at, at + _REACH)
        end = found.end() if found else at + 1
        return mending("curly-quotes", at, at + 1, How.TERM if found else How.SKIP, end, quote=piece)
    if piece == "<":
        return _open_iri(site)
    invisible = _INVISIBLE.match(text, at)
    if invisible:
        return mending("invisible", at, invisible.end(), How.SKIP, invisible.end(), character=visible(text[at]))
    if piece == "@" or (piece[0] == "@" and site.before == at and text[at - 1] in "\"'"):
        rest = _BAD_TAG.match(text, at, at + _REACH)
        end = rest.end() if rest else at + 1
        return mending("language-tag", at, end, How.SKIP, end, tag=shown(text[at:end]))
    return None


def _open_string(site: Site) -> Mend:
    text, at = site.text, site.at
    several = _SEVERAL_LINES.match(text, at, at + _REACH) if site.piece == '"' else None
    if several and several[0].count("\n") <= _LINES_OF_A_STRING:
        tail = _TAIL.match(text, several.end())
        return mending("string-lines", at, several.end(), How.TERM, tail.end() if tail else several.end())
    line = _LINE.match(text, at)
    end = line.end() if line else len(text)
    curly = _CURLY_DOUBLE.search(text, at, min(end, at + _REACH))
    mark = _LAST_MARK.search(text[max(at, end - 200) : end])
    resume = end - len(mark[0]) if mark else end
    resume = max(resume, at + 1)
    if curly is not None:
        return mending("curly-quotes", curly.start(), curly.end(), How.TERM, resume, quote=curly[0])
    return mending("string-open", at, resume, How.TERM, resume, quote=site.piece)


def _open_iri(site: Site) -> Mend:
    text, at = site.text, site.at
    wide = _WIDE_IRI.match(text, at, at + _REACH)
    bad = _BAD_IN_IRI.search(text, at, wide.end()) if wide else None
    if wide and bad:
        where, iri = bad.start(), shown(wide[0][1:-1])
        return mending("iri-character", where, where + 1, How.TERM, wide.end(), character=_named(bad[0]), iri=iri)
    rest = _START_OF_IRI.match(text, at, at + _REACH)
    end = rest.end() if rest else at + 1
    resume = end - 1 if end > at + 1 and text[end - 1] in ".;," else end
    return mending("iri-open", at, resume, How.TERM, resume, iri=shown(text[at + 1 : resume]))


def _named(character: str) -> Text | str:
    return Text("turtle.space") if character == " " else visible(character)


def _brackets(site: Site) -> Mend | None:
    """A bracket that closes nothing, or one that a dot finds open."""
    piece, at = site.piece, site.at
    if piece in ("]", ")") and _CLOSES.get(site.inside) != piece:
        return mending("bracket-stray", at, at + 1, How.SKIP, at + 1, bracket=piece)
    if piece == "." and site.inside:
        closing = _CLOSES[site.inside]
        return mending("bracket-open", site.opened, site.opened + 1, How.AS_END, at + 1, bracket=closing)
    return None


def _by_state(site: Site) -> Mend | None:
    piece, at, state = site.piece, site.at, site.state
    end = at + len(piece)
    if piece.lower() in _DIRECTIVES or piece[0] == "@":
        return _directive(site)
    if state is State.AFTER:
        return _after(site)
    if state is State.ITEM:
        if piece in (";", ","):
            return mending("collection-separator", at, end, How.SKIP, end, found=piece)
    elif piece in (".", ";", ",", "]") and state is State.OBJECT:
        return mending("object-missing", at, end, How.AS_AFTER, at, found=piece)
    elif piece == "." and state in _VERBS:
        return mending("predicate-missing", at, end, How.AS_END, end)
    return _term(site)


def _term(site: Site) -> Mend | None:
    """A term where it may not stand, or a word that is none."""
    piece, at, state = site.piece, site.at, site.state
    end = at + len(piece)
    if piece == "a":
        return mending("a-misplaced", at, end, How.TERM, end)
    if _LITERAL.match(piece):
        place = Text("turtle.place.subject" if state is State.START else "turtle.place.predicate")
        return mending("literal-misplaced", at, end, How.TERM, end, found=shown(piece), place=place)
    if piece.startswith("_:"):
        return mending("blank-predicate", at, end, How.TERM, end, found=shown(piece))
    if piece in ("[", "("):
        return lost(site, "blank-predicate", 1, found=piece)
    return _word(site) if piece[0].isalpha() or piece[0] == "_" else None


def _word(site: Site) -> Mend:
    text, piece, at = site.text, site.piece, site.at
    if piece.lower() in ("true", "false"):
        end = at + len(piece)
        return mending("boolean-case", at, end, How.TERM, end, found=piece, right=piece.lower())
    words = _WORDS.match(text, at, at + _REACH)
    end = max(words.end() if words else 0, at + len(piece))
    if site.state is State.START:
        return lost(site, "word", len(piece), found=shown(piece))
    if site.state is not State.OBJECT:
        end = at + len(piece)
    return mending("word", at, end, How.TERM, end, found=shown(text[at:end]))


def _directive(site: Site) -> Mend | None:
    piece, at = site.piece, site.at
    if site.state is State.AFTER and piece.lower() in _DIRECTIVES:
        return mending("missing-dot", site.before, site.before, How.AS_END, at)
    if site.state is State.START:
        return lost(site, "directive", len(piece), found=piece)
    return unexpected(site, How.SKIP, at + len(piece)) if piece[0] == "@" else None


def _after(site: Site) -> Mend | None:
    """After an object stands something that begins one more: a separator is missing."""
    piece = site.piece
    glued = _glued(site)
    if glued is not None:
        return glued
    if piece[0] in "<\"'[(" or ":" in piece or piece in ("a", "true", "false") or _LITERAL.match(piece):
        return _unseparated(site)
    if not piece[0].isalpha():
        return None
    word = _word(site)
    return word._replace(how=How.SKIP) if word.how is How.TERM else word


def _glued(site: Site) -> Mend | None:
    """What follows a literal and belongs to it in the writer's mind."""
    text, piece, at, before = site.text, site.piece, site.at, site.before
    if piece == "^^":
        rest = _DATATYPE.match(text, at)
        return unexpected(site, How.SKIP, rest.end() if rest else at + 2)
    quote = text[at - 1] if before == at else ""
    if quote in _REST_OF_STRING:
        rest = _REST_OF_STRING[quote].match(text, at, at + _REACH)
        if rest:
            return mending("inner-quote" if quote == '"' else "inner-apostrophe", at - 1, at, How.SKIP, rest.end())
    tag = _TAG_BEFORE.search(text, max(before - _SHOWN, 0), before) if before == at else None
    if tag:
        start, rest = tag.start(1), _BAD_TAG.match(text, tag.start(1), at + _REACH)
        end = max(rest.end() if rest else 0, at + 1)
        return mending("language-tag", start, end, How.SKIP, end, tag=shown(text[start:end]))
    directive = _DIRECTIVE_BEFORE.search(text, max(before - _SHOWN, 0), before)
    if directive:  # `"x"`, then `@prefix` on the next line, read as a language
        start = directive.start()
        return mending("missing-dot", start, start, How.AS_END, directive.start(1))
    return None


def _unseparated(site: Site) -> Mend:
    """A dot is missing before what begins a statement, a comma before a literal or what a separator follows."""
    text, piece, at, before = site.text, site.piece, site.at, site.before
    if not site.inside and begins_statement(text, before, at, piece):
        return mending("missing-dot", before, before, How.AS_END, at)
    following = TOKEN.match(text, at + len(piece))
    separated = following is not None and following[1] in (".", ";", ",", "]")
    if piece != "a" and (separated or piece in ("[", "(") or _LITERAL.match(piece)):
        return mending("missing-comma", before, before, How.AS_OBJECT, at)
    if piece != "a" and not site.inside and (not at or text[at - 1] in "\r\n"):
        return mending("missing-dot", before, before, How.AS_END, at)
    return mending("missing-semicolon", before, before, How.AS_VERB, at)
