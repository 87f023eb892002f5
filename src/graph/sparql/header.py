"""The `#+` header of a saved query: YAML, checked like data, each fault with its line in the file.

#+ summary: { fr: …, en: … }          its title, in one language or by language
#+ description: { fr: …, en: … }
#+ tags: [tools]                      the topics it is found under
#+ columns:                            of a SELECT, in order: the contract of its answer; or [stage, tool]
#+   stage: { fr: …, en: … }          its heading on a page; files have the name of the variable
#+ chart:                              drawn above the answer on its page
#+   kind: bar                        or line, along a date, a year or a number; or map
#+   label: stage                     the column that names the rows
#+   values: [tools]                  the columns of numbers; of a map [latitude, longitude], or [point]
#+   place: town                      of a map: the column that names the places; or their coordinates do
#+ params:
#+   stage:                           the variable ?stage; its place is VALUES ?stage { UNDEF }
#+     type: iri                      one of TYPES
#+     label: { fr: …, en: … }        of its field in the form; `description` is the hint below
#+     examples: ["https://…"]        shown in the form; or `example`
#+     required: true                 else it is left unbound; or `default`
#+     options: stages                the saved query that lists its values, in the column ?stage or the first one
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import SavedQueryError
from ..texts import DEFAULT_LANGUAGE, Text

if TYPE_CHECKING:
    from yaml import Node

KEYS = ("summary", "title", "description", "tags", "params", "columns", "chart", "endpoint")
CHART_KEYS = ("kind", "label", "values", "place")
CHARTS = ("bar", "line", "map")
PARAMETER_KEYS = ("type", "example", "examples", "default", "required", "label", "description", "options")
TYPES = ("iri", "string", "langString", "integer", "decimal", "boolean", "date", "gYear")
RESERVED = ("format", "lang")  # what an address says of any query; ours of several words are no variable: `with-labels`

_HEADER_LINE = re.compile(r"#\+ ?")
_LINE_END = re.compile(r"\r\n?|\n")  # what ends a comment of SPARQL, and nothing more
_TOP = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n))*")
_HEADER_LINES = re.compile(r"(?:(?<=[\r\n])|\A)#\+[^\r\n]*(?:\r\n?|\n)")
_LEADING = re.compile(r"\s*(#|\Z)")
_NAME = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_DEPTH = 8  # params, a parameter, its label: four are of use
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a saved query: the variable it binds and the values it takes.

    `options` names the saved query whose answer, in the column called as the parameter or else the first
    one, has the values a form offers; it may be the query itself.
    """

    name: str
    type: str = "string"
    default: str | None = None
    examples: tuple[str, ...] = ()
    required: bool = False
    label: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    options: str | None = None
    line: int = 1

    @property
    def called(self) -> Text:
        """How a sentence names it: by its label, where it has one, and by its name, which addresses have."""
        label = {"label": Text(wordings=self.label)} if self.label else {}
        return Text("parameter.labelled" if label else "parameter.named", {"name": self.name, **label})


