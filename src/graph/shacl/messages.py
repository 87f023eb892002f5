"""What a result says: what is wrong, what was expected, what to write. The shape's own message wins over ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from ..diagnostics import Edit, Fix, Location
from ..namespaces import RDF, SH, XSD, PrefixMap
from ..texts import Text
from ..turtle.ntriples import TYPE, XSD_STRING, datatype, language, plain
from .datagraph import DataGraph
from .datatypes import example, fits
from .paths import Step, written
from .results import CODES, Result
from .shapes import ShapesGraph
from .terms import shown, turtle

_LANGUAGE_STRING = f"<{RDF}langString>"
_SHOWN = 5
_LOOKED_AT = 500  # names compared with one that is wrong: each costs some microseconds, for each result
_KINDS = {"IRI": "shacl.kind-iri", "Literal": "shacl.kind-literal", "BlankNode": "shacl.kind-blank"}
_DESCRIBING = ("datatype", "class", "nodeKind", "hasValue", "pattern")


@dataclass(frozen=True)
class Case:
    """A result among the shapes that gave it and the data it is about.

    `prefixes` are those its reader knows, `declared` those of the file itself.
    """

    result: Result
    shapes: ShapesGraph
    data: DataGraph
    prefixes: PrefixMap
    declared: PrefixMap

    @cached_property
    def ends(self) -> dict[str, Step]:
        """The value nodes, each with the last triple on the way to it."""
        path = self.shapes.path(self.result.shape)
        if written(path) != self.result.path:  # a query, or a closed shape, names another property than the shape
            path = self.result.path
        return {} if path is None else self.data.ends(path, self.result.focus)

    @cached_property
    def asked(self) -> list[str]:
        """The values of the constraint's parameter; the members where it is a list."""
        name = self.result.constraint
        name = name[:1].lower() + name[1:]
        if name in ("in", "languageIn", "and", "or", "xone"):
            return [member for members in self.shapes.lists(self.result.shape, name) for member in members]
        return self.shapes.values(self.result.shape, name)

    @property
    def number(self) -> int:
        """The parameter as a number, zero where it is none."""
        text = plain(next(iter(self.asked), ""))
        return int(text) if text.isdecimal() else 0

    @cached_property
    def doubled(self) -> dict[str, list[str]]:
        """The values of each language that more than one has, by language."""
        found: dict[str, list[str]] = {}
        for value in self.ends:
            if tag := language(value):
                found.setdefault(tag.lower(), []).append(value)
        return {tag: values for tag, values in found.items() if len(values) > 1}

    def show(self, terms: Iterable[str]) -> str:
        """Some terms for the reader, no more than a few."""
        several = list(dict.fromkeys(terms))
        more = ", …" if len(several) > _SHOWN else ""
        return ", ".join(shown(term, self.prefixes) for term in several[:_SHOWN]) + more

    def describe(self, shape: str, within: frozenset[str] = frozenset()) -> str:
        """A shape in few words: what it asks for, else its name; `within` are those it stands in."""
        values = [value for name in _DESCRIBING for value in self.shapes.values(shape, name)]
        members = [member for members in self.shapes.lists(shape, "in") for member in members]
        within |= {shape}
        inner = [self.describe(one, within) for one in self.shapes.values(shape, "node") if one not in within]
        return ", ".join(filter(None, [self.show(values), self.show(members), *inner])) or self.show(
            [self.shapes.named(shape) or "_:"]
        )

    def path(self) -> str:
        """The path, its IRIs short."""
        path = self.shapes.path(self.result.shape)
        if path is None or written(path) != self.result.path:
            return self.show([self.result.path]) if self.result.path else ""
        return str(written(_short(path, self.prefixes)))


def _short(path: object, prefixes: PrefixMap) -> object:
    if isinstance(path, str):
        return shown(path, prefixes)
    return (path[0], *(_short(step, prefixes) for step in path[1:]))


def message(case: Case, tag: str = "") -> Text:
    """The sentence of a result; `tag` is the language a diagnostic of `sh:uniqueLang` is about."""
    result = case.result
    constraint = result.constraint if result.constraint in CODES else "other"
    parameters: dict[str, object] = {
        "property": case.path(),
        "value": case.show([result.value or result.focus]),
        "component": case.show([f"<{result.component}>"]),
        "rule": case.show([case.shapes.named(result.shape) or "_:"]),
        "expected": case.show(case.asked),
        "count": len(case.ends),
        "number": case.number,
        "language": tag,
    }
    more, key = _MORE.get(constraint, _nothing)(case), f"shacl.{constraint}"
    parameters |= more
    own = {} if result.constraint == "SPARQL" else case.shapes.wordings(result.shape)
    return Text(str(parameters.pop("key", key)), parameters, own or case.shapes.spoken(result.messages))


def mending(case: Case, location: Location) -> Fix | None:
    """The fix of a literal that needs only another datatype, or to be an IRI; its edit waits for the object's place."""
    write = _rewritten(case)
    if write is None or case.result.value is None or language(case.result.value):
        return None
    text = turtle(write, case.declared)
    return Fix(Text("shacl.fix-write", {"write": text}), (Edit(location, text),))


More = dict[str, object]


def _nothing(_: Case) -> More:
    return {}


