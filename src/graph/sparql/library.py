"""The library of saved queries: `queries/**/*.rq`, each a SPARQL text under a `#+` header in YAML.

A parameter is a variable whose place the text marks by `VALUES ?name { UNDEF }`; where it marks none,
its place is the start of the outermost WHERE. `SavedQuery.bind` writes in that place one N-Triples
term, made by pyoxigraph from a checked value: no character of the value is read as syntax. Unlike
`Store.query(substitutions=…)`, which refuses variables that are not projected, hides them from BOUND,
BIND, GROUP BY and sub-selects, and from the optimiser (0.5.13, held by tests), the bound text means
what it says, on any SPARQL endpoint.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from ..config import Limits
from ..errors import MalformedQuery, NoSuchThing, QueryError, SavedQueryError, UnreadableInput, reason
from ..texts import LANGUAGES, Text
from .anatomy import Anatomy, dissect
from .guard import inspect, refused
from .header import Header, Parameter, failure, near, nearest, read_header
from .terms import EXPECTED, term

_ABSENT = "passerelles_never_evaluated"
_NAME = re.compile(r"\w[\w-]*\Z")  # a part of an address, before the suffix of a format
_VERSION_LENGTH = 12
_SYNTAX_ERROR = re.compile(r"error at (\d+):(\d+): *(.*)", re.DOTALL)


@dataclass(frozen=True)
class SavedQuery:
    """A saved query; `folder` is below the library's. Without a header its title is its name."""

    name: str
    path: Path
    folder: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    text: str
    header: Header = field(default_factory=Header, repr=False, compare=False)

    @cached_property
    def anatomy(self) -> Anatomy:
        """Where its variables and the places of its parameters are."""
        return dissect(self.text)

    @cached_property
    def version(self) -> str:
        """What the text, header included, is told by from its other versions: twelve hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:_VERSION_LENGTH]

    @property
    def columns(self) -> tuple[str, ...]:
        """The variables of a SELECT, in order, as the header says them or else the text; empty when neither does."""
        return self.header.columns or self.anatomy.projection or ()

    @property
    def form(self) -> str:
        """SELECT, ASK, CONSTRUCT or DESCRIBE; empty when the text says none."""
        return self.anatomy.form

    def substitutions(self, values: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
        """Variable to N-Triples term, or several; defaults applied; a blank value is an absent one.

        Unknown parameters are ignored: see `refuse_unknown`. Raises MalformedQuery.
        """
        written = ((parameter.name, self._term(parameter, values)) for parameter in self.parameters)
        return {name: term for name, term in written if term}

    def wrong(self, values: Mapping[str, str]) -> dict[str, MalformedQuery]:
        """What is wrong with each parameter that has no right value, by its name: `bind` raises the first."""
        found = {}
        for parameter in self.parameters:
            try:
                self._term(parameter, values)
            except MalformedQuery as error:
                found[parameter.name] = error
        return found

    def _term(self, parameter: Parameter, values: Mapping[str, str | Sequence[str]]) -> str:
        """The N-Triples term, or terms, of a parameter; empty when it is left unbound. Raises MalformedQuery."""
        value = values.get(parameter.name, "")
        if not isinstance(value, str):
            return " ".join(term(parameter, each) for each in value) or " "  # of none, there is no solution
        if not value.strip():
            value = parameter.default or ""
        if value.strip():
            return term(parameter, value)
        if parameter.required:
            example = next(iter(parameter.examples), EXPECTED[parameter.type])
            named = {"parameter": parameter.name, "called": parameter.called}
            raise MalformedQuery("parameter-missing", **named, query=self.name, example=example)
        return ""

    def bind(self, values: Mapping[str, str | Sequence[str]]) -> str:
        """The text with its parameters bound to `values`, one or several, runnable anywhere. Raises MalformedQuery."""
        return _bound(self.text, self.anatomy, self.substitutions(values))

    def refuse_unknown(self, values: Mapping[str, str]) -> None:
        """Raise MalformedQuery for the first of `values` that is no parameter of this query."""
        known = tuple(parameter.name for parameter in self.parameters)
        for name in values:
            if name not in known:
                raise MalformedQuery("parameter-unknown", query=self.name, parameter=name, near=near(name, known))


class Library(Mapping[str, SavedQuery]):
    """Saved queries by name, sorted. A file that is wrong is in `problems`, and is not listed."""

    def __init__(self, queries: Mapping[str, SavedQuery], problems: Iterable[SavedQueryError] = ()) -> None:
        self._queries = dict(sorted(queries.items()))
        self.problems = tuple(problems)

    @classmethod
    def load(cls, folder: Path) -> Library:
        """Every `*.rq` below `folder`, hidden files left out; a missing folder is an empty library."""
        queries: dict[str, SavedQuery] = {}
        problems: list[SavedQueryError] = []
        for path in sorted(folder.rglob("*.rq")):
            below = path.relative_to(folder)
            if any(part.startswith(".") for part in below.parts):
                continue
            if not _NAME.match(path.stem):
                problems.append(failure("query-name", str(path), 1, name=path.stem))
                continue
            if path.stem in queries:
                other = queries[path.stem].path
                problems.append(failure("duplicate-query", str(path), 1, name=path.stem, other=other))
                continue
            try:
                queries[path.stem] = read_query(path, below.parent.as_posix())
            except SavedQueryError as error:
                problems.append(error)
        return cls(queries, problems)

    def __getitem__(self, name: str) -> SavedQuery:
        return self._queries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def find(self, name: str) -> SavedQuery:
        """The query called `name`. Raises NoSuchThing, or the SavedQueryError of its file."""
        if name in self._queries:
            return self._queries[name]
        for problem in self.problems:
            if Path(str(problem.parameters["path"])).stem == name:
                raise problem
        close = get_close_matches(name, self._queries, n=1)
        meant = Text("near.query", {"near": close[0]}) if close else Text("near.queries")
        raise NoSuchThing("no-such-query", name=name, near=meant)


def check(library: Library) -> list[SavedQueryError]:
    """Everything wrong in a library, by file and line; nothing is evaluated and no SERVICE is called."""
    problems = [
        *library.problems,
        *(fault for query in library.values() for fault in (*_faults(query), *_idle_options(query, library))),
    ]
    return sorted(problems, key=lambda problem: (str(problem.parameters["path"]), problem.line, problem.column))


def read_query(path: Path, folder: str = "", content: bytes | None = None) -> SavedQuery:
    """The query of a file, or of `content` when it is given; without a header, a query without parameters.

    Raises UnreadableInput, and SavedQueryError for what is not UTF-8 or has a wrong header.
    """
    try:
        text = (path.read_bytes() if content is None else content).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise failure("saved-query-encoding", str(path), error.object[: error.start].count(b"\n") + 1) from None
    except FileNotFoundError:
        raise UnreadableInput("missing", path=path) from None
    except OSError as error:
        raise UnreadableInput("cannot-read", path=path, reason=reason(error)) from None
    header = read_header(text, str(path))
    for parameter in header.parameters:
        if not re.search(rf"[?$]{parameter.name}\b", text):
            variables = tuple(sorted(dissect(text).variables))
            meant = f"?{nearest(parameter.name, variables)}"
            raise failure("parameter-unused", str(path), parameter.line, name=parameter.name, near=meant)
    return SavedQuery(
        name=path.stem,
        path=path,
        folder="" if folder == "." else folder,
        title=header.title or dict.fromkeys(LANGUAGES, path.stem),
        description=header.description,
        tags=header.tags,
        parameters=header.parameters,
        text=text,
        header=header,
    )


def _faults(query: SavedQuery) -> Iterator[SavedQueryError]:
    path, header = str(query.path), query.header
    fault = _syntax_fault(query, query.text)
    if fault is not None:  # nothing evaluates a text that is wrong, or that calls another server
        yield fault
        return
    columns = _columns(query)
    if header.columns is not None and columns != header.columns:
        yield failure("header-kind", path, header.lines["columns"], key="columns", expected=f"[{', '.join(columns)}]")
    if header.chart is not None and not set(header.chart.columns) <= set(columns):
        yield failure("header-kind", path, header.lines["chart"], key="chart", expected=f"[{', '.join(columns)}]")
    for parameter in query.parameters:
        if parameter.name not in query.anatomy.places and query.anatomy.start_of_where is None:
            yield failure("parameter-place", path, parameter.line, name=parameter.name)
        for value in (*parameter.examples, *filter(None, [parameter.default])):
            try:
                written = term(parameter, value)
            except MalformedQuery as error:
                key = f"params.{parameter.name}"
                yield failure("header-kind", path, parameter.line, key=key, expected=error.parameters["expected"])
                continue
            bound = _syntax_fault(query, _bound(query.text, query.anatomy, {parameter.name: written}))
            if bound is not None:
                yield failure("parameter-place", path, parameter.line, name=parameter.name)


def _idle_options(query: SavedQuery, library: Library) -> Iterator[SavedQueryError]:
    """The parameters whose `options` name a query that cannot be asked as it is, or that has no columns."""
    for parameter in query.parameters:
        if parameter.options is not None:
            offered = library.get(parameter.options)
            if offered is None or offered.form != "SELECT" or offered.wrong({}):
                path, meant = str(query.path), nearest(parameter.options, tuple(library))
                yield failure(
                    "parameter-options", path, parameter.line, name=parameter.name, query=parameter.options, near=meant
                )


def _bound(text: str, anatomy: Anatomy, terms: Mapping[str, str]) -> str:
    edits = []
    for name, written in terms.items():
        if name in anatomy.places:
            edits += [(start, end, written) for start, end in anatomy.places[name]]
        elif anatomy.start_of_where is not None:
            edits.append((anatomy.start_of_where, anatomy.start_of_where, f" VALUES ?{name} {{ {written} }}"))
    for start, end, written in sorted(edits, reverse=True):
        text = text[:start] + written + text[end:]
    return text


def _syntax_fault(query: SavedQuery, text: str) -> SavedQueryError | None:
    """What the guard, then the parser, say of a text; nothing is evaluated.

    A substitution of a variable the text has not stops the engine between parsing and evaluation.
    """
    from pyoxigraph import Literal, Store, Variable

    path = str(query.path)
    try:
        inspection = inspect(text, Limits())
        refusal = refused(inspection)
        if refusal is not None:
            raise refusal
        Store().query(text, substitutions={Variable(_ABSENT): Literal("")})
    except QueryError as error:
        key = error.key if error.key.startswith("service-") else "saved-query-syntax"
        fault = failure(key, path, error.line or 1, error.column or 1, **{"reason": str(error)} | error.parameters)
        wordings = {tag: f"{path}:{fault.line}:{fault.column} : {error.message(tag)}" for tag in LANGUAGES}
        fault.text = Text(fault.text.key, fault.parameters, wordings)
        return fault
    except SyntaxError as error:
        found = _SYNTAX_ERROR.match(str(error))
        line, column, reason = (int(found[1]), int(found[2]), found[3]) if found else (1, 1, str(error))
        return failure("saved-query-syntax", path, line, column, reason=" ".join(reason.split()))
    except RuntimeError:
        return None
    return None


def _columns(query: SavedQuery) -> tuple[str, ...]:
    """The variables of a SELECT, from its words or, where they do not tell, from the engine."""
    from pyoxigraph import QuerySolutions, Store

    if query.form != "SELECT":
        return ()
    if query.anatomy.projection is not None:
        return query.anatomy.projection
    results = Store().query(query.text)
    return tuple(variable.value for variable in results.variables) if isinstance(results, QuerySolutions) else ()
