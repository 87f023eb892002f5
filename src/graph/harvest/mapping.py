"""A mapping: a CONSTRUCT query whose variables are the columns of a table, or fields of a tree (the TARQL convention).

#+ summary: { fr: …, en: … }
#+ version: 1                 of the mapping: it is part of what a record says of its origin
#+ format: csv                one of FORMATS
#+ records: items             where the records stand: keys one below the other, a sheet; of RDF, their classes
#+ id: [url]                  the fields that identify a record, joined; of RDF and of JSON-LD, properties tried in turn
#+ iri: page                  the field that holds its IRI; else it has one below that of its portal
#+ columns: [title, url]      the fields that are variables of the query
#+ context: name.jsonld       of a tree, the JSON-LD context it is lifted with; else a key is <urn:x-harvest:field:key>
#+ contexts: "codemeta"       the addresses of contexts that this one stands for, as a regular expression
#+ detect: "^mission: "       what the beginning of such a document holds, as a regular expression
#+ language: fr               of the texts that do not say theirs
#+ charset: windows-1252      of the documents that do not say theirs; else UTF-8

Given to every query: ?record (what was read), ?thing (the IRI of what it describes), ?portal (what the IRIs of the
portal's things begin with), ?source (the document), ?identifier, ?language, and ?licence, that of the whole catalogue.
The named graph <urn:x-harvest:known> says by which names licences are called (`skos:hiddenLabel`). A triple that
is made with a property <urn:x-harvest:field:NAME> is not kept: it is a value of that field that could not be placed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pyoxigraph import Store

from ..config import Settings, shipped_root
from ..errors import ConfigurationError
from ..namespaces import RDF
from ..sparql.header import failure, nearest

FIELD = "urn:x-harvest:field:"
GIVEN = "urn:x-harvest:given"
KNOWN = "urn:x-harvest:known"
ALWAYS = ("record", "thing", "portal", "source", "identifier", "language")
SOMETIMES = ("licence",)
FORMATS = ("csv", "xlsx", "json", "yaml", "front-matter", "rdf", "feed")
SUFFIXES = {
    "csv": (".csv", ".tsv"),
    "xlsx": (".xlsx",),
    "json": (".json", ".jsonld"),
    "yaml": (".yml", ".yaml"),
    "front-matter": (".md", ".markdown", ""),
    "feed": (".nq", ".trig"),
    "rdf": (".ttl", ".rdf", ".xml", ".jsonld", ".json", ".nt", ".owl"),
}
_KEYS = (
    "summary", "version", "format", "records", "id", "iri", "columns", "context", "contexts", "detect", "language",
    "charset",
)  # fmt: skip
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how a text in it begins
_HEADER = re.compile(r"^#\+ ?(.*)$", re.MULTILINE)
_PREFIX = re.compile(r"^\s*PREFIX\s+([\w.-]*):\s*<([^>]*)>", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Mapping:
    """A mapping that was read: what its header says, its text, the text of its context."""

    name: str
    text: str
    format: str = ""
    version: str = "1"
    records: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    iri: str = ""
    columns: tuple[str, ...] = ()
    context: str = ""
    contexts: str = ""
    detect: str = ""
    language: str = "fr"
    charset: str = ""
    summary: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The mapping of a file, its header read. Raises SavedQueryError."""
        import yaml

        try:
            text = path.read_text(encoding="utf-8")
            header = yaml.load("\n".join(_HEADER.findall(text)), Loader=yaml.CBaseLoader) or {}  # noqa: S506
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise failure("mapping-header", path.name, 1, reason=" ".join(str(error).split())) from error
        for key in header:
            if key not in _KEYS:
                raise failure("header-key", path.name, 1, key=key, near=nearest(key, _KEYS))
        if header.get("format") not in FORMATS:
            raise failure("header-kind", path.name, 1, key="format", expected=" | ".join(FORMATS))
        context = path.with_name(header["context"]).read_text(encoding="utf-8") if header.get("context") else ""
        several = {key: _several(header[key]) for key in ("records", "id", "columns") if key in header}
        return cls(path.stem, text, **{**header, **several, "context": context})

    def check(self) -> Self:
        """The mapping itself, its query read. Raises SavedQueryError."""
        try:
            Store().query(self.query)
        except SyntaxError as error:
            raise failure("mapping-syntax", f"{self.name}.rq", 1, reason=error.msg) from error
        return self

    @property
    def is_tree(self) -> bool:
        """Whether its documents hold trees, which become RDF by a JSON-LD context."""
        return self.format in ("json", "yaml", "front-matter")

    @property
    def is_rdf(self) -> bool:
        """Whether its documents are RDF already."""
        return self.format in ("rdf", "feed")

    @cached_property
    def digest(self) -> str:
        """What changes when the mapping does."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @cached_property
    def query(self) -> str:
        """The text with its variables bound to what is given, by a pattern at the start of each group that names some.

        A group sees nothing of the one around it (SPARQL 1.1, section 18.2), so that the pattern is needed in each. The
        values are read from the store: none is ever part of a text. Raises SavedQueryError.
        """
        from ..sparql.anatomy import dissect

        anatomy = dissect(self.text)
        if anatomy.form != "CONSTRUCT" or anatomy.start_of_where is None:
            raise failure("mapping-form", f"{self.name}.rq", 1)
        groups = _groups(self.text)
        groups[anatomy.start_of_where] |= groups.pop(0)  # of the template
        text = self.text
        for at, variables in sorted(groups.items(), reverse=True):
            text = f"{text[:at]}{self._pattern(variables)}{text[at:]}"
        return text

    def _pattern(self, variables: set[str]) -> str:
        sure = [f"<{GIVEN}> <{FIELD}{name}> ?{name} ." for name in ALWAYS if name in variables]
        optional = [name for name in (*SOMETIMES, *self.columns) if name in variables]
        maybe = [f"OPTIONAL {{ <{GIVEN}> <{FIELD}{name}> ?{name} }}" for name in optional]
        return f" GRAPH <{GIVEN}> {{ {' '.join(sure + maybe)} }} " if sure or maybe else ""

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """The IRIs that the query names: of the fields lifted, those that it takes."""
        from ..sparql.lexer import tokens

        prefixes = dict(_PREFIX.findall(self.text))
        found = {RDF + "type"}
        for token in tokens(self.text):
            if token.kind == "iri":
                found.add(token.text[1:-1])
            elif token.kind == "pname":
                prefix, _, local = token.text.partition(":")
                found.add(prefixes.get(prefix, "") + local)
        return frozenset(found)

    def stands_for(self, address: str) -> bool:
        """Whether its context is to be taken for the one at an address."""
        return bool(self.contexts and re.search(self.contexts, address))

    def expanded(self, name: str) -> str:
        """The IRI that a word of the header means: a CURIE of the query's prefixes, or an IRI."""
        prefix, colon, local = name.partition(":")
        namespace = dict(_PREFIX.findall(self.text)).get(prefix)
        return namespace + local if colon and namespace is not None else name


