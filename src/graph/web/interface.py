"""The OpenAPI description: what each address takes and answers, the saved queries of the snapshot among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..formats import FORMATS, GRAPH_FORMATS, RESULTS_CSV, RESULTS_FORMATS, RESULTS_JSON
from ..sparql.results import formats_for
from ..sparql.terms import PATTERNS
from ..texts import LANGUAGES, Text, say
from .http.conneg import HTML, offer
from .http.parameter import NUMBER, TEXT, one_of, parameter
from .querying.saved import LABELS, MARK, RQ

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ..sparql.header import Parameter
    from ..sparql.library import SavedQuery
    from .site import Site

PAGES = HTML.media_types
GRAPHS = tuple(name for form in GRAPH_FORMATS for name in offer(form).media_types)
TABLES = tuple(name for form in RESULTS_FORMATS for name in form.media_types)

_STATUSES = {
    304: "web.status-304",
    400: "web.status-400",
    403: "web.status-403",
    404: "web.status-404",
    406: "web.status-406",
    408: "web.status-408",
    409: "web.status-409",
    410: "web.status-410",
    413: "web.status-413",
    415: "web.status-415",
    416: "web.status-416",
    422: "web.status-422",
    429: "web.status-429",
    502: "web.status-502",
    503: "web.status-503",
    504: "web.status-504",
}
READ = (304, 400, 404, 406, 422, 429, 503)
QUERY = (304, 400, 403, 404, 406, 409, 422, 429, 502, 503, 504)
POST = (400, 403, 404, 406, 408, 409, 413, 415, 422, 429, 502, 503, 504)
_WAIT = (429, 503)  # they say when to come back
_RESULTS_JSON = RESULTS_JSON.media_types
_SCHEMAS: dict[str, dict[str, Any]] = {
    "iri": {"type": "string", "format": "iri"},
    "string": {"type": "string"},
    "langString": {"type": "string", "pattern": f"^(?:{PATTERNS['langString']})$"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "gYear": {"type": "string", "pattern": f"^(?:{PATTERNS['gYear']})$"},
}


def described(
    key: str, *media_types: str, statuses: tuple[int, ...] = READ, successes: tuple[int, ...] = (200,), **more: object
) -> dict[str, Any]:
    """The options of a route: its summary, what it answers with, the statuses of that, and those of its refusals.

    `more` are members of the operation. Summaries are in English where OpenAPI has one language, in each for our page.
    """
    summaries = {language: say(language, key) for language in LANGUAGES}
    answers = {str(status): _success(dict.fromkeys(media_types)) for status in successes} | _failures(statuses)
    extra = {"x-summary": summaries, "x-responses": answers, **more}
    return {"summary": summaries["en"], "response_model": None, "openapi_extra": extra}


def openapi(app: FastAPI, site: Site, address: str) -> dict[str, Any]:
    """The whole description, of the site of one snapshot as it is seen at `address`; OpenAPI 3.1."""
    general = app.openapi()
    paths = {
        path: {method: _ours(route) for method, route in routes.items()} for path, routes in general["paths"].items()
    }
    for query in site.library.values():
        paths[f"/queries/{quote(query.name)}"] = {"get": operation(query)}
    return {
        **general,
        "servers": [{"url": address}],
        "paths": paths,
        "components": components(),
        "x-snapshot": site.snapshot.id,
    }


def _ours(route: Mapping[str, Any]) -> dict[str, Any]:
    """An operation of FastAPI's, with our answers in place of those it supposes."""
    members = {name: value for name, value in route.items() if name not in ("description", "x-responses")}
    return {**members, "responses": route.get("x-responses", route["responses"])}


def operation(query: SavedQuery) -> dict[str, Any]:
    """What a saved query takes and answers."""
    titles, descriptions = _wordings(query.title), _wordings(query.description)
    formats = formats_for(query.form)
    schemas: dict[str, Any] = dict.fromkeys(name for form in formats for name in offer(form).media_types)
    if query.form in ("SELECT", "ASK"):
        result = _table(query.columns) if query.form == "SELECT" else {"$ref": "#/components/schemas/Boolean"}
        schemas |= dict.fromkeys(_RESULTS_JSON, result)
    parameters: list[dict[str, Any]] = [*map(_parameter, query.parameters), {"$ref": "#/components/parameters/format"}]
    if RESULTS_CSV in formats and query.form == "SELECT":
        parameters += [{"$ref": f"#/components/parameters/{name}"} for name in (LABELS, MARK)]
    return {
        "operationId": query.name,
        "tags": ["queries", *query.tags],
        "summary": titles["en"],
        "description": descriptions["en"],
        "x-summary": titles,
        "x-description": descriptions,
        "x-columns": list(query.columns),
        "x-version": query.version,
        "parameters": parameters,
        "responses": {"200": _success({**schemas, **dict.fromkeys((*PAGES, *RQ.media_types))}), **_failures(QUERY)},
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    words = {language: _words(parameter, language) for language in LANGUAGES}
    schema = dict(_SCHEMAS[parameter.type])
    if parameter.default is not None:
        schema["default"] = _value(parameter, parameter.default)
    described = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required and parameter.default is None,
        "schema": schema,
        "description": words["en"],
        "x-description": words,
    }
    if parameter.examples:
        described["example"] = _value(parameter, parameter.examples[0])
    return described