def _rewritten(case: Case) -> str | None:
    """The value as it should have been written, where it has only another form than the one expected."""
    value, asked = case.result.value, case.asked
    if value is None or not value.startswith('"') or len(asked) != 1:
        return None
    if case.result.constraint == "Datatype" and datatype(value) != asked[0] and fits(plain(value), asked[0]):
        body = value[: value.rindex('"') + 1]
        return body if asked[0] == XSD_STRING else f"{body}^^{asked[0]}"
    if case.result.constraint == "NodeKind" and asked[0] in (f"<{SH}IRI>", f"<{SH}BlankNodeOrIRI>"):
        iri = plain(value)
        return f"<{iri}>" if iri.startswith(("http://", "https://")) and fits(iri, _URI) else None
    return None


_URI = f"<{XSD}anyURI>"


def _min_count(case: Case) -> More:
    missing = case.result.path or ""
    unknown = {one.predicate for one in case.data.about(case.result.focus)} - case.shapes.properties - {TYPE}
    near = _near(missing, unknown)
    if near is not None:
        return {"key": "shacl.MinCount-near", "near": shown(near, case.prefixes)}
    return {"key": "shacl.MinCount-more"} if case.number > 1 else {}


def _datatype(case: Case) -> More:
    write, asked = _rewritten(case), next(iter(case.asked), "")
    if write is not None:
        return {"key": "shacl.Datatype-write", "write": shown(write, case.prefixes)}
    if asked == _LANGUAGE_STRING:
        return {"key": "shacl.Datatype-language"}
    sample = example(asked)
    return {"key": "shacl.Datatype-example", "write": turtle(sample, case.prefixes)} if sample else {}


def _node_kind(case: Case) -> More:
    value = case.result.value or case.result.focus
    actual = {"<": "IRI", '"': "Literal"}.get(value[0], "BlankNode")
    write = _rewritten(case)
    kinds = [kind for asked in case.asked for kind in asked.rpartition("#")[2][:-1].split("Or")]
    several = len(kinds) > 1
    more: More = {"actual": Text(_KINDS[actual]), "kind": Text(_KINDS.get(kinds[0], "")) if kinds else ""}
    if several:
        return more | {"key": "shacl.NodeKind-two", "other": Text(_KINDS[kinds[1]])}
    return more | ({"key": "shacl.NodeKind-write", "write": write} if write else {})


def _class(case: Case) -> More:
    value = case.result.value or case.result.focus
    if value.startswith('"'):
        return {"key": "shacl.Class-literal"}
    types = case.data.values(value, TYPE)
    return {"types": case.show(types)} if types else {"key": "shacl.Class-unknown"}


def _in(case: Case) -> More:
    near = _near(case.result.value or "", case.asked)
    return {"key": "shacl.In-near", "near": shown(near, case.prefixes)} if near else {}


def _has_value(case: Case) -> More:
    if case.result.path is None:
        return {"key": "shacl.HasValue-node"}
    return {"expected": case.show(value for value in case.asked if value not in case.ends)}


def _pattern(case: Case) -> More:
    return {"expected": ", ".join(map(plain, case.asked))}


def _language_in(case: Case) -> More:
    return {"expected": ", ".join(f"@{plain(tag)}" for tag in case.asked)}


def _closed(case: Case) -> More:
    shape = case.result.shape or ""
    allowed = {path for one in case.shapes.values(shape, "property") for path in case.shapes.values(one, "path")}
    allowed |= {iri for members in case.shapes.lists(shape, "ignoredProperties") for iri in members}
    near = _near(case.result.path or "", allowed)
    return {"key": "shacl.Closed-near", "near": shown(near, case.prefixes)} if near else {}


def _nested(case: Case) -> More:
    return {"expected": " | ".join(map(case.describe, case.asked))}


def _compared(case: Case) -> More:
    focus, value = case.result.focus, case.result.value
    asked = case.asked
    if case.result.constraint == "Disjoint":
        asked = [one for one in asked if value in case.data.values(focus, one)] or asked
    return {"expected": case.show(asked)}


def _qualified(case: Case) -> More:
    shapes = case.shapes.values(case.result.shape, "qualifiedValueShape")
    return {"condition": ", ".join(map(case.describe, shapes))}


_MORE: dict[str, Callable[[Case], More]] = {
    "MinCount": _min_count,
    "Datatype": _datatype,
    "NodeKind": _node_kind,
    "Class": _class,
    "Pattern": _pattern,
    "In": _in,
    "HasValue": _has_value,
    "LanguageIn": _language_in,
    "Closed": _closed,
    **dict.fromkeys(("Node", "And", "Or", "Xone", "Not", "Property"), _nested),
    **dict.fromkeys(("Equals", "Disjoint", "LessThan", "LessThanOrEquals"), _compared),
    **dict.fromkeys(("QualifiedMinCount", "QualifiedMaxCount"), _qualified),
}


def _near(term: str, others: Iterable[str]) -> str | None:
    """The one of the others that this term may be a slip for: a close name beside it, or the same name elsewhere."""
    from difflib import get_close_matches

    head, name = _split(term)
    beside: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    for other in sorted(set(others) - {term}):
        start, end = _split(other)
        (beside if start == head else elsewhere).setdefault(end, other)
    close = get_close_matches(name, beside, n=1, cutoff=0.75) if len(beside) <= _LOOKED_AT else []
    return beside[close[0]] if close else elsewhere.get(name)


def _split(term: str) -> tuple[str, str]:
    """What precedes the name in an IRI, and the name in small letters; a literal is all name."""
    at = max(term.rfind("/"), term.rfind("#")) + 1 if term.startswith("<") else 0
    return term[:at], (term[at:-1] if at else plain(term)).lower()