def _groups(text: str) -> dict[int, set[str]]:
    """The variables that each group names itself, by where it begins; at 0, those outside any group.

    A group that is a sub-select has no place for a pattern: what it names is that of its own WHERE.
    """
    from ..sparql.lexer import tokens

    found: dict[int, set[str]] = {0: set()}
    stack = [0]
    read = list(tokens(text))
    for token, after in zip(read, [*read[1:], None], strict=True):
        if token.kind == "variable":
            found[stack[-1]].add(token.text[1:])
        elif token.text == "{":
            is_group = token.inner == "group" and not (after is not None and after.text.upper() == "SELECT")
            stack.append(token.start + 1 if is_group else stack[-1])
            found.setdefault(stack[-1], set())
        elif token.text == "}":
            stack.pop()
    return found


def _several(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def mappings(settings: Settings) -> Iterator[Path]:
    """The files of the mappings: the repository's own first, then those that come with the package."""
    seen: set[str] = set()
    for folder in dict.fromkeys((settings.mappings_folder, shipped_root() / settings.folders.mappings)):
        for path in sorted(folder.glob("*.rq")):
            if path.stem not in seen:
                seen.add(path.stem)
                yield path


def named(settings: Settings, name: str) -> Mapping:
    """The mapping of a name. Raises ConfigurationError where there is none, SavedQueryError."""
    known = {path.stem: path for path in mappings(settings)}
    if name not in known:
        raise ConfigurationError("no-mapping", name=name, known=", ".join(known))
    return Mapping.read(known[name])


def detected(settings: Settings, heads: list[tuple[str, bytes]]) -> Mapping | None:
    """The first mapping that recognises one of these documents, by the suffix of its name and how it begins."""
    every = [Mapping.read(path) for path in mappings(settings)]
    for name, start in heads:
        head = start[: len(start) & ~1].decode("utf-16", "replace").encode() if start[:2] in UTF_16 else start
        suffix = Path(name).suffix.lower()
        for mapping in every:
            fits = suffix in SUFFIXES[mapping.format] or "://" in name
            if fits and mapping.detect and re.search(mapping.detect.encode(), head, re.MULTILINE):
                return mapping
    return None