def _words(parameter: Parameter, language: str) -> str:
    texts = (_wordings(parameter.label)[language], _wordings(parameter.description)[language])
    return " : ".join(filter(None, texts)) if language == "fr" else ": ".join(filter(None, texts))


def _value(parameter: Parameter, written: str) -> object:
    """A value as JSON has it."""
    match parameter.type:
        case "integer":
            return int(written)
        case "decimal":
            return float(written)
        case "boolean":
            return written == "true"
    return written


def _table(columns: tuple[str, ...]) -> dict[str, Any]:
    """The schema of SPARQL JSON results: the columns of a saved query are its contract."""
    row = {
        "type": "object",
        "properties": {column: {"$ref": "#/components/schemas/Term"} for column in columns},
        "additionalProperties": False,
    }
    head = {"type": "object", "required": ["vars"], "properties": {"vars": {"const": list(columns)}}}
    bindings = {"type": "object", "required": ["bindings"], "properties": {"bindings": {"type": "array", "items": row}}}
    return {"type": "object", "required": ["head", "results"], "properties": {"head": head, "results": bindings}}


def _success(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The answer itself; a schema that is None is any JSON, or any text."""
    content = {
        name: {"schema": schema or ({} if name.endswith("json") else {"type": "string"})}
        for name, schema in schemas.items()
    }
    answer: dict[str, Any] = {"description": say("en", "web.status-200")}
    return {**answer, "content": content, "headers": _headers("ETag", "Last-Modified")} if content else answer


def _failures(statuses: tuple[int, ...]) -> dict[str, Any]:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"schema": {"type": "string"}} for name in (*names, "Passerelles-Snapshot")}


def _wordings(texts: Mapping[str, str]) -> dict[str, str]:
    """A text that carries its own wordings, in each of our languages."""
    return {language: Text(wordings=texts).render(language) if texts else "" for language in LANGUAGES}


def options() -> list[dict[str, Any]]:
    """The parameters that the address of any saved query takes besides its own."""
    return [
        _option("format", [*(form.name for form in FORMATS), HTML.name, "rq"], "web.option-format"),
        _option(LABELS, ["0", "1", *LANGUAGES], "web.option-labels"),
        _option(MARK, ["0", "1"], "web.option-mark"),
    ]


def components() -> dict[str, Any]:
    """What operations refer to: failures, options of a saved query, schemas."""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    failures = {}
    for status, key in _STATUSES.items():
        failures[str(status)] = {"description": say("en", key)}
        if status in _WAIT:
            failures[str(status)]["headers"] = _headers("Retry-After")
        if status >= 400:  # noqa: PLR2004 - the number says itself
            failures[str(status)]["content"] = problem | {name: {"schema": {"type": "string"}} for name in PAGES}
    return {
        "responses": failures,
        "parameters": {option["name"]: option for option in options()},
        "schemas": {"Problem": _PROBLEM, "Term": _TERM, "Boolean": _BOOLEAN},
    }


def _option(name: str, values: list[str], key: str) -> dict[str, Any]:
    words = {language: say(language, key) for language in LANGUAGES}
    return parameter(name, one_of(values), description=words["en"], **{"x-description": words})


_PROBLEM = {  # RFC 9457
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "code": {"type": "string", "pattern": "^PAS[0-9]{3}$"},
        "line": NUMBER,
        "column": NUMBER,
        "limit": TEXT,
        "parameter": TEXT,
        "replacedBy": {"type": "array", "items": {"type": "string", "format": "iri"}},
    },
}
_TERM = {  # a term of SPARQL 1.1 Query Results JSON Format, section 3.2.2; a triple is one of RDF 1.2
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"enum": ["uri", "literal", "bnode", "triple"]},
        "value": {"type": ["string", "object"]},
        "xml:lang": TEXT,
        "datatype": TEXT,
    },
}
_BOOLEAN = {"type": "object", "required": ["boolean"], "properties": {"boolean": {"type": "boolean"}}}