@dataclass(frozen=True, slots=True)
class ChartHeader:
    """The chart of an answer: its kind, the column that names the rows, those of numbers, or of a place for a map.

    `place` is the column that names the places of a map; it is empty where none does.
    """

    kind: str
    label: str
    values: tuple[str, ...]
    place: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        return (self.label, *self.values, *filter(None, [self.place]))


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says. `lines` gives the line of each key; it is empty when there is no header."""

    title: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[str, ...] | None = None
    headings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    chart: ChartHeader | None = None
    endpoint: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)


def failure(key: str, path: str, line: int, column: int = 1, /, **parameters: object) -> SavedQueryError:
    """The error `key` at a place of a file."""
    return SavedQueryError(key, path=path, line=line, column=column, **parameters)


def near(wrong: str, known: tuple[str, ...]) -> Text:
    """What to say after a word that a query has not: the one that was meant, where one looks like it; those it has."""
    if not known:
        return Text("near.none")
    close = get_close_matches(wrong, known, n=1)
    return Text("near.meant" if close else "near.among", {"near": "".join(close), "known": ", ".join(known)})


def nearest(wrong: str, known: tuple[str, ...]) -> str:
    """The known word that looks most like a wrong one; empty when none is known."""
    return next(iter(get_close_matches(wrong, known, n=1, cutoff=0.0)), "")


def read_header(text: str, path: str) -> Header:
    """The header at the top of a query's text. Raises SavedQueryError with its line and column."""
    import yaml

    places: list[tuple[int, int]] = []
    source: list[str] = []
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if mark := _HEADER_LINE.match(line):
            places.append((number, mark.end()))
            source.append(line[mark.end() :])
        elif not _LEADING.match(line):
            break
    loader = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
    reader = _Reader(path, places or [(1, 0)])
    document = "\n".join(source)
    try:
        depth = 0
        for event in yaml.parse(document, Loader=loader):  # first, for composing recurses, and follows aliases
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEPTH or isinstance(event, yaml.AliasEvent):
                raise failure("header-syntax", path, places[0][0], reason="[[[" if depth > _DEPTH else "alias")
        root = yaml.compose(document, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = reader.place(mark.line, mark.column) if mark else (places[0][0], 1)
        raise failure("header-syntax", path, line, column, reason=error.problem or error.context) from None
    except yaml.YAMLError as error:
        raise failure("header-syntax", path, places[0][0], reason=str(error).splitlines()[0]) from None
    return reader.header(root) if root is not None else Header()


def without_header(text: str) -> str:
    """A query's text without its header; its other comments stay."""
    top = _TOP.match(text)
    end = top.end() if top else 0
    return _HEADER_LINES.sub("", text[:end]) + text[end:]


class _Reader:
    """Turns YAML nodes into a Header, failing at the node that is wrong."""

    def __init__(self, path: str, places: list[tuple[int, int]]) -> None:
        self._path = path
        self._places = places

    def place(self, line: int, column: int) -> tuple[int, int]:
        """The line and column of the file, from 1, for those of the YAML text, from 0."""
        number, width = self._places[min(line, len(self._places) - 1)]
        return number, width + column + 1

    def header(self, root: Node) -> Header:
        entries = self._mapping(root, "#+", "summary: …", KEYS)
        title = entries.get("title") or entries.get("summary")
        columns, headings = self._columns(entries["columns"]) if "columns" in entries else (None, {})
        parameters = self._mapping(entries["params"], "params", "name: { type: iri }") if "params" in entries else {}
        return Header(
            title=self._texts(title, "summary") if title else {},
            description=self._texts(entries["description"], "description") if "description" in entries else {},
            tags=self._strings(entries["tags"], "tags") if "tags" in entries else (),
            parameters=tuple(self._parameter(name, node) for name, node in parameters.items()),
            columns=columns,
            headings=headings,
            chart=self._chart(entries["chart"]) if "chart" in entries else None,
            endpoint=self._scalar(entries["endpoint"], "endpoint") if "endpoint" in entries else None,
            lines={key: self._line(node) for key, node in entries.items()} | {"#+": self._line(root)},
        )

    def _columns(self, node: Node) -> tuple[tuple[str, ...], dict[str, dict[str, str]]]:
        """The columns, and what each is called on a page where they are more than named."""
        if node.id != "mapping":
            return tuple(name.lstrip("?$") for name in self._strings(node, "columns")), {}
        entries = self._mapping(node, "columns", "name: { fr: …, en: … }")
        headings = {name.lstrip("?$"): self._texts(each, f"columns.{name}") for name, each in entries.items()}
        return tuple(headings), headings

    def _chart(self, node: Node) -> ChartHeader:
        entries = self._mapping(node, "chart", "{ kind: bar, label: …, values: […] }", CHART_KEYS)
        if not entries.keys() >= {"kind", "label", "values"}:
            self._wrong(node, "chart", "{ kind: bar, label: …, values: […] }")
        kind = self._scalar(entries["kind"], "chart.kind")
        if kind not in CHARTS:
            self._wrong(entries["kind"], "chart.kind", " | ".join(CHARTS))
        label = self._scalar(entries["label"], "chart.label").lstrip("?$")
        values = tuple(name.lstrip("?$") for name in self._strings(entries["values"], "chart.values"))
        if kind == "map" and len(values) not in (1, 2):
            self._wrong(entries["values"], "chart.values", "[point] | [latitude, longitude]")
        if kind != "map" and "place" in entries:
            self._wrong(entries["kind"], "chart.kind", "map")
        place = self._scalar(entries["place"], "chart.place").lstrip("?$") if "place" in entries else ""
        return ChartHeader(kind, label, values, place)

    def _parameter(self, name: str, node: Node) -> Parameter:
        if not _NAME.match(name):
            self._wrong(node, f"params.{name}", "[A-Za-z_][A-Za-z0-9_]*")
        if name in RESERVED:
            raise failure("parameter-reserved", self._path, self._line(node), name=name)
        entries = self._mapping(node, f"params.{name}", "{ type: iri, example: … }", PARAMETER_KEYS)
        kind = self._scalar(entries["type"], f"params.{name}.type") if "type" in entries else "string"
        if kind not in TYPES:
            self._wrong(entries["type"], f"params.{name}.type", " | ".join(TYPES))
        examples = [
            self._strings(entries[key], f"params.{name}.{key}") for key in ("example", "examples") if key in entries
        ]
        texts = {
            key: self._texts(entries[key], f"params.{name}.{key}") for key in ("label", "description") if key in entries
        }
        return Parameter(
            name=name,
            type=kind,
            default=self._scalar(entries["default"], f"params.{name}.default") if "default" in entries else None,
            examples=tuple(value for values in examples for value in values),
            required=self._flag(entries["required"], f"params.{name}.required") if "required" in entries else False,
            label=texts.get("label", {}),
            description=texts.get("description", {}),
            options=self._scalar(entries["options"], f"params.{name}.options") if "options" in entries else None,
            line=self._line(node),
        )

    def _mapping(self, node: Node, key: str, expected: str, known: tuple[str, ...] | None = None) -> dict[str, Node]:
        if node.id != "mapping":
            self._wrong(node, key, expected)
        entries: dict[str, Node] = {}
        for name_node, value in node.value:
            name = self._scalar(name_node, key)
            line, column = self.place(name_node.start_mark.line, name_node.start_mark.column)
            if known is not None and name not in known:
                raise failure("header-key", self._path, line, column, key=name, near=nearest(name, known))
            if name in entries:
                raise failure("header-twice", self._path, line, column, key=name)
            entries[name] = value
        return entries

    def _texts(self, node: Node, key: str) -> dict[str, str]:
        if node.id == "scalar":
            return {DEFAULT_LANGUAGE: self._scalar(node, key)}
        texts = {tag: self._scalar(value, key) for tag, value in self._mapping(node, key, "{ fr: …, en: … }").items()}
        for tag in texts:
            if not _LANGUAGE.match(tag):
                self._wrong(node, key, "{ fr: …, en: … }")
        return texts

    def _strings(self, node: Node, key: str) -> tuple[str, ...]:
        if node.id == "sequence":
            return tuple(self._scalar(item, key) for item in node.value)
        return (self._scalar(node, key),)

    def _scalar(self, node: Any, key: str) -> str:
        if node.id != "scalar":
            self._wrong(node, key, "…")
        return str(node.value).strip()

    def _flag(self, node: Node, key: str) -> bool:
        value = self._scalar(node, key).lower()
        if value not in ("true", "false"):
            self._wrong(node, key, "true | false")
        return value == "true"

    def _line(self, node: Node) -> int:
        return self.place(node.start_mark.line, node.start_mark.column)[0]

    def _wrong(self, node: Node, key: str, expected: str) -> NoReturn:
        line, column = self.place(node.start_mark.line, node.start_mark.column)
        raise failure("header-kind", self._path, line, column, key=key, expected=expected)
