"""From the token of a term to the term as N-Triples writes it: the strings Oxigraph gives and SHACL results hold."""

from __future__ import annotations

import re
from typing import NoReturn

from ..namespaces import RDF, XSD
from . import iri as iris
from .lexer import LANGUAGE, STRING, TRIVIA, terminated
from .ntriples import TYPE, XSD_STRING, escaped, unescaped

_NOT_DATATYPES = (f"<{RDF}langString>", f"<{RDF}dirLangString>")
ROOM = 1 << 28

_STRING = re.compile(STRING, re.DOTALL)
_SUFFIX = re.compile(rf"{TRIVIA}(?:(?P<tag>{LANGUAGE})|\^\^{TRIVIA}(?P<datatype>.*))", re.DOTALL)
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_IRI_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPE = re.compile(r"\\(?:([tbnrf\"'\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.|\Z))", re.DOTALL)
_LAST, _SURROGATES = 0x10FFFF, range(0xD800, 0xE000)

#: What is written without quotation marks, by datatype.
SHORT = {
    XSD + "boolean": re.compile("true|false"),
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "double": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+"),
}
_GRANDFATHERED = (
    "art-lojban|cel-gaulish|en-gb-oed|i-ami|i-bnn|i-default|i-enochian|i-hak|i-klingon|i-lux|i-mingo|i-navajo|i-pwn"
    "|i-tao|i-tay|i-tsu|no-bok|no-nyn|sgn-be-fr|sgn-be-nl|sgn-ch-de|zh-guoyu|zh-hakka|zh-min|zh-min-nan|zh-xiang"
)
# RFC 5646, section 2.1.
_TAG = re.compile(
    rf"(?:{_GRANDFATHERED}|x(?:-[a-z0-9]{{1,8}})+|(?:[a-z]{{2,3}}(?:-[a-z]{{3}}){{0,3}}|[a-z]{{4,8}})(?:-[a-z]{{4}})?"
    r"(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?)\Z"
)


class Fault(Exception):
    """What is wrong inside a token: the key of its sentence, what fills it in, the stretch of the token."""

    def __init__(self, key: str, start: int, end: int, /, **parameters: str) -> None:
        super().__init__(key)
        self.key, self.start, self.end, self.parameters = key, start, end, parameters


