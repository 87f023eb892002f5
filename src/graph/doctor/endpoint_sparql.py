"""What a SPARQL endpoint does: each question has an answer that is known whatever the data are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode

from ..errors import OutboundError
from ..federation.outbound import Fetched
from ..formats import GRAPH_FORMATS, RESULTS_FORMATS, RESULTS_JSON, Format
from ..texts import Text
from .check import Check, Level
from .correspondence import Correspondence, number, rows, triples

Made = tuple[str, Callable[[], Check]]

_SIDE = 110  # of a square of rows, of more than the 10 000 where many servers cut
_TEXT = "« été » ß 你好 \U0001f68c"
_ALL = """\
SELECT ?n { { SELECT (SUM(?x) AS ?n) { VALUES ?x { 1 2 3 4 } MINUS { VALUES ?x { 4 } } } }
BIND(?n AS ?m) FILTER(?m = 6 && NOT EXISTS { <urn:x-none> <urn:x-p>/<urn:x-q>* <urn:x-none-either> }) }"""
_SQUARE = "{{ VALUES ?a {{ {side} }} VALUES ?b {{ {side} }} BIND(?a * 1000 + ?b AS ?n) }}"
_VALUES = 200


def checks(there: Correspondence) -> Iterator[Made]:
    """The checks, by name, in the order in which they are made; the first says whether there is an endpoint at all."""
    yield "sparql", partial(_sparql, there)
    yield "post", partial(_post, there)
    for form in RESULTS_FORMATS:
        yield f"format-{form.name}", partial(_format, there, form)
    yield "formats-graph", partial(_graphs, there)
    yield "ask", partial(_ask, there)
    yield "sparql-1.1", partial(_sparql_1_1, there)
    yield "values", partial(_values, there)
    yield "characters", partial(_characters, there)
    yield "whole-answers", partial(_whole, there)
    yield "paging", partial(_paging, there)
    yield "count", partial(_count, there)
    yield "named-graphs", partial(_named, there)
    yield "errors", partial(_errors, there)
    yield "updates", partial(_updates, there)
    yield "cors", partial(_cors, there)
    yield "cache", partial(_cache, there)
    yield "service", partial(_service, there)


def _sparql(there: Correspondence) -> Check:
    question = "SELECT (1 AS ?x) {}"
    answer = there.ask(question)
    if rows(answer) is None:
        sent = there.ask_in_form(question)
        if rows(sent) is None:
            said = {"status": answer.status, "media_type": answer.media_type or "–"}
            return Check("sparql", Text("endpoint.no-sparql", said), Level.NOTE)
    return Check("sparql", Text("endpoint.sparql", {"ms": there.milliseconds}))


def _post(there: Correspondence) -> Check:
    question = "SELECT (1 AS ?x) {}"
    ways = {
        "GET": partial(there.ask, question),
        "POST form": partial(there.ask_in_form, question),
        "POST": partial(there.post, "application/sparql-query", question),
    }
    missing = [name for name, asked in ways.items() if not _answered(asked)]
    if "POST form" in missing:
        return Check("post", Text("endpoint.no-post", {"names": ", ".join(missing)}), Level.FAULT)
    if missing:
        return Check("post", Text("endpoint.some-post", {"names": ", ".join(missing)}), Level.NOTE)
    return Check("post", Text("endpoint.post"))


def _answered(asked: Callable[[], Fetched]) -> bool:
    try:
        return _is_one(asked())
    except OutboundError:  # some never answer what they do not know
        return False


def _is_one(answer: Fetched) -> bool:
    return rows(answer) == [{"x": "1"}]


def _format(there: Correspondence, form: Format) -> Check:
    name = f"format-{form.name}"
    answer = there.ask("SELECT (1 AS ?x) {}", form.media_type)
    right = _is_one(answer) if form.name != "csv" else answer.body.split() in ([b"x", b"1"], [b'"x"', b"1"])
    if answer.ok and right and answer.media_type in form.media_types:
        return Check(name, Text("endpoint.format", {"media_type": answer.media_type}))
    said = {"status": answer.status, "media_type": answer.media_type or "–", "asked": form.media_type}
    return Check(name, Text("endpoint.format-not", said), Level.FAULT if form is RESULTS_JSON else Level.NOTE)


def _graphs(there: Correspondence) -> Check:
    given = []
    for form in GRAPH_FORMATS:
        answer = there.ask("CONSTRUCT { <urn:x-a> <urn:x-b> 1 } {}", form.media_type)
        if answer.media_type in form.media_types and len(triples(answer) or ()) == 1:
            given.append(form.label)
    if not given:
        return Check("formats-graph", Text("endpoint.no-graph"), Level.FAULT)
    return Check("formats-graph", Text("endpoint.graphs", {"names": ", ".join(given)}))


def _ask(there: Correspondence) -> Check:
    if tuple(rows(there.ask(f"ASK {{ VALUES ?x {{ 1 }} FILTER(?x = {n}) }}")) for n in (1, 2)) == (True, False):
        return Check("ask", Text("endpoint.ask"))
    return Check("ask", Text("endpoint.ask-not"), Level.NOTE)


def _sparql_1_1(there: Correspondence) -> Check:
    if rows(there.ask(_ALL)) == [{"n": "6"}]:
        return Check("sparql-1.1", Text("endpoint.sparql-1-1"))
    return Check("sparql-1.1", Text("endpoint.sparql-1-1-not"), Level.FAULT)


def _values(there: Correspondence) -> Check:
    """What a bind join sends."""
    given = " ".join(f'(<urn:x-{n}> "{n}")' for n in range(_VALUES))
    found = rows(there.ask_in_form(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {given} }} }}"))
    if isinstance(found, list) and {row.get("b") for row in found} == {str(n) for n in range(_VALUES)}:
        return Check("values", Text("endpoint.values", {"count": _VALUES}))
    return Check("values", Text("endpoint.values-not", {"count": _VALUES}), Level.FAULT)


def _characters(there: Correspondence) -> Check:
    found = rows(there.ask(f'SELECT ("{_TEXT}" AS ?x) {{}}'))
    if found == [{"x": _TEXT}]:
        return Check("characters", Text("endpoint.characters"))
    return Check("characters", Text("endpoint.characters-not"), Level.FAULT)


def _square() -> str:
    return _SQUARE.format(side=" ".join(map(str, range(1, _SIDE + 1))))


def _whole(there: Correspondence) -> Check:
    """Whether an answer that is too long is an error, as it should be, or one that is cut short and looks whole."""
    wanted = _SIDE * _SIDE
    answer = there.ask_in_form(f"SELECT ?n {_square()}")
    found = rows(answer)
    if isinstance(found, list) and len(found) == wanted:
        return Check("whole-answers", Text("endpoint.whole", {"count": wanted}))
    if answer.ok:
        count = len(found) if isinstance(found, list) else 0
        return Check("whole-answers", Text("endpoint.cut", {"count": count, "wanted": wanted}), Level.FAULT)
    return Check("whole-answers", Text("endpoint.bounded", {"status": answer.status, "wanted": wanted}), Level.NOTE)


def _paging(there: Correspondence) -> Check:
    pages = [rows(there.ask_in_form(f"SELECT ?n {_square()} ORDER BY ?n LIMIT 5 OFFSET {start}")) for start in (0, 105)]
    if pages == [[{"n": str(1001 + n)} for n in range(5)], [{"n": str(1106 + n)} for n in range(5)]]:
        return Check("paging", Text("endpoint.paging"))
    return Check("paging", Text("endpoint.paging-not"), Level.FAULT)


def _count(there: Correspondence) -> Check:
    """How many triples there are, beside what the service description says."""
    found = rows(there.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    count = number(found[0].get("n", "")) if isinstance(found, list) and found else None
    if count is None:
        return Check("count", Text("endpoint.count-not"), Level.NOTE)
    return Check("count", Text("endpoint.count", {"count": count, "ms": there.milliseconds}))


def _named(there: Correspondence) -> Check:
    found = rows(there.ask("SELECT ?g { GRAPH ?g { ?s ?p ?o } } LIMIT 1"))
    if found is None:
        return Check("named-graphs", Text("endpoint.graphs-unknown"), Level.NOTE)
    return Check("named-graphs", Text("endpoint.named-graphs") if found else Text("endpoint.no-named-graphs"))


def _errors(there: Correspondence) -> Check:
    status = there.ask("SELECT * { ?s ?p }").status
    if status == 400:  # noqa: PLR2004 - the number says itself
        return Check("errors", Text("endpoint.errors"))
    return Check("errors", Text("endpoint.errors-not", {"status": status}), Level.NOTE)


def _service(there: Correspondence) -> Check:
    """Whether it calls others: to call itself may never end, and no server has the name given (RFC 2606)."""
    answer = there.ask("SELECT ?x { VALUES ?x { 1 } SERVICE SILENT <http://endpoint.invalid/sparql> { ?s ?p ?x } }")
    if _is_one(answer):
        return Check("service", Text("endpoint.service"))
    return Check("service", Text("endpoint.service-not", {"status": answer.status}), Level.NOTE)


def _updates(there: Correspondence) -> Check:
    """Whether anybody may write: an update that changes nothing is sent."""
    answer = there.post("application/x-www-form-urlencoded", urlencode({"update": "INSERT DATA {}"}))
    if answer.ok and rows(answer) is None:
        return Check("updates", Text("endpoint.updates", {"status": answer.status}), Level.FAULT)
    return Check("updates", Text("endpoint.updates-not", {"status": answer.status}))


def _cors(there: Correspondence) -> Check:
    answer = there.ask("ASK {}", origin="https://portal.example.org")
    if answer.headers.get("access-control-allow-origin") in ("*", "https://portal.example.org"):
        return Check("cors", Text("endpoint.cors"))
    return Check("cors", Text("endpoint.cors-not"), Level.NOTE)


def _cache(there: Correspondence) -> Check:
    question = "SELECT (COUNT(*) AS ?n) { ?s a ?type }"
    validators = there.ask(question).validators
    if not validators:
        return Check("cache", Text("endpoint.cache-not"), Level.NOTE)
    if there.ask(question, **{name.lower().replace("-", "_"): value for name, value in validators.items()}).unchanged:
        return Check("cache", Text("endpoint.cache"))
    return Check("cache", Text("endpoint.cache-ignored"), Level.NOTE)