class Scope:
    """The prefixes and the base in force, and the terms already read under them, by their token.

    `nodes` holds IRIs and labelled blank nodes, `verbs` the predicates, `values` the numbers and booleans:
    looked up by the reader before it asks. All the IRIs it resolves have no more than `ROOM` characters: a long prefix
    makes each of its names as long.
    """

    def __init__(self, base: str | None) -> None:
        self.prefixes: dict[str, str] = {}
        self.base = iris.split(base) if base else None
        self.nodes: dict[str, str] = {}
        self.verbs: dict[str, str] = {"a": TYPE}
        self.values: dict[str, str] = {}
        self._suffixes: dict[str, str] = {}
        self._room = ROOM

    def declare(self, prefix: str, token: str) -> str:
        """Bind a prefix to the IRI of a token. Raises Fault."""
        namespace = self._absolute(token)
        if self.prefixes.get(prefix) != namespace:
            self._forget()
            self.prefixes[prefix] = namespace
        return namespace

    def rebase(self, token: str) -> str:
        """Make the IRI of a token the base. Raises Fault."""
        base = self._absolute(token)
        self._forget()
        self.base = iris.split(base)
        return base

    def _forget(self) -> None:
        if len(self.nodes) + len(self._suffixes) + len(self.verbs) > 1:
            self.nodes, self.verbs, self._suffixes = {}, {"a": TYPE}, {}

    def iri(self, token: str) -> str:
        """The term of an IRI or prefixed name. Raises Fault."""
        term = f"<{self._absolute(token)}>"
        self.nodes[token] = self.verbs[token] = term
        return term

    def _absolute(self, token: str) -> str:
        if self._room < 0:
            raise Fault("too-long", 0, len(token), limit=str(ROOM))
        absolute = self._reference(token) if token[0] == "<" else self._name(token)
        self._room -= len(absolute)
        return absolute

    def _reference(self, token: str) -> str:
        reference = token[1:-1]
        if "\\" in reference:
            reference = _IRI_ESCAPE.sub(_iri_character, reference)
        absolute = iris.resolve(reference, self.base)
        if absolute is None:
            self._refuse(token, reference)
        return absolute

    def _refuse(self, token: str, reference: str) -> NoReturn:
        parts = iris.split(reference)
        if parts is not None and self.base is None:
            raise Fault("relative-iri", 0, len(token), iri=reference)
        at = iris.offender(reference)
        if at is not None and reference == token[1:-1]:
            raise Fault("iri-character", at + 1, at + 2, character=visible(reference[at]), iri=reference)
        raise Fault("iri-form", 0, len(token), iri=reference)

    def _name(self, token: str) -> str:
        prefix, _, local = token.partition(":")
        namespace = self.prefixes.get(prefix)
        if namespace is None:
            raise Fault("undeclared-prefix", 0, len(prefix) + 1, prefix=prefix)
        if "\\" in local:
            local = _LOCAL_ESCAPE.sub(r"\1", local)
        absolute = namespace + local
        if local and iris.split(absolute) is None:
            raise Fault("name-form", 0, len(token), name=token, iri=absolute)
        return absolute

    def value(self, token: str) -> str | None:
        """The term of a number or a boolean; None for any other token."""
        for datatype, form in SHORT.items():
            if form.fullmatch(token):
                term = self.values[token] = f'"{token}"^^<{datatype}>'
                return term
        return None

    def literal(self, token: str) -> str:
        """The term of a string with its language tag or datatype. Raises Fault."""
        body, _, suffix = token.rpartition('"')
        # Most literals are written as N-Triples writes them: `isprintable` rules out what must be escaped.
        if body[:1] == '"' and body.isprintable() and "\\" not in body and body.find('"', 1) < 0:
            if not suffix:
                return token
            tail = self._suffixes.get(suffix)
            if tail is None:
                tail = self._tail(suffix, len(body) + 1)
            return token if tail == suffix else f'{body}"{tail}'
        found = _STRING.match(token)
        if found is None or not terminated(found[0]):
            raise Fault("long-string-open", 0, min(3, len(token)))
        return _quoted(found[0]) + self._tail(token[found.end() :], found.end())

    def _tail(self, suffix: str, start: int) -> str:
        if suffix in self._suffixes:
            return self._suffixes[suffix]
        tail = ""
        found = _SUFFIX.match(suffix)
        if found is None:
            return ""
        if found["tag"]:
            tail = found["tag"].lower()
            if not _TAG.match(tail[1:]):
                raise Fault("language-tag", start + found.start("tag"), start + found.end("tag"), tag=found["tag"])
        elif found["datatype"]:
            tail = self._datatype(found["datatype"], start + found.start("datatype"))
        else:
            raise Fault("datatype-missing", start + len(suffix) - 2, start + len(suffix))
        self._suffixes[suffix] = tail
        return tail

    def _datatype(self, token: str, start: int) -> str:
        try:
            term = self.nodes.get(token) or self.iri(token)
        except Fault as fault:
            raise Fault(fault.key, fault.start + start, fault.end + start, **fault.parameters) from None
        if term in _NOT_DATATYPES:
            raise Fault("datatype-language", start, start + len(token))
        return "" if term == XSD_STRING else f"^^{term}"


def _quoted(token: str) -> str:
    """A string token as N-Triples writes it."""
    ends = 3 if token[:3] in ('"""', "'''") and len(token) > 2 else 1  # noqa: PLR2004  the shortest is two quotes
    text = token[ends : len(token) - ends]
    if "\\" in text:
        text = _ESCAPE.sub(lambda found: _character(found, ends), text)
    return f'"{escaped(text)}"'


def _character(found: re.Match[str], shift: int) -> str:
    if not found[1] and not _is_character(found[2] or found[3]):
        raise Fault("escape", found.start() + shift, found.end() + shift, escape=visible(found[0]))
    return unescaped(found[0])


def _iri_character(found: re.Match[str]) -> str:
    if not _is_character(found[1] or found[2]):
        raise Fault("iri-escape", found.start() + 1, found.end() + 1, escape=visible(found[0]))
    return unescaped(found[0])


def _is_character(digits: str | None) -> bool:
    number = int(digits, 16) if digits else -1
    return 0 <= number <= _LAST and number not in _SURROGATES


def is_iri(piece: str) -> bool:
    """Whether a piece is an IRI or a prefixed name."""
    first = piece[0]
    return len(piece) > 1 if first == "<" else ":" in piece and first not in "\"'_"


def visible(text: str) -> str:
    """A character one can read: itself when it prints, else its code point."""
    return "".join(one if one.isprintable() and one != " " else f"U+{ord(one):04X}" for one in text)
